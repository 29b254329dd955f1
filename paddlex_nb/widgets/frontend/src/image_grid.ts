// Thumbnails of any number of pictures: only those in the window are there.
import { h, refill } from "./dom.ts";
import { count } from "./format.ts";
import { Choice } from "./grid_choice.ts";
import { annotationSwitch, legend, sizeSlider } from "./grid_head.ts";
import { lasso } from "./grid_lasso.ts";
import { type Layout, layout, moved, place, reveal, touched, visible } from "./grid_layout.ts";
import { GridLoader } from "./grid_loader.ts";
import { COVERING, GridLook, type GridState } from "./grid_look.ts";
import { type Runs, union } from "./grid_selection.ts";
import { GridSource } from "./grid_source.ts";
import { recover, tile } from "./grid_tile.ts";
import { Viewer } from "./grid_viewer.ts";
import { definePart, Listeners, type Model, type View } from "./part.ts";
import { scoreSlider } from "./score_slider.ts";

export default definePart<GridState>("image-grid", (model) => {
  const source = new GridSource(model);
  const outdated = new Listeners();
  model.on("change:_edition", () => {
    source.restart();
    outdated.tell();
  });
  return (view, viewed) => new GridView(view, viewed, source, outdated);
});

class GridView {
  private layout: Layout = layout(1, 1, 0);
  private width = 0;
  private room = 0;
  private due = 0;
  private window = ""; // what was drawn last
  private readonly tiles = new Map<number, HTMLElement>();
  private readonly head = h("div", { class: "pxp-head" });
  private readonly sheet = h("div", { class: "pxp-grid-sheet", role: "presentation" });
  private readonly scroller = h(
    "div",
    { class: "pxp-grid", role: "listbox", "data-lm-suppress-shortcuts": "true" },
    this.sheet,
  );
  private readonly empty = h("p", { class: "pxp-note pxp-empty" });
  private readonly problem = h("p", { class: "pxp-problem", role: "alert", hidden: true });
  private readonly foot = h("div", { class: "pxp-foot" });
  private readonly range = h("span", { class: "pxp-note" });
  private readonly choice: Choice;
  private readonly look: GridLook;
  private readonly loader: GridLoader;
  private readonly viewer: Viewer;

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    outdated: Listeners,
  ) {
    this.choice = new Choice(model);
    this.look = new GridLook(model);
    this.loader = new GridLoader(source, (problem) => this.arrived(problem));
    this.viewer = new Viewer(view, model, source, this.look, (index) => this.backTo(index));
    view.root.append(
      this.head,
      this.empty,
      this.scroller,
      this.problem,
      this.foot,
      this.viewer.element,
    );
    this.listen();
    for (const trait of COVERING) model.on(`change:${trait}`, () => this.cover());
    for (const trait of ["scored", "titles", "beside", "side"] as const)
      model.on(`change:${trait}`, () => this.resize());
    for (const trait of ["classes", "texts", "selectable"] as const)
      model.on(`change:${trait}`, () => this.redraw());
    model.on("change:selection", () => this.mark());
    model.on("change:count", () => this.recount());
    source.renewed.add(view, (indices) => this.renew(indices));
    outdated.add(view, () => this.restart());
    view.onWidth((width) => {
      const first = this.width === 0;
      this.width = width;
      this.resize();
      if (first && model.get("large") && model.get("count") === 1) this.open();
    });
    view.onEnd(() => {
      cancelAnimationFrame(this.due);
      this.loader.stop();
    });
  }

  private listen(): void {
    const { scroller } = this;
    scroller.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    scroller.addEventListener("click", (event) => this.onClick(event));
    scroller.addEventListener("dblclick", (event) => this.indexAt(event) !== null && this.open());
    let before: Runs = [];
    lasso(
      scroller,
      this.sheet,
      () => this.choice.possible,
      (more) => {
        before = more ? this.choice.runs : [];
      },
      ({ left, top, right, bottom }) => {
        const shift = scroller.scrollTop * (this.layout.ratio - 1);
        this.choice.put(
          union(before, touched(this.layout, this.count, left, top + shift, right, bottom + shift)),
        );
      },
    );
    const observer = new ResizeObserver(() => this.drawSoon());
    observer.observe(scroller);
    this.view.onEnd(() => observer.disconnect());
  }

  private get count(): number {
    return this.model.get("count");
  }

  /** More pictures or fewer: the window stays where it is, the viewer with what is in that place. */
  private recount(): void {
    this.choice.active = Math.max(0, Math.min(this.choice.active, this.count - 1));
    if (this.viewer.open && this.viewer.beyond) this.viewer.close();
    this.resize();
  }

  /** Other pictures: from the top. */
  private restart(): void {
    this.loader.stop();
    this.clear();
    this.choice.restart();
    this.scroller.scrollTop = 0;
    if (this.viewer.open) this.viewer.close();
    this.resize();
  }

  private clear(): void {
    for (const element of this.tiles.values()) element.remove();
    this.tiles.clear();
  }

  /** Lays the sheet out anew; the first picture in the window stays there. */
  private resize(): void {
    if (this.width === 0) return;
    const [first] = visible(this.layout, this.scroller.scrollTop, 1, this.count);
    this.layout = this.wanted();
    this.sheet.style.height = `${this.layout.sheet}px`;
    this.loader.ofSide(this.model.get("side") > SMALL ? 2 * SMALL : SMALL);
    this.clear();
    const row = Math.floor(first / this.layout.columns) * this.layout.height;
    if (this.scroller.scrollTop > 0) this.scroller.scrollTop = row / this.layout.ratio;
    this.redraw();
  }

  private redraw(): void {
    this.clear();
    this.relabel();
    this.draw();
    this.viewer.relabel();
  }

  private relabel(): void {
    const { view, model, source, count: total } = this;
    refill(
      this.head,
      legend(view, model, source),
      h(
        "div",
        { class: "pxp-tools" },
        scoreSlider(view, model),
        annotationSwitch(view, model, source),
        sizeSlider(view, model),
      ),
    );
    this.empty.textContent = view.text("grid_empty");
    this.empty.hidden = total > 0;
    this.head.hidden = this.viewer.open;
    this.scroller.hidden = this.foot.hidden = total === 0 || this.viewer.open;
    this.scroller.setAttribute("aria-label", view.text("grid_summary", { count: count(total) }));
    this.scroller.setAttribute(
      "aria-description",
      view.text(model.get("selectable") ? "grid_hint_choose" : "grid_hint"),
    );
    this.scroller.setAttribute("aria-multiselectable", String(model.get("selectable")));
    refill(
      this.foot,
      this.range,
      h(
        "span",
        { class: "pxp-note pxp-hint" },
        view.text(model.get("selectable") ? "grid_hint_choose" : "grid_hint"),
      ),
    );
  }

  /** Draws over the pictures anew, and nothing else: a slider is being moved. */
  private cover(): void {
    for (const [index, element] of this.tiles) {
      const picture = this.source.thumbnail(index);
      if (picture) recover(this.look, element, picture);
    }
    this.viewer.redraw();
    this.relabel();
  }

  private drawSoon(): void {
    this.due ||= requestAnimationFrame(() => {
      this.due = 0;
      this.draw();
    });
  }

  /** Puts the pictures of the window into the sheet, and asks for those that are missing. */
  private draw(): void {
    const { scroller, layout: at, count: total } = this;
    this.room = scroller.clientHeight;
    const top = scroller.scrollTop;
    const [start, stop] = visible(at, top, this.room, total);
    for (const [index, element] of this.tiles) {
      if (index >= start && index < stop) continue;
      if (element.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      element.remove();
      this.tiles.delete(index);
    }
    for (let index = start; index < stop; index += 1) {
      const element = this.tiles.get(index) ?? this.add(index);
      const { left, top: down } = place(at, index, top);
      element.style.transform = `translate(${left}px, ${down}px)`;
    }
    this.mark();
    const window = `${start}-${stop}`;
    if (this.window !== window) this.problem.hidden = true;
    this.window = window;
    Object.assign(this.view.root.dataset, {
      start,
      stop,
      count: total,
      edition: this.model.get("_edition"),
    });
    this.range.textContent = this.said(start, stop);
    if (this.viewer.open || this.room === 0) return this.loader.stop();
    this.loader.want(start, stop, total);
  }

  private said(start: number, stop: number): string {
    const chosen = this.choice.size;
    const range = this.view.text("page_range", {
      first: count(Math.min(start + 1, stop)),
      last: count(stop),
      count: count(this.count),
    });
    return chosen ? `${range} · ${this.view.text("chosen", { count: count(chosen) })}` : range;
  }

  private add(index: number): HTMLElement {
    const element = tile(this.view, this.look, index, this.source.thumbnail(index));
    element.style.width = `${this.layout.width - 8}px`;
    element.setAttribute("aria-setsize", String(this.count));
    this.sheet.append(element);
    this.tiles.set(index, element);
    return element;
  }

  /** Exchanges what waited for its picture. */
  private arrived(problem: string): void {
    if (this.layout.height !== this.wanted().height)
      this.resize(); // there are lines below now
    else {
      this.fill(
        (index, element) =>
          element.dataset["state"] === "loading" && !!this.source.thumbnail(index),
      );
      this.relabel();
    }
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
  }

  private wanted(): Layout {
    const { model, look, source } = this;
    return layout(
      this.width - SCROLLBAR,
      model.get("side"),
      this.count,
      look.frames,
      1 + source.lines,
      this.room || undefined,
    );
  }

  private renew(indices: readonly number[] | null): void {
    this.fill((index) => indices?.includes(index) ?? true);
    if (this.viewer.open) this.viewer.renew(indices);
  }

  private fill(concerned: (index: number, element: HTMLElement) => boolean): void {
    const focused = this.scroller.contains(document.activeElement);
    for (const [index, element] of [...this.tiles]) {
      if (!concerned(index, element)) continue;
      element.remove();
      this.tiles.delete(index);
    }
    this.draw();
    if (focused) this.focus(this.choice.active);
  }

  /** Marks what is chosen and what the Tab key comes to. */
  private mark(): void {
    const { active } = this.choice;
    const reached = this.tiles.has(active) ? active : Math.min(...this.tiles.keys());
    for (const [index, element] of this.tiles) {
      element.tabIndex = index === reached ? 0 : -1;
      element.setAttribute("aria-selected", String(this.choice.has(index)));
    }
    const [start, stop] = [
      Number(this.view.root.dataset["start"] ?? 0),
      Number(this.view.root.dataset["stop"] ?? 0),
    ];
    this.range.textContent = this.said(start, stop);
  }

  private indexAt(event: Event): number | null {
    const found = (event.target as Element).closest<HTMLElement>(".pxp-tile");
    return found ? Number(found.dataset["index"]) : null;
  }

  private onClick(event: MouseEvent): void {
    const index = this.indexAt(event);
    if (index === null) return;
    this.choice.pick(index, event.shiftKey, event.ctrlKey || event.metaKey);
    this.focus(index);
  }

  private focus(index: number): void {
    this.choice.active = index;
    this.mark();
    this.tiles.get(index)?.focus({ preventScroll: true });
  }

  private backTo(index: number): void {
    this.choice.active = index;
    this.relabel();
    this.scroller.scrollTop = reveal(
      this.layout,
      index,
      this.scroller.scrollTop,
      this.scroller.clientHeight,
    );
    this.draw();
    this.focus(index);
  }

  private open(): void {
    if (this.count === 0) return;
    this.loader.stop();
    this.viewer.show(this.choice.active);
    this.relabel();
  }

  private onKey(event: KeyboardEvent): void {
    const { count: total, choice } = this;
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const target = control ? null : moved(event.key, choice.active, total, this.layout, this.room);
    if (target !== null) this.go(target, event.shiftKey);
    else if (event.key === "Enter" && !control) this.open();
    else if (!choice.possible) return;
    else if (event.key === " ") choice.pick(choice.active, false, true);
    else if (event.key.toLowerCase() === "a" && control) choice.put([0, total]);
    else if (event.key === "Escape" && choice.size) choice.put([]);
    else if (event.key === "Delete" && choice.size) this.model.send({ kind: "remove" });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private go(index: number, upTo: boolean): void {
    this.choice.go(index, upTo);
    this.scroller.scrollTop = reveal(this.layout, index, this.scroller.scrollTop, this.room);
    this.draw();
    this.focus(index);
  }
}

/** Room for the scroll bar, in pixels: kept free so that it does not change the columns. */
const SCROLLBAR = 14;
/** Side of the thumbnails that Python keeps (`SIDE` in image_grid.py), in pixels; larger ones are twice as large. */
const SMALL = 160;
