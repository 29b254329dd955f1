// Where the large picture lies: its panes move together and say what is under the pointer.
import { h } from "./dom.ts";
import type { GridLook } from "./grid_look.ts";
import type { Picture } from "./grid_source.ts";
import type { View } from "./part.ts";
import type { Layer } from "./shapes.ts";
import { Pane } from "./viewer_pane.ts";
import { described, Tip } from "./viewer_tip.ts";
import { Zoom } from "./viewer_zoom.ts";

/** What the stage asks of the viewer around it. */
export interface StageHost {
  /** Width and height of the file's picture in pixels; zeros if they are not known. */
  size(): readonly [number, number];
  /** Takes a press of the pointer: true if it did, and the picture is not dragged. */
  press(event: PointerEvent, pane: Pane): boolean;
  /**
   * Told whenever the picture lies elsewhere.
   *
   * @param scale How large a pixel of the file is drawn.
   * @param coarse Whether the file has more pixels than the picture that is drawn, and they would
   *   be seen.
   */
  arranged(scale: number, coarse: boolean): void;
}

export class Stage {
  readonly element = h("div", { class: "pxp-stage" });
  /** What is said in place of the picture, or about it. */
  readonly note = h("p", { class: "pxp-note", role: "status" });
  private panes: Pane[] = [];
  private readonly row = h("div", { class: "pxp-panes" });
  private readonly tip = new Tip();
  private readonly zoom = new Zoom();

  constructor(
    view: View,
    private readonly look: GridLook,
    private readonly host: StageHost,
  ) {
    const { element } = this;
    element.append(this.row, this.tip.element, this.note);
    element.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    element.addEventListener("dblclick", () => this.fit());
    element.addEventListener("pointerdown", (event) => this.press(event));
    element.addEventListener("pointermove", (event) => this.tell(event));
    element.addEventListener("pointerleave", () => this.tip.hide());
    view.onResize(element, () => this.arrange());
  }

  /** The pane whose objects can be corrected. */
  get first(): Pane | undefined {
    return this.panes[0];
  }

  /** Shows a picture, once for each of its panes. */
  put(picture: Picture, keepsZoom: boolean): void {
    const layers = this.look.panes(picture);
    const title = (at: number) => (layers.length > 1 ? this.look.title(at) : "");
    this.panes = layers.map((_, at) => new Pane(this.look, picture, title(at)));
    for (const { image } of this.panes) image.addEventListener("load", () => this.arrange());
    this.row.replaceChildren(...this.panes.map(({ element }) => element));
    if (!keepsZoom) this.zoom.fit();
    this.cover(layers);
  }

  /** Draws over the same picture anew. */
  redraw(picture: Picture): void {
    const layers = this.look.panes(picture);
    if (layers.length === this.panes.length) this.cover(layers);
    else this.put(picture, false);
  }

  clear(): void {
    this.row.replaceChildren();
    this.panes = [];
    this.tip.hide();
  }

  hideTip(): void {
    this.tip.hide();
  }

  fit(): void {
    this.zoom.fit();
    this.arrange();
  }

  zoomBy(factor: number, from?: [number, number]): void {
    this.zoom.by(factor, from);
    this.arrange();
  }

  private cover(layers: Layer[][]): void {
    this.panes.forEach((pane, at) => {
      pane.cover(layers[at] ?? []);
    });
    this.arrange();
  }

  /** Puts picture, shapes and labels where zoom and shift want them. */
  private arrange(): void {
    const { first } = this;
    if (!first?.image.naturalWidth || !first.element.clientWidth) return;
    const { naturalWidth, naturalHeight } = first.image;
    const frame = this.zoom.frame(first.element, naturalWidth, naturalHeight);
    for (const pane of this.panes) pane.place(frame);
    const [width] = this.host.size();
    const coarse = frame.scale * devicePixelRatio > 1 && width > naturalWidth;
    this.host.arranged(frame.width / (width || naturalWidth), coarse);
  }

  private paneOf(event: Event): Pane | undefined {
    return this.panes.find(({ element }) => element.contains(event.target as Node));
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const under = this.paneOf(event)?.element ?? this.element;
    const { left, top, width, height } = under.getBoundingClientRect();
    const from: [number, number] = [
      event.clientX - left - width / 2,
      event.clientY - top - height / 2,
    ];
    this.zoomBy(Math.exp(-event.deltaY / 400), from);
  }

  private press(event: PointerEvent): void {
    const pane = this.paneOf(event);
    if (pane && this.host.press(event, pane)) event.preventDefault();
    else if (event.button === 0) this.zoom.drag(event, this.element, () => this.arrange());
  }

  /** Says what lies under the pointer. */
  private tell(event: PointerEvent): void {
    const pane = this.paneOf(event);
    const found = event.buttons === 0 ? pane?.find(...pane.at(event)) : null;
    const name = found ? this.look.className(found.class) : "";
    this.tip.show(event, found ? described(found, name, this.host.size()) : "", this.element);
  }
}
