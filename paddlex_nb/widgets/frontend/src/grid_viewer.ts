// One large picture inside the part: zoom, move, turn, close.
import { button, h, refill } from "./dom.ts";
import { count } from "./format.ts";
import { type GridSource, type Picture, release } from "./grid_source.ts";
import { colour } from "./palette.ts";
import type { View } from "./part.ts";
import { cover, extent, type Layer, type Shape, sure } from "./shapes.ts";

const CLOSEST = 20;
/** Height of a label in pixels. */
const LABEL = 20;

export interface ViewerHost {
  count(): number;
  className(index: number): string;
  /** What lies over the picture, once for each time that the picture is shown. */
  panes(picture: Picture): Layer[][];
  title(pane: number): string;
  /** What is said about the picture as a whole. */
  summary(layers: readonly Layer[]): string;
  threshold(): number;
  tools(): HTMLElement[];
  closed(index: number): void;
}

/** The picture with what one source says about it; several stand beside each other and move together. */
interface Pane {
  element: HTMLElement;
  sheet: HTMLElement;
  image: HTMLImageElement;
  labels: HTMLElement;
  shapes: Shape[];
}

export class Viewer {
  readonly element = h("div", {
    class: "pxp-viewer", role: "dialog", tabindex: -1, hidden: true, "data-lm-suppress-shortcuts": "true",
  });
  private readonly bar = h("div", { class: "pxp-head" });
  private readonly caption = h("div", { class: "pxp-title pxp-caption" });
  private readonly place = h("span", { class: "pxp-note" });
  private readonly level = h("span", { class: "pxp-note pxp-level" });
  private readonly stage = h("div", { class: "pxp-stage" });
  private readonly row = h("div", { class: "pxp-panes" });
  private readonly note = h("p", { class: "pxp-note" });
  private panes: Pane[] = [];
  private index = 0;
  private picture: Picture | null = null;
  private takeBack: () => void = () => {};
  private zoom = 1; // 1 shows the whole picture
  private shift: [number, number] = [0, 0]; // of the picture's centre from the stage's, in pixels

  constructor(
    private readonly view: View,
    private readonly source: GridSource,
    private readonly host: ViewerHost,
  ) {
    this.stage.append(this.row, this.note);
    this.element.append(this.bar, this.stage);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      const under = this.panes.find(({ element }) => element.contains(event.target as Node))?.element ?? this.stage;
      const { left, top, width, height } = under.getBoundingClientRect();
      const from: [number, number] = [event.clientX - left - width / 2, event.clientY - top - height / 2];
      this.zoomBy(Math.exp(-event.deltaY / 400), from);
    }, { passive: false });
    this.stage.addEventListener("dblclick", () => this.fit());
    this.stage.addEventListener("pointerdown", (event) => this.drag(event));
    const observer = new ResizeObserver(() => this.arrange());
    observer.observe(this.stage);
    view.onEnd(() => {
      observer.disconnect();
      this.drop();
    });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  show(index: number): void {
    this.drop();
    this.index = index;
    this.element.hidden = false;
    this.relabel();
    const thumbnail = this.source.thumbnail(index);
    if (thumbnail) this.put(thumbnail);
    else this.row.replaceChildren();
    this.note.textContent = thumbnail ? "" : this.view.text("loading");
    this.element.dataset["state"] = "loading";
    this.element.focus({ preventScroll: true });
    this.takeBack = this.source.open(index, ([picture], problem) => {
      this.element.dataset["state"] = problem ? "failed" : "shown";
      this.note.textContent = problem || (picture?.url ? "" : this.view.text("broken_picture"));
      if (!picture) return;
      this.picture = picture;
      this.put(picture);
    });
  }

  close(): void {
    this.drop();
    this.element.hidden = true;
    this.host.closed(this.index);
  }

  /** Draws shapes and labels anew. */
  redraw(): void {
    const shown = this.picture ?? this.source.thumbnail(this.index);
    if (!shown || !this.open) return;
    const layers = this.host.panes(shown);
    if (layers.length !== this.panes.length) return this.put(shown);
    this.panes.forEach((pane, at) => {
      const mine = layers[at] ?? [];
      cover(pane.sheet, mine, this.host.threshold());
      pane.shapes = mine.flatMap(({ shapes }) => sure(shapes, this.host.threshold()));
      pane.labels.replaceChildren(...pane.shapes.map((shape) =>
        h("span", { class: "pxp-label", style: `--paint:${colour(shape.class)}` }, this.labelOf(shape))));
    });
    this.arrange();
  }

  private labelOf({ class: index, score }: Shape): string {
    const name = this.host.className(index);
    return score === undefined ? name : `${name} ${score.toFixed(2)}`;
  }

  relabel(): void {
    const { view, index } = this;
    const total = this.host.count();
    const before = button("previous-picture", "back", view.text("previous"), () => this.turn(-1));
    const after = button("next-picture", "forward", view.text("next"), () => this.turn(1));
    before.disabled = index === 0;
    after.disabled = index === total - 1;
    this.place.textContent = `${count(index + 1)} / ${count(total)}`;
    refill(this.bar, 
      button("close", "close", view.text("back"), () => this.close()),
      this.caption,
      h("div", { class: "pxp-tools" },
        ...this.host.tools(), before, this.place, after,
        button("zoom-out", "minus", view.text("zoom_out"), () => this.zoomBy(1 / 1.5)),
        this.level,
        button("zoom-in", "plus", view.text("zoom_in"), () => this.zoomBy(1.5)),
        button("zoom-fit", "fit", view.text("zoom_fit"), () => this.fit())),
    );
    this.stage.title = view.text("viewer_hint");
    this.element.dataset["index"] = String(index);
    if (this.open && document.activeElement === document.body) this.element.focus({ preventScroll: true });
  }

  private put(picture: Picture): void {
    this.caption.textContent = [picture.caption, this.host.summary(picture.layers)].filter(Boolean).join(" · ");
    this.element.setAttribute("aria-label", picture.caption);
    const layers = this.host.panes(picture);
    this.panes = layers.map((_, at) => this.pane(picture, layers.length > 1 ? this.host.title(at) : ""));
    this.row.replaceChildren(...this.panes.map(({ element }) => element));
    this.fit();
    this.redraw();
  }

  private pane(picture: Picture, title: string): Pane {
    const image = h("img", { alt: picture.caption, draggable: "false" });
    const sheet = h("div", { class: "pxp-sheet" }, image);
    const labels = h("div", { class: "pxp-labels", "aria-hidden": "true" });
    image.addEventListener("load", () => this.arrange());
    if (picture.url) image.src = picture.url;
    const element = h("div", { class: "pxp-pane" }, sheet, labels, title ? h("span", { class: "pxp-frame-title" }, title) : null);
    return { element, sheet, image, labels, shapes: [] };
  }

  /** Lets go of the large picture and of the request for it. */
  private drop(): void {
    this.takeBack();
    this.row.replaceChildren();
    this.panes = [];
    if (this.picture) release(this.picture);
    this.picture = null;
  }

  private turn(step: number): void {
    const index = this.index + step;
    if (index >= 0 && index < this.host.count()) this.show(index);
  }

  private fit(): void {
    this.zoom = 1;
    this.shift = [0, 0];
    this.arrange();
  }

  private zoomBy(factor: number, from: [number, number] = [0, 0]): void {
    const before = this.zoom;
    this.zoom = Math.min(CLOSEST, Math.max(1, before * factor));
    const grown = this.zoom / before;
    // what lies under the pointer stays under it
    this.shift = [from[0] - (from[0] - this.shift[0]) * grown, from[1] - (from[1] - this.shift[1]) * grown];
    this.arrange();
  }

  /** Puts picture, shapes and labels where zoom and shift want them. */
  private arrange(): void {
    const first = this.panes[0];
    if (!first) return;
    const { naturalWidth, naturalHeight } = first.image;
    const { clientWidth, clientHeight } = first.element;
    if (!naturalWidth || !clientWidth) return;
    const scale = Math.min(clientWidth / naturalWidth, clientHeight / naturalHeight) * this.zoom;
    const [width, height] = [naturalWidth * scale, naturalHeight * scale];
    const room = [Math.max(0, (width - clientWidth) / 2), Math.max(0, (height - clientHeight) / 2)] as const;
    this.shift = [clamp(this.shift[0], room[0]), clamp(this.shift[1], room[1])];
    const left = (clientWidth - width) / 2 + this.shift[0];
    const top = (clientHeight - height) / 2 + this.shift[1];
    for (const { sheet, image, labels, shapes } of this.panes) {
      Object.assign(sheet.style, { width: `${width}px`, height: `${height}px`, transform: `translate(${left}px, ${top}px)` });
      image.style.imageRendering = scale > 4 ? "pixelated" : "auto";
      [...labels.children].forEach((element, index) => {
        const label = element as HTMLElement;
        const [x0, y0, x1, y1] = extent(shapes[index] as Shape);
        const [near, far] = [left + x0 * width, left + x1 * width];
        const [high, low] = [top + y0 * height, top + y1 * height];
        label.hidden = far < 0 || near > clientWidth || low < 0 || high > clientHeight;
        label.style.transform = `translate(${Math.max(1, near)}px, ${Math.max(LABEL, high)}px)`;
      });
    }
    this.level.textContent = `${Math.round(this.zoom * 100)} %`;
  }

  private drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    const [x, y] = [event.clientX - this.shift[0], event.clientY - this.shift[1]];
    const move = (moved: PointerEvent) => {
      this.shift = [moved.clientX - x, moved.clientY - y];
      this.arrange();
    };
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", move);
    this.stage.addEventListener("pointerup", () => this.stage.removeEventListener("pointermove", move), { once: true });
  }

  private onKey(event: KeyboardEvent): void {
    const keys: Record<string, () => void> = {
      ArrowLeft: () => this.turn(-1),
      ArrowRight: () => this.turn(1),
      Escape: () => this.close(),
      "+": () => this.zoomBy(1.5),
      "=": () => this.zoomBy(1.5),
      "-": () => this.zoomBy(1 / 1.5),
      "0": () => this.fit(),
    };
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

function clamp(value: number, room: number): number {
  return Math.min(room, Math.max(-room, value));
}
