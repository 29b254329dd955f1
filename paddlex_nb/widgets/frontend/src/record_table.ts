// A table of things with ids: sorted and searched here, chosen from and opened by the user.
import { consume, focus, h, refill } from "./dom.ts";
import { count } from "./format.ts";
import { definePart, type Model, store, type View } from "./part.ts";
import {
  chosen,
  matching,
  nextSort,
  type Row,
  received,
  type Sent,
  sorted,
  stepped,
} from "./record_rows.ts";

interface Column {
  name: string;
  label: string;
  kind: "text" | "prose" | "number" | "star" | "state";
}

interface TableState extends Record<string, unknown> {
  title: string;
  sort: string;
  columns: Column[];
  selected: string[];
  single: boolean;
}

type Message = { kind: "rows" | "update"; rows: Sent[] };

export default definePart<TableState>(
  "record-table",
  () => (view, model) => new TableView(view, model),
);

class TableView {
  private rows: Row[] = [];
  private shown: Row[] = [];
  private readonly lines = new Map<string, HTMLTableRowElement>();
  private anchor: string | null = null;
  private active: string | null = null;
  private readonly drawSoon: () => void;
  private readonly head = h("div", { class: "pxp-head" });
  private readonly search = h("input", { type: "search", class: "pxp-search" });
  private readonly said = h("span", { class: "pxp-note", "aria-live": "polite" });
  private readonly scroller = h("div", { class: "pxp-records" });
  private readonly thead = h("thead");
  private readonly tbody = h("tbody");
  private readonly none = h("p", { class: "pxp-note" });

  constructor(
    private readonly view: View,
    private readonly model: Model<TableState>,
  ) {
    this.drawSoon = view.atNextFrame(() => this.draw());
    this.scroller.setAttribute("data-lm-suppress-shortcuts", "true");
    this.scroller.append(h("table", {}, this.thead, this.tbody));
    view.root.append(this.head, this.scroller, this.none);
    this.search.addEventListener("input", this.drawSoon);
    this.search.addEventListener("keydown", (event) => event.stopPropagation());
    this.tbody.addEventListener("click", (event) => this.press(event));
    this.tbody.addEventListener("dblclick", (event) => this.open(this.idOf(event)));
    this.tbody.addEventListener("keydown", (event) => this.onKey(event));
    const onMessage = (message: Message) => this.take(message);
    model.on("msg:custom", onMessage);
    view.onEnd(() => model.off("msg:custom", onMessage));
    for (const trait of ["title", "columns", "sort", "texts"] as const)
      model.on(`change:${trait}`, () => this.rebuild());
    model.on("change:selected", () => this.mark());
    this.rebuild();
    model.send({ kind: "hello" });
  }

  private take(message: Message): void {
    const rows = message.rows.map(received);
    if (message.kind === "rows") {
      this.rows = rows;
      this.lines.clear();
    } else {
      const fresh = new Map(rows.map((row) => [row.id, row]));
      this.rows = this.rows.map((row) => fresh.get(row.id) ?? row);
      for (const id of fresh.keys()) this.lines.delete(id);
    }
    this.drawSoon();
  }

  /** Head and search; the rows follow. */
  private rebuild(): void {
    const { model, view } = this;
    const title = model.get("title");
    this.search.placeholder = view.text("records_search");
    this.search.setAttribute("aria-label", view.text("records_search"));
    refill(this.head, h("h3", { class: "pxp-title" }, title), this.said, this.search);
    const all = h("input", { type: "checkbox", "aria-label": view.text("records_select_all") });
    all.addEventListener("change", () => {
      const shown = this.shown.map((row) => row.id);
      const others = model.get("selected").filter((id) => !shown.includes(id));
      this.choose(all.checked ? [...others, ...shown] : others);
    });
    const sort = model.get("sort");
    const heads = model.get("columns").map((column) => {
      const way =
        sort === column.name ? "ascending" : sort === `-${column.name}` ? "descending" : "none";
      const press = h(
        "button",
        {
          type: "button",
          "data-action": column.name,
          title: view.text("records_sort", { column: column.label }),
        },
        column.label,
      );
      press.addEventListener("click", () => {
        store(model, "sort", nextSort(model.get("sort"), column.name));
        this.rebuild();
        focus(this.thead.querySelector<HTMLElement>(`[data-action="${column.name}"]`) ?? undefined);
      });
      return h("th", { scope: "col", class: `pxp-${column.kind}`, "aria-sort": way }, press);
    });
    const check = model.get("single") ? [] : [h("th", { class: "pxp-check" }, all)];
    this.thead.replaceChildren(h("tr", {}, ...check, ...heads));
    this.lines.clear();
    this.drawSoon();
  }

  private draw(): void {
    const { model, view, rows } = this;
    const sort = model.get("sort");
    const column = model.get("columns").findIndex((one) => one.name === sort.replace(/^-/, ""));
    const found = matching(rows, this.search.value);
    this.shown = column < 0 ? found : sorted(found, column, sort.startsWith("-"));
    if (!this.shown.some((row) => row.id === this.active)) this.active = this.shown[0]?.id ?? null;
    const focused = this.tbody.contains(document.activeElement);
    this.tbody.replaceChildren(...this.shown.map((row) => this.line(row)));
    this.none.hidden = this.shown.length > 0;
    this.none.textContent = view.text(rows.length ? "records_none_found" : "records_empty");
    this.scroller.hidden = this.shown.length === 0;
    Object.assign(view.root.dataset, { rows: rows.length, shown: this.shown.length, sort });
    this.mark();
    if (focused) focus(this.lineOf(this.active));
  }

  /** The element of a row, which is made once. */
  private line(row: Row): HTMLTableRowElement {
    const known = this.lines.get(row.id);
    if (known) return known;
    const { view, model } = this;
    const name = row.texts.find(Boolean) ?? row.id;
    const box = h("input", {
      type: "checkbox",
      tabindex: -1,
      "aria-label": view.text("records_select", { name }),
    });
    const cells = model.get("columns").map(({ kind }, at) => {
      const text = row.texts[at] ?? "";
      const state = kind === "state" ? { "data-state": String(row.orders[at] ?? "") } : {};
      return h("td", { class: `pxp-${kind}`, title: text, ...state }, h("span", {}, text));
    });
    const check = model.get("single") ? [] : [h("td", { class: "pxp-check" }, box)];
    const line = h("tr", { "data-id": row.id }, ...check, ...cells);
    this.lines.set(row.id, line);
    return line;
  }

  /** Shows what is chosen and where the keyboard is. */
  private mark(): void {
    const { view, model } = this;
    const selected = new Set(model.get("selected"));
    for (const row of this.shown) {
      const line = this.lines.get(row.id);
      if (!line) continue;
      const on = selected.has(row.id);
      line.setAttribute("aria-selected", String(on));
      line.tabIndex = row.id === this.active ? 0 : -1;
      const box = line.querySelector("input");
      if (box) box.checked = on;
    }
    const all = this.thead.querySelector("input");
    const chosenHere = this.shown.filter((row) => selected.has(row.id)).length;
    if (all) {
      all.checked = chosenHere > 0 && chosenHere === this.shown.length;
      all.indeterminate = chosenHere > 0 && chosenHere < this.shown.length;
    }
    const n = { n: count(selected.size) };
    const shown = { shown: count(this.shown.length), n: count(this.rows.length) };
    this.said.textContent =
      selected.size && !model.get("single")
        ? view.text("records_chosen", n)
        : view.text("records_shown", shown);
    view.root.dataset.selected = [...selected].join(",");
  }

  private press(event: MouseEvent): void {
    const id = this.idOf(event);
    if (id === null) return;
    this.active = id;
    const onBox = event.target instanceof HTMLInputElement;
    if (event.shiftKey || onBox || event.ctrlKey || event.metaKey)
      this.toggle(id, event.shiftKey ? this.anchor : null);
    else this.choose([id]);
    this.anchor = id;
    focus(this.lineOf(id));
  }

  private toggle(id: string, anchor: string | null): void {
    const { model, shown } = this;
    this.choose(model.get("single") ? [id] : chosen(shown, model.get("selected"), id, anchor));
  }

  private choose(selected: string[]): void {
    store(this.model, "selected", selected);
    this.mark();
  }

  private open(id: string | null): void {
    if (id !== null) this.model.send({ kind: "open", id });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.shown.findIndex((row) => row.id === this.active);
    const to = stepped(event.key, at, this.shown.length);
    if (to !== undefined) {
      this.active = this.shown[to]?.id ?? null;
      this.mark();
      const line = this.lineOf(this.active);
      focus(line);
      line?.scrollIntoView({ block: "nearest" });
    } else if (event.key === " " && this.active !== null) this.toggle(this.active, null);
    else if (event.key === "Enter") this.open(this.active);
    else return;
    consume(event);
  }

  private idOf(event: Event): string | null {
    const line = (event.target as Element).closest<HTMLElement>("tr[data-id]");
    return line?.dataset.id ?? null;
  }

  private lineOf(id: string | null): HTMLTableRowElement | undefined {
    return id === null ? undefined : this.lines.get(id);
  }
}
