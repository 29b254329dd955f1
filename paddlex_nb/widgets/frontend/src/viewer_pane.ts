// The picture with what one source says about it; several panes move together.
import { h } from "./dom.ts";
import type { GridLook } from "./grid_look.ts";
import type { Picture } from "./grid_source.ts";
import { colour } from "./palette.ts";
import { extent, type Layer, type Shape, sure, under } from "./shapes.ts";
import type { Frame } from "./viewer_zoom.ts";

/** Height of a label in pixels. */
const LABEL = 20;
/** More names than these hide the picture: then the pointer tells them. */
const MOST_NAMED = 40;

/** What lies under the pointer. */
export interface Found {
  class: number;
  shape: Shape | null;
}

export class Pane {
  readonly image: HTMLImageElement;
  readonly element: HTMLElement;
  readonly sheet: HTMLElement;
  readonly labels = h("div", { class: "pxp-labels", "aria-hidden": "true" });
  shapes: Shape[] = [];
  private layers: readonly Layer[] = [];
  private frame: Frame | null = null;

  constructor(
    private readonly look: GridLook,
    picture: Picture,
    title: string,
  ) {
    this.image = h("img", { alt: picture.caption, draggable: "false" });
    if (picture.url) this.image.src = picture.url;
    this.sheet = h("div", { class: "pxp-sheet" }, this.image);
    this.element = h(
      "div",
      { class: "pxp-pane" },
      this.sheet,
      this.labels,
      title ? h("span", { class: "pxp-frame-title" }, title) : null,
    );
  }

  cover(layers: readonly Layer[]): void {
    this.layers = layers;
    this.look.cover(this.sheet, layers);
    this.shapes = layers.flatMap(({ shapes }) => sure(shapes, this.look.filter));
    this.labels.replaceChildren(
      ...(this.shapes.length > MOST_NAMED
        ? []
        : this.shapes.map((shape) =>
            h(
              "span",
              { class: "pxp-label", style: `--paint:${colour(shape.class)}` },
              this.nameOf(shape),
            ),
          )),
    );
  }

  private nameOf({ class: index, score }: Shape): string {
    const name = this.look.className(index);
    return score === undefined ? name : `${name} ${score.toFixed(2)}`;
  }

  place(frame: Frame): void {
    this.frame = frame;
    const { left, top, width, height, scale } = frame;
    const { clientWidth, clientHeight } = this.element;
    Object.assign(this.sheet.style, {
      width: `${width}px`,
      height: `${height}px`,
      transform: `translate(${left}px, ${top}px)`,
    });
    this.image.style.imageRendering = scale > 4 ? "pixelated" : "auto";
    [...this.labels.querySelectorAll<HTMLElement>(".pxp-label")].forEach((label, index) => {
      const [x0, y0, x1, y1] = extent(this.shapes[index] as Shape);
      const [near, far] = [left + x0 * width, left + x1 * width];
      const [high, low] = [top + y0 * height, top + y1 * height];
      label.hidden = far < 0 || near > clientWidth || low < 0 || high > clientHeight;
      label.style.transform = `translate(${Math.max(1, near)}px, ${Math.max(LABEL, high)}px)`;
    });
  }

  /** Where the pointer is, in shares of the picture's sides. */
  at(event: MouseEvent): [number, number] {
    const { left, top } = this.element.getBoundingClientRect();
    const frame = this.frame ?? { left: 0, top: 0, width: 1, height: 1 };
    return [
      (event.clientX - left - frame.left) / frame.width,
      (event.clientY - top - frame.top) / frame.height,
    ];
  }

  /** The smallest object there, or the class of that pixel. */
  find(x: number, y: number): Found | null {
    const shape = under(this.shapes, x, y);
    if (shape) return { class: shape.class, shape };
    for (const { mask } of this.layers) {
      const found = mask?.at(x, y) ?? null;
      if (found !== null) return { class: found, shape: null };
    }
    return null;
  }

  /** Where something in the picture is drawn, in the pane's pixels. */
  spot(x: number, y: number): [number, number] {
    const { left, top, width, height } = this.frame ?? { left: 0, top: 0, width: 0, height: 0 };
    return [left + x * width, top + y * height];
  }
}
