// The scrolled sheet of thumbnails: only those in its window are elements.
import { focus, h } from "./dom.ts";
import { type Layout, layout, place, reveal, visible } from "./grid_layout.ts";

export class Sheet {
  readonly element = h("div", { class: "pxp-grid-sheet", role: "presentation" });
  readonly scroller = h(
    "div",
    { class: "pxp-grid", role: "listbox", "data-lm-suppress-shortcuts": "true" },
    this.element,
  );
  layout = layout({ width: 1, side: 1, count: 0 });
  /** Height of the window in pixels as it was drawn last; 0 while the sheet is hidden. */
  room = 0;
  /** The pictures that were drawn last: the first, and the one after the last. */
  window: [number, number] = [0, 0];
  private readonly tiles = new Map<number, HTMLElement>();

  /** @param tileOf Makes the element of a picture. */
  constructor(private readonly tileOf: (index: number) => HTMLElement) {}

  /** Pixels by which what is drawn lies higher than in the sheet: more than 0 for huge sheets. */
  get shift(): number {
    return this.scroller.scrollTop * (this.layout.ratio - 1);
  }

  /** The pictures that are elements now. */
  get drawn(): ReadonlyMap<number, HTMLElement> {
    return this.tiles;
  }

  /** Lays the sheet out anew; the first picture in the window stays there. */
  resize(to: Layout, count: number): void {
    const { scroller } = this;
    const [first] = visible(this.layout, scroller.scrollTop, 1, count);
    this.layout = to;
    this.element.style.height = `${to.sheet}px`;
    this.clear();
    const row = Math.floor(first / to.columns) * to.height;
    if (scroller.scrollTop > 0) scroller.scrollTop = row / to.ratio;
  }

  clear(): void {
    for (const element of this.tiles.values()) element.remove();
    this.tiles.clear();
  }

  /** Puts the pictures of the window into the sheet. */
  draw(count: number): void {
    const { scroller, layout: at } = this;
    this.room = scroller.clientHeight;
    const top = scroller.scrollTop;
    const [start, stop] = visible(at, top, this.room, count);
    for (const [index, element] of this.tiles) {
      if (index >= start && index < stop) continue;
      if (element.contains(document.activeElement)) focus(scroller);
      this.drop(index, element);
    }
    for (let index = start; index < stop; index += 1) {
      const element = this.tiles.get(index) ?? this.add(index, count);
      const { left, top: down } = place(at, index, top);
      element.style.transform = `translate(${left}px, ${down}px)`;
    }
    this.window = [start, stop];
  }

  /** Takes elements away, so that the next drawing makes them anew. */
  outdate(concerned: (index: number, element: HTMLElement) => boolean): void {
    for (const [index, element] of this.tiles) {
      if (concerned(index, element)) this.drop(index, element);
    }
  }

  /** Scrolls as little as possible so that a picture is wholly seen. */
  reveal(index: number): void {
    const { scroller } = this;
    scroller.scrollTop = reveal(this.layout, index, scroller.scrollTop, scroller.clientHeight);
  }

  /** @param active The picture that the Tab key comes to, if it is in the window. */
  mark(active: number, chosen: (index: number) => boolean): void {
    const reached = this.tiles.has(active) ? active : Math.min(...this.tiles.keys());
    for (const [index, element] of this.tiles) {
      element.tabIndex = index === reached ? 0 : -1;
      element.setAttribute("aria-selected", String(chosen(index)));
    }
  }

  focus(index: number): void {
    focus(this.tiles.get(index));
  }

  /** The picture that an event is about. */
  indexAt(event: Event): number | null {
    const found = (event.target as Element).closest<HTMLElement>(".pxp-tile");
    return found ? Number(found.dataset.index) : null;
  }

  private add(index: number, count: number): HTMLElement {
    const element = this.tileOf(index);
    element.style.width = `${this.layout.width - 8}px`;
    element.setAttribute("aria-setsize", String(count));
    this.element.append(element);
    this.tiles.set(index, element);
    return element;
  }

  private drop(index: number, element: HTMLElement): void {
    element.remove();
    this.tiles.delete(index);
  }
}
