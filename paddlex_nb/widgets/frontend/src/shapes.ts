// Annotations over a picture.
import { svg } from "./dom.ts";
import { colour } from "./palette.ts";

export interface Shape {
  kind: "box" | "polygon";
  class: number;
  /** Shares of the picture's width and height, x before y. */
  points: number[];
}

/** A drawing that covers the picture exactly: stretched over it, lines of even width. */
export function drawing(shapes: readonly Shape[]): SVGSVGElement {
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
