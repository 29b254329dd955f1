// Counts as bars, columns or cells, in all and of what is chosen; a press chooses.
import { consume, h, refill } from "./dom.ts";
import { count, percent, value } from "./format.ts";
import { colour } from "./palette.ts";
import { definePart, type Model, store, type View } from "./part.ts";
import { binName, type Kind, neighbour, pressed } from "./plot_choice.ts";

interface PlotState extends Record<string, unknown> {
  kind: Kind;
  title: string;
  x_label: string;
  /** Names of bars, or of the rows and columns of cells; empty where edges say it. */
  labels: string[];
  /** Where columns begin, and where the last one ends. */
  edges: number[];
  totals: number[];
  counts: number[];
  /** Places of what is chosen. */
  selected: number[];
  /** Classes whose colours bars have; empty for none. */
  class_ids: number[];
  /** Cells in a row. */
  across: number;
}

export default definePart<PlotState>("stat-plot", () => (view, model) => new PlotView(view, model));

class PlotView {
  private active = 0; // what the Tab key comes to
  private anchor = 0; // where a run of columns begins
  private readonly head = h("div", { class: "pxp-head" });
  private readonly plot = h("div", { "data-lm-suppress-shortcuts": "true" });
  private readonly axis = h("div", { class: "pxp-axis-line pxp-note", "aria-hidden": "true" });
  private readonly said = h("div", { class: "pxp-note pxp-said", "aria-live": "polite" });
  private marks: HTMLElement[] = [];

  constructor(
    private readonly view: View,
    private readonly model: Model<PlotState>,
  ) {
    view.root.append(this.head, this.plot, this.axis, this.said);
    this.plot.addEventListener("click", (event) => this.press(this.placeOf(event), event.shiftKey));
    this.plot.addEventListener("keydown", (event) => this.onKey(event));
    this.plot.addEventListener("pointermove", (event) => this.say(this.placeOf(event)));
    this.plot.addEventListener("focusin", (event) => this.say(this.placeOf(event)));
    this.plot.addEventListener("pointerleave", () => this.say(null));
    for (const trait of [
      "kind",
      "title",
      "labels",
      "edges",
      "totals",
      "class_ids",
      "across",
      "texts",
    ] as const)
      model.on(`change:${trait}`, () => this.draw());
    for (const trait of ["counts", "selected"] as const)
      model.on(`change:${trait}`, () => this.update());
    this.draw();
  }

  private draw(): void {
    const { model } = this;
    const kind = model.get("kind");
    const most = Math.max(1, ...model.get("totals"));
    this.plot.className = `pxp-${kind}`;
    this.plot.setAttribute("role", "group");
    this.plot.setAttribute("aria-label", model.get("title"));
    this.plot.style.setProperty("--across", String(model.get("across")));
    this.marks = model.get("totals").map((total, at) => this.mark(at, total / most));
    const named = kind === "cells" && model.get("labels").length > 0;
    this.plot.classList.toggle("pxp-named", named);
    this.plot.replaceChildren(
      ...this.marks.flatMap((mark, at) =>
        named && at % model.get("across") === 0
          ? [
              h(
                "span",
                { class: "pxp-cell-name", "aria-hidden": "true" },
                model.get("labels")[at / model.get("across")] ?? "",
              ),
              mark,
            ]
          : [mark],
      ),
    );
    this.axis.replaceChildren(...this.ticks());
    this.axis.hidden = kind !== "columns";
    this.active = Math.min(this.active, Math.max(0, this.marks.length - 1));
    this.update();
  }

  private mark(at: number, share: number): HTMLElement {
    const paint = this.model.get("class_ids")[at];
    const element = h("button", {
      type: "button",
      class: "pxp-mark",
      tabindex: -1,
      "data-at": at,
      style: `--share:${share};${paint === undefined ? "" : `--paint:${colour(paint)}`}`,
    });
    if (this.model.get("kind") === "bars") {
      element.append(
        h("span", { class: "pxp-bar-name" }, this.nameOf(at)),
        h("span", { class: "pxp-track" }, h("i")),
        h("span", { class: "pxp-bar-count" }),
      );
    } else element.append(h("i"));
    return element;
  }

  /** Shows what is chosen, and how much of it there is in each place. */
  private update(): void {
    const { view, model } = this;
    const [totals, counts, selected] = [
      model.get("totals"),
      model.get("counts"),
      model.get("selected"),
    ];
    const most = Math.max(1, ...totals);
    const strongest = Math.max(1, ...counts);
    this.marks.forEach((element, at) => {
      const [total, mine] = [totals[at] ?? 0, counts[at] ?? 0];
      element.style.setProperty("--mine", String(mine / most));
      element.style.setProperty("--strength", String(mine ? 0.12 + (0.88 * mine) / strongest : 0));
      element.setAttribute("aria-pressed", String(selected.includes(at)));
      element.setAttribute("aria-label", this.sentence(at));
      element.tabIndex = at === this.active ? 0 : -1;
      element.classList.toggle("pxp-none", total === 0);
      const shown = element.querySelector(".pxp-bar-count");
      if (shown)
        shown.textContent = mine === total ? count(total) : `${count(mine)} / ${count(total)}`;
    });
    this.plot.classList.toggle("pxp-some", selected.length > 0);
    const clear = h(
      "button",
      { type: "button", class: "pxp-button", "data-action": "clear" },
      `× ${view.text("clear")}`,
    );
    clear.addEventListener("click", () => this.choose([]));
    clear.hidden = selected.length === 0;
    refill(
      this.head,
      h("h4", { class: "pxp-title", title: model.get("title") }, model.get("title")),
      clear,
    );
    Object.assign(view.root.dataset, { kind: model.get("kind"), selected: selected.join(",") });
  }

  private nameOf(at: number): string {
    const { model } = this;
    const [labels, edges, across] = [model.get("labels"), model.get("edges"), model.get("across")];
    if (model.get("kind") === "columns") return binName(edges, at);
    if (model.get("kind") === "bars") return labels[at] ?? "";
    const [row, column] = [Math.floor(at / across), at % across];
    if (!labels.length)
      return this.view.text("cell_place", { row: String(row + 1), column: String(column + 1) });
    return row === column ? (labels[row] ?? "") : `${labels[row]} + ${labels[column]}`;
  }

  private sentence(at: number): string {
    const [total, mine] = [this.model.get("totals")[at] ?? 0, this.model.get("counts")[at] ?? 0];
    const all = this.model.get("totals").reduce((sum, one) => sum + one, 0);
    const share = all ? ` (${percent(total / all)})` : "";
    const part = mine === total ? "" : `${count(mine)} / `;
    // pairs of classes overlap, so that a share of all would mean nothing
    const pairs = this.model.get("kind") === "cells" && this.model.get("labels").length > 0;
    return `${this.nameOf(at)}: ${part}${count(total)}${pairs ? "" : share}`;
  }

  private say(at: number | null): void {
    this.said.textContent = at === null ? this.model.get("x_label") : this.sentence(at);
  }

  private ticks(): HTMLElement[] {
    const edges = this.model.get("edges");
    const step = Math.max(1, Math.ceil((edges.length - 1) / 3));
    return edges.flatMap((edge, at) =>
      at % step
        ? []
        : [h("span", { style: `left:${(100 * at) / (edges.length - 1)}%` }, value(edge))],
    );
  }

  private placeOf(event: Event): number | null {
    const found = (event.target as Element).closest<HTMLElement>(".pxp-mark");
    return found ? Number(found.dataset.at) : null;
  }

  /** Chooses a place or leaves it; columns are chosen as one run. */
  private press(at: number | null, upTo: boolean): void {
    if (at === null) return;
    const { model } = this;
    this.active = at;
    const kind = model.get("kind");
    const run = upTo && kind === "columns";
    if (!run) this.anchor = at;
    this.choose(pressed(kind, model.get("selected"), at, run ? this.anchor : null));
  }

  private choose(selected: number[]): void {
    store(this.model, "selected", selected);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const across = this.model.get("kind") === "cells" ? this.model.get("across") : 1;
    const to = neighbour(event.key, this.active, this.marks.length, across);
    if (to === null) return;
    consume(event);
    if (event.shiftKey && this.model.get("kind") === "columns") this.press(to, true);
    this.active = to;
    this.update();
    this.marks[to]?.focus();
  }
}
