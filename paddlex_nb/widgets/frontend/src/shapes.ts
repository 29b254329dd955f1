// Annotations over a picture.
import { h, svg } from "./dom.ts";
import { colour } from "./palette.ts";

export interface Shape {
  kind: "box" | "polygon";
  class: number;
  /** Shares of the picture's width and height, x before y. */
  points: number[];
  /** How sure the model is, from 0 to 1; absent where that is no question. */
  score?: number;
}

/** What is known about a picture from one source: the truth, or a model. */
export interface Layer {
  classes: number[];
  note: string;
  shapes: Shape[];
  /** Address of a picture of coloured areas to lay over it; empty if there is none. */
  mask: string;
}

/** The shapes of which a model is sure enough. */
export function sure(shapes: readonly Shape[], threshold: number): Shape[] {
  return shapes.filter(({ score }) => score === undefined || score >= threshold);
}

/** Puts areas and shapes over a picture, in place of those that were there. */
export function cover(sheet: HTMLElement, layers: readonly Layer[], threshold: number): void {
  for (const old of sheet.querySelectorAll(":scope > .pxp-mask, :scope > .pxp-shapes")) old.remove();
  for (const { mask, shapes } of layers) {
    if (mask) sheet.append(h("img", { class: "pxp-mask", src: mask, alt: "", draggable: "false" }));
    const shown = sure(shapes, threshold);
    if (shown.length) sheet.append(drawing(shown));
  }
}

/** A drawing that covers the picture exactly: stretched over it, lines of even width. */
function drawing(shapes: readonly Shape[]): SVGSVGElement {
  const outlines = shapes.map((shape) => {
    const points = corners(shape).join(" ");
    return svg("g", { "data-class": shape.class },
      svg("polygon", { points, class: "pxp-halo" }),
      svg("polygon", { points, class: "pxp-outline", style: `--paint:${colour(shape.class)}` }));
  });
  return svg("svg", {
    class: "pxp-shapes", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true",
  }, ...outlines);
}

function corners({ kind, points }: Shape): number[] {
  if (kind === "polygon") return points;
  const [left, top, right, bottom] = points as [number, number, number, number];
  return [left, top, right, top, right, bottom, left, bottom];
}

/** What a shape covers: left, top, right, bottom. */
export function extent({ points }: Shape): [number, number, number, number] {
  const xs = points.filter((_, index) => index % 2 === 0);
  const ys = points.filter((_, index) => index % 2 === 1);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
