// The confusion matrix: only the cells on the screen are elements, so that a thousand classes work.
import { float64 } from "./bytes.ts";
import { consume, h, refill } from "./dom.ts";
import { cells, LEAST_WRITTEN, labelHeight, type Sizes, WELL_WRITTEN } from "./matrix_cells.ts";
import { savedPicture, savedTable } from "./matrix_files.ts";
import { type At, cellSide, moved, revealed, same, seen, type Window } from "./matrix_layout.ts";
import { type MatrixState, MatrixTable } from "./matrix_table.ts";
import { matrixTools } from "./matrix_tools.ts";
import { sentence, widest } from "./matrix_words.ts";
import { definePart, type Model, store, type View } from "./part.ts";

/** Width in pixels of the widest label of a row. */
const WIDEST_LABEL = 150;
export default definePart<MatrixState>(
  "matrix-view",
  () => (view, model) => new MatrixPart(view, model),
);

class MatrixPart {
  private table = new MatrixTable([], new Float64Array());
  private width = 0;
  private zoom = 0;
  private sizes: Sizes = { side: 0, labelRoom: 0, flat: true };
  private active: At | null = null;
  private readonly drawSoon: () => void;
  private readonly id = `pxp-matrix-${Math.random().toString(36).slice(2)}`;
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
    this.drawSoon = view.atNextFrame(() => this.draw());
    view.root.append(
      this.head,
      h("div", { class: "pxp-line" }, this.axis, this.said),
      this.scroller,
    );
    this.scroller.append(this.sheet);
    const { scroller } = this;
    scroller.addEventListener("scroll", this.drawSoon, { passive: true });
    scroller.addEventListener("pointermove", (event) => {
      const at = this.at(event);
      if (!same(at, this.active)) this.look(at);
    });
    scroller.addEventListener("pointerleave", () => this.look(null));
    scroller.addEventListener("click", (event) => this.select(this.at(event)));
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    model.on("change:_table", () => this.read());
    model.on("change:selected", this.drawSoon);
    for (const name of ["title", "texts"]) model.on(`change:${name}`, () => this.rebuild());
    for (const name of ["shares", "by_confusion"])
      model.on(`change:${name}`, () => {
        this.arrange();
        this.rebuild();
      });
    view.onWidth((width) => {
      this.width = width;
      this.rebuild();
    });
    view.onResize(scroller, this.drawSoon); // hosts hide and show whole pages, and scroll them
    this.read();
  }

  private read(): void {
    this.arrange();
    this.zoom = 0;
    this.rebuild();
  }

  /** Takes the counts in the order and the shares that are wanted. */
  private arrange(): void {
    const { model } = this;
    const { classes, counts, order } = model.get("_table");
    const shown = model.get("by_confusion") ? order : [];
    this.table = new MatrixTable(classes, float64(counts), model.get("shares"), shown);
    this.active = null;
  }

  /** Where the cell that is chosen is shown. */
  private get selected(): At | null {
    const at = this.model.get("selected");
    return at && this.table.place(at);
  }

  private rebuild(): void {
    if (this.width === 0) return;
    const { view, model, table } = this;
    const { font } = view.theme();
    const labelRoom = Math.min(WIDEST_LABEL, widest(table.classes, `12px ${font}`)) + 14;
    const side = cellSide(this.width - labelRoom - 16, table.size, this.zoom);
    this.sizes = { side, labelRoom, flat: labelRoom - 10 <= side };
    const title = model.get("title");
    const look = {
      shares: model.get("shares"),
      sorted: model.get("by_confusion"),
      sortable: model.get("_table").order.length > 0,
    };
    const tools = matrixTools(view, look, {
      share: (of) => store(model, "shares", of),
      sort: (on) => store(model, "by_confusion", on),
      zoomBy: (step) => this.zoomBy(step),
      savePicture: () => savedPicture(view, model, this.table),
      saveCsv: () => savedTable(view, model, this.table),
    });
    refill(this.head, h("h3", { class: "pxp-title" }, title), tools);
    this.axis.textContent = `${view.text("true")} ↓ · ${view.text("predicted")} →`;
    const extent = table.size * side;
    const { scroller } = this;
    this.sheet.style.width = `${labelRoom + extent}px`;
    this.sheet.style.height = `${labelHeight(this.sizes) + extent}px`;
    scroller.style.setProperty("--side", `${side}px`);
    scroller.style.setProperty("--label", `${labelRoom}px`);
    scroller.classList.toggle("pxp-small", side < LEAST_WRITTEN);
    scroller.classList.toggle("pxp-tight", side < WELL_WRITTEN);
    scroller.classList.toggle("pxp-turned", !this.sizes.flat);
    scroller.hidden = this.axis.hidden = table.size === 0;
    scroller.setAttribute("aria-label", view.text("matrix_summary", { title }));
    scroller.setAttribute("aria-rowcount", String(table.size + 1));
    scroller.setAttribute("aria-colcount", String(table.size + 1));
    Object.assign(view.root.dataset, {
      classes: table.size,
      side,
      shares: look.shares,
      sorted: look.sorted,
    });
    this.look(this.active);
    this.drawSoon();
  }

  private zoomBy(step: number): void {
    this.zoom = Math.min(6, Math.max(-4, this.zoom + step));
    this.rebuild();
  }

  /** Makes elements of the rows and columns that can be seen. */
  private draw(): void {
    const { table, scroller } = this;
    const { side } = this.sizes;
    if (scroller.clientHeight === 0) return; // hidden now
    const drawn = {
      ...this.sizes,
      table,
      id: this.id,
      normalised: this.model.get("shares") !== "",
      selected: this.selected,
      active: this.active,
      corner: this.axis.textContent ?? "",
      sentence: (at: At) => this.sentence(at),
    };
    const rows = seen(this.down, side, table.size);
    this.sheet.replaceChildren(...cells(drawn, rows, seen(this.across, side, table.size)));
    this.point();
  }

  /** The part of the rows that is seen. */
  private get down(): Window {
    const { scrollTop, clientHeight } = this.scroller;
    return { from: scrollTop, room: clientHeight - labelHeight(this.sizes) };
  }

  /** The part of the columns that is seen. */
  private get across(): Window {
    const { scrollLeft, clientWidth } = this.scroller;
    return { from: scrollLeft, room: clientWidth - this.sizes.labelRoom };
  }

  private sentence(at: At): string {
    return sentence(this.table, at, (key, values) => this.view.text(key, values));
  }

  /** Turns to a cell: outlines it and says what it holds. */
  private look(at: At | null): void {
    this.active = at;
    const shown = at ?? this.selected;
    const { table, view } = this;
    this.said.textContent =
      table.size === 0 ? view.text("matrix_empty") : shown ? this.sentence(shown) : "";
    this.point();
  }

  private point(): void {
    this.sheet.querySelector(".pxp-active")?.classList.remove("pxp-active");
    const { active, scroller } = this;
    scroller.removeAttribute("aria-activedescendant");
    if (!active) return;
    const id = `${this.id}-${active[0]}-${active[1]}`;
    const cell = this.sheet.querySelector(`#${id}`);
    cell?.classList.add("pxp-active");
    scroller.setAttribute("aria-activedescendant", id);
  }

  private at(event: MouseEvent): At | null {
    const { left, top } = this.sheet.getBoundingClientRect();
    const { side, labelRoom } = this.sizes;
    const row = Math.floor((event.clientY - top - labelHeight(this.sizes)) / side);
    const column = Math.floor((event.clientX - left - labelRoom) / side);
    const { size } = this.table;
    const inside = row >= 0 && column >= 0 && row < size && column < size;
    // labels stick over cells
    const covered = (event.target as Element).closest(".pxp-header, .pxp-rowlabel");
    return inside && !covered ? [row, column] : null;
  }

  /** Chooses a cell; the chosen one again: none. */
  private select(at: At | null): void {
    if (!at) return;
    store(this.model, "selected", same(at, this.selected) ? null : this.table.numbers(at));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.table.size === 0) return;
    const to = moved(event.key, this.active ?? this.selected, this.table.size);
    if (to) {
      this.look(to);
      this.reveal();
    } else if (event.key === "Enter" || event.key === " ") this.select(this.active);
    else return;
    consume(event);
  }

  private reveal(): void {
    if (!this.active) return;
    const { scroller } = this;
    const [row, column] = this.active;
    scroller.scrollTop = revealed(this.down, this.sizes.side, row);
    scroller.scrollLeft = revealed(this.across, this.sizes.side, column);
    this.draw();
  }
}
