// The confusion matrix: only the cells on the screen are elements, so that a thousand classes work.
import { type Buffer, float64 } from "./bytes.ts";
import { button, h, refill } from "./dom.ts";
import { count, percent, short } from "./format.ts";
import { picture } from "./matrix_picture.ts";
import { cellSide, labelStep, MatrixTable } from "./matrix_table.ts";
import { RIGHT, WRONG } from "./palette.ts";
import { definePart, type Model, type View } from "./part.ts";
import { saveCsv, savePicture } from "./save.ts";

interface MatrixState extends Record<string, unknown> {
  title: string;
  normalised: boolean;
  selected: [number, number] | null;
  _table: { classes: string[]; counts: Buffer };
}

type At = [row: number, column: number];

const WIDEST_LABEL = 150;
/** Height of a label in pixels. */
const LABEL = 14;
/** Below this side, in pixels, cells have no figures and empty ones need no element. */
const LEAST_WRITTEN = 26;

export default definePart<MatrixState>(
  "matrix-view",
  () => (view, model) => new MatrixPart(view, model),
);

let views = 0;

class MatrixPart {
  private table = new MatrixTable([], new Float64Array());
  private width = 0;
  private zoom = 0;
  private side = 0;
  private labelRoom = 0;
  private flat = true; // whether column labels fit without being turned
  private active: At | null = null;
  private due = 0;
  private readonly id = `pxp-matrix-${(views += 1)}-${Math.random().toString(36).slice(2)}`;
  private readonly head = h("div", { class: "pxp-head" });
  private readonly said = h("span", { class: "pxp-said", "aria-live": "polite" });
  private readonly axis = h("span", { class: "pxp-note pxp-axis", "aria-hidden": "true" });
  private readonly scroller = h("div", {
    class: "pxp-matrix",
    role: "grid",
    tabindex: 0,
    "data-lm-suppress-shortcuts": "true",
  });
  private readonly sheet = h("div", { class: "pxp-cells", role: "rowgroup" });

  constructor(
    private readonly view: View,
    private readonly model: Model<MatrixState>,
  ) {
    view.root.append(
      this.head,
      h("div", { class: "pxp-line" }, this.axis, this.said),
      this.scroller,
    );
    this.scroller.append(this.sheet);
    const { scroller } = this;
    scroller.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    scroller.addEventListener("pointermove", (event) => {
      const at = this.at(event);
      if (String(at) !== String(this.active)) this.look(at);
    });
    scroller.addEventListener("pointerleave", () => this.look(null));
    scroller.addEventListener("click", (event) => this.select(this.at(event)));
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    model.on("change:_table", () => this.read());
    model.on("change:selected", () => this.drawSoon());
    for (const name of ["title", "normalised", "texts"])
      model.on(`change:${name}`, () => this.rebuild());
    view.onWidth((width) => {
      this.width = width;
      this.rebuild();
    });
    // hosts hide and show whole pages, and scroll what they hide
    const observer = new ResizeObserver(() => this.drawSoon());
    observer.observe(scroller);
    view.onEnd(() => {
      observer.disconnect();
      cancelAnimationFrame(this.due);
    });
    this.read();
  }

  private read(): void {
    const { classes, counts } = this.model.get("_table");
    this.table = new MatrixTable(classes, float64(counts));
    this.active = null;
    this.zoom = 0;
    this.rebuild();
  }

  private rebuild(): void {
    if (this.width === 0) return;
    const { view, model, table } = this;
    const { font } = view.theme();
    this.labelRoom = Math.min(WIDEST_LABEL, widest(table.classes, `12px ${font}`)) + 14;
    this.side = cellSide(this.width - this.labelRoom - 16, table.size, this.zoom);
    this.flat = this.labelRoom - 10 <= this.side;
    const title = model.get("title");
    refill(this.head, h("h3", { class: "pxp-title" }, title), this.tools());
    this.axis.textContent = `${view.text("true")} ↓ · ${view.text("predicted")} →`;
    const extent = table.size * this.side;
    const { scroller } = this;
    this.sheet.style.width = `${this.labelRoom + extent}px`;
    this.sheet.style.height = `${this.labelHeight + extent}px`;
    scroller.style.setProperty("--side", `${this.side}px`);
    scroller.style.setProperty("--label", `${this.labelRoom}px`);
    scroller.classList.toggle("pxp-small", this.side < LEAST_WRITTEN);
    scroller.classList.toggle("pxp-turned", !this.flat);
    scroller.hidden = this.axis.hidden = table.size === 0;
    scroller.setAttribute("aria-label", view.text("matrix_summary", { title }));
    scroller.setAttribute("aria-rowcount", String(table.size + 1));
    scroller.setAttribute("aria-colcount", String(table.size + 1));
    Object.assign(view.root.dataset, {
      classes: table.size,
      side: this.side,
      normalised: model.get("normalised"),
    });
    this.look(this.active);
    this.drawSoon();
  }

  private get labelHeight(): number {
    return (this.flat ? 26 : this.labelRoom) + (this.side < LABEL ? LABEL / 2 - this.side / 2 : 0);
  }

  private tools(): HTMLElement {
    const { view, model } = this;
    const choice = (normalised: boolean, word: string) => {
      const element = h(
        "button",
        {
          type: "button",
          class: "pxp-button",
          "data-action": normalised ? "shares" : "counts",
          "aria-pressed": String(normalised === model.get("normalised")),
        },
        word,
      );
      element.addEventListener("click", () => {
        model.set("normalised", normalised);
        model.save_changes();
      });
      return element;
    };
    const resize = (step: number) => () => {
      this.zoom = Math.min(6, Math.max(-4, this.zoom + step));
      this.rebuild();
    };
    return h(
      "div",
      { class: "pxp-tools" },
      choice(false, view.text("matrix_counts")),
      choice(true, view.text("matrix_shares")),
      button("zoom-out", "minus", view.text("zoom_out"), resize(-1)),
      button("zoom-in", "plus", view.text("zoom_in"), resize(1)),
      button("save-picture", "picture", view.text("save_picture"), () => this.savePicture(), "PNG"),
      button("save-csv", "table", view.text("save_csv"), () => this.saveCsv(), "CSV"),
    );
  }

  private drawSoon(): void {
    this.due ||= requestAnimationFrame(() => {
      this.due = 0;
      this.draw();
    });
  }

  /** Makes elements of the rows and columns that can be seen. */
  private draw(): void {
    const { table, side, scroller, labelRoom, labelHeight } = this;
    if (scroller.clientHeight === 0) return; // hidden now
    const first = (offset: number) => Math.max(0, Math.floor(offset / side) - 1);
    const end = (offset: number, room: number) =>
      Math.min(table.size, Math.ceil((offset + room) / side) + 1);
    const rows = span(
      first(scroller.scrollTop),
      end(scroller.scrollTop, scroller.clientHeight - labelHeight),
    );
    const columns = span(
      first(scroller.scrollLeft),
      end(scroller.scrollLeft, scroller.clientWidth - labelRoom),
    );
    const every = labelStep(side);
    const name = (index: number) => (index % every === 0 ? (table.classes[index] ?? "") : "");
    const header = h(
      "div",
      {
        class: "pxp-row pxp-header",
        role: "row",
        "aria-rowindex": 1,
        style: `height:${this.flat ? 26 : labelRoom}px`,
      },
      h("div", {
        class: "pxp-corner",
        role: "columnheader",
        "aria-colindex": 1,
        "aria-label": this.axis.textContent ?? "",
      }),
      ...columns.map((column) =>
        h(
          "div",
          {
            class: "pxp-column",
            role: "columnheader",
            "aria-colindex": column + 2,
            title: table.classes[column] ?? "",
            style: `left:${labelRoom + column * side}px`,
          },
          h("span", {}, name(column)),
        ),
      ),
    );
    const body = rows.map((row) =>
      h(
        "div",
        {
          class: "pxp-row",
          role: "row",
          "aria-rowindex": row + 2,
          style: `top:${labelHeight + row * side}px`,
        },
        h(
          "div",
          {
            class: `pxp-rowlabel${row % every ? "" : " pxp-named"}`,
            role: "rowheader",
            "aria-colindex": 1,
            title: table.classes[row] ?? "",
          },
          name(row),
        ),
        ...columns.flatMap((column) => this.cell(row, column)),
      ),
    );
    this.sheet.replaceChildren(header, ...body);
    this.point();
  }

  private cell(row: number, column: number): HTMLElement[] {
    const { table, side } = this;
    const strength = table.strength(row, column);
    const active = this.active?.[0] === row && this.active[1] === column;
    const selected = this.model.get("selected");
    const chosen = selected?.[0] === row && selected[1] === column;
    if (side < LEAST_WRITTEN && strength === 0 && row !== column && !active && !chosen) return [];
    const number = table.count(row, column);
    const share = table.share(row, column);
    const figure = this.model.get("normalised")
      ? share === null
        ? "–"
        : percent(share).replace(" ", "")
      : short(number);
    return [
      h(
        "div",
        {
          class: `pxp-cell${strength > 0.8 ? " pxp-strong" : ""}${strength === 0 ? " pxp-none" : ""}`,
          role: "gridcell",
          id: `${this.id}-${row}-${column}`,
          "data-row": row,
          "data-column": column,
          "data-count": number,
          "aria-colindex": column + 2,
          "aria-selected": String(chosen),
          "aria-label": this.sentence([row, column]),
          style: `left:${this.labelRoom + column * side}px;--paint:${row === column ? RIGHT : WRONG};--strength:${Math.round(strength * 100)}%`,
        },
        side < LEAST_WRITTEN ? "" : figure,
      ),
    ];
  }

  /** What a cell says in words. */
  private sentence([row, column]: At): string {
    const { table, view } = this;
    const truth = table.classes[row] ?? "";
    const share = table.share(row, column);
    return view.text("cell", {
      true: truth,
      predicted: table.classes[column] ?? "",
      n: count(table.count(row, column)),
      share:
        share === null
          ? view.text("no_samples")
          : view.text("cell_share", { share: percent(share), true: truth }),
    });
  }

  /** Turns to a cell: outlines it and says what it holds. */
  private look(at: At | null): void {
    this.active = at;
    const shown = at ?? this.model.get("selected");
    const { table, view } = this;
    this.said.textContent =
      table.size === 0 ? view.text("matrix_empty") : shown ? this.sentence(shown) : "";
    this.point();
  }

  private point(): void {
    this.sheet.querySelector(".pxp-active")?.classList.remove("pxp-active");
    const { active, scroller } = this;
    if (!active) return scroller.removeAttribute("aria-activedescendant");
    const id = `${this.id}-${active[0]}-${active[1]}`;
    const cell = this.sheet.querySelector(`#${id}`);
    cell?.classList.add("pxp-active");
    scroller.setAttribute("aria-activedescendant", id);
  }

  private at(event: MouseEvent): At | null {
    const { left, top } = this.sheet.getBoundingClientRect();
    const row = Math.floor((event.clientY - top - this.labelHeight) / this.side);
    const column = Math.floor((event.clientX - left - this.labelRoom) / this.side);
    const covered = (event.target as Element).closest(".pxp-header, .pxp-rowlabel"); // labels stick over cells
    const inside = row >= 0 && column >= 0 && row < this.table.size && column < this.table.size;
    return inside && !covered ? [row, column] : null;
  }

  /** Chooses a cell; the chosen one again: none. */
  private select(at: At | null): void {
    if (!at) return;
    const before = this.model.get("selected");
    const same = before?.[0] === at[0] && before[1] === at[1];
    this.model.set("selected", same ? null : at);
    this.model.save_changes();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.table.size === 0) return;
    const steps: Record<string, At> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const step = steps[event.key];
    if (step) {
      const last = this.table.size - 1;
      const from = this.active ?? this.model.get("selected");
      const to = (index: 0 | 1) =>
        from ? Math.min(last, Math.max(0, from[index] + step[index])) : 0;
      this.look([to(0), to(1)]);
      this.reveal();
    } else if (event.key === "Enter" || event.key === " ") this.select(this.active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private reveal(): void {
    if (!this.active) return;
    const { scroller, side, labelHeight, labelRoom } = this;
    const [row, column] = this.active;
    const into = (offset: number, room: number, place: number) =>
      Math.min(place, Math.max(offset, place + side - room));
    scroller.scrollTop = into(scroller.scrollTop, scroller.clientHeight - labelHeight, row * side);
    scroller.scrollLeft = into(
      scroller.scrollLeft,
      scroller.clientWidth - labelRoom,
      column * side,
    );
    this.draw();
  }

  private saveCsv(): void {
    const corner = `${this.view.text("true")} \\ ${this.view.text("predicted")}`;
    saveCsv(this.model.get("title"), this.table.rows(corner, this.model.get("normalised")));
  }

  private savePicture(): void {
    const { view, model } = this;
    const words = {
      title: model.get("title"),
      truth: view.text("true"),
      predicted: view.text("predicted"),
    };
    savePicture(words.title, picture(this.table, words, model.get("normalised"), view.theme()));
  }
}

function span(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

function widest(names: readonly string[], font: string): number {
  const ctx = h("canvas").getContext("2d") as CanvasRenderingContext2D;
  ctx.font = font;
  return Math.ceil(Math.max(0, ...names.map((name) => ctx.measureText(name).width)));
}
