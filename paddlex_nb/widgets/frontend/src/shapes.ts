// Annotations over a picture.
import { h, svg } from "./dom.ts";
import type { LabelMap } from "./label_map.ts";
import { colour } from "./palette.ts";

export interface Shape {
  kind: "box" | "polygon";
  class: number;
  /** Shares of the picture's width and height, x before y. */
  points: number[];
  /**
   * Number of corners of each closed line, where parts or holes make several of them, one after
   * another in `points`; what is inside of an odd number of lines is the object.
   */
  rings?: number[];
  /** How sure the model is, from 0 to 1; absent where that is no question. */
  score?: number;
  /** What Python calls the object; several outlines may be of one. Absent where nothing asks. */
  number?: number;
  /** Others are looked for. */
  faint?: boolean;
  /** What else is said of it. */
  note?: string;
}

/** What is known about a picture from one source: the truth, or a model. */
export interface Layer {
  classes: number[];
  note: string;
  shapes: Shape[];
  mask: LabelMap | null;
}

/** What of the annotations is drawn. */
export interface Filter {
  threshold: number;
  hidden: readonly number[];
}

/** The shapes of which a model is sure enough and whose class is not hidden. */
export function sure(shapes: readonly Shape[], { threshold, hidden }: Filter): Shape[] {
  return shapes.filter(
    (shape) =>
      (shape.score === undefined || shape.score >= threshold) && !hidden.includes(shape.class),
  );
}

/** Puts areas and shapes over a picture, in place of those that were there. */
export function cover(sheet: HTMLElement, layers: readonly Layer[], filter: Filter): void {
  for (const old of sheet.querySelectorAll(":scope > .pxp-mask, :scope > .pxp-shapes"))
    old.remove();
  for (const { mask, shapes } of layers) {
    if (mask) {
      const canvas = h("canvas", { class: "pxp-mask", "aria-hidden": "true" });
      // a mask that no browser reads leaves nothing
      void mask.paint(canvas, filter.hidden).catch(() => canvas.remove());
      sheet.append(canvas);
    }
    const shown = sure(shapes, filter);
    if (shown.length) sheet.append(drawing(shown));
  }
}

/** A drawing that covers the picture exactly: stretched over it, lines of even width. */
function drawing(shapes: readonly Shape[]): SVGSVGElement {
  const outlines = shapes.map((shape) => {
    const d = lines(shape)
      .map((line) => `M${line.join(" ")}Z`)
      .join("");
    return svg(
      "g",
      { "data-class": shape.class, class: shape.faint ? "pxp-faint" : "" },
      svg("path", { d, class: "pxp-halo" }),
      svg("path", { d, class: "pxp-outline", style: `--paint:${colour(shape.class)}` }),
    );
  });
  return svg(
    "svg",
    {
      class: "pxp-shapes",
      viewBox: "0 0 1 1",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    ...outlines,
  );
}

/** The closed lines around a shape. */
export function lines({ kind, points, rings }: Shape): number[][] {
  if (kind === "box") {
    const [left, top, right, bottom] = points as [number, number, number, number];
    return [[left, top, right, top, right, bottom, left, bottom]];
  }
  let end = 0;
  return (rings ?? [points.length / 2]).map((count) => {
    end += 2 * count;
    return points.slice(end - 2 * count, end);
  });
}

/** What a shape covers: left, top, right, bottom. */
export function extent({ points }: Shape): [number, number, number, number] {
  const xs = points.filter((_, index) => index % 2 === 0);
  const ys = points.filter((_, index) => index % 2 === 1);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The smallest shape under a point, or undefined. */
export function under(shapes: readonly Shape[], x: number, y: number): Shape | undefined {
  const area = (shape: Shape) => {
    const [left, top, right, bottom] = extent(shape);
    return (right - left) * (bottom - top);
  };
  return shapes
    .filter((shape) => covers(shape, x, y))
    .sort((one, other) => area(one) - area(other))[0];
}

/** Whether a point is inside, by the even-odd rule. */
function covers(shape: Shape, x: number, y: number): boolean {
  return lines(shape).filter((line) => encloses(line, x, y)).length % 2 === 1;
}

function encloses(points: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let at = 0; at < points.length; at += 2) {
    const [x0, y0] = [points[at] as number, points[at + 1] as number];
    const next = (at + 2) % points.length;
    const [x1, y1] = [points[next] as number, points[next + 1] as number];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}

/** The object `step` places after another, around the end; after none, the first or last. */
export function neighbour(
  shapes: readonly Shape[],
  after: number | null,
  step: 1 | -1,
): number | undefined {
  const numbers = [...new Set(shapes.flatMap(({ number }) => number ?? []))];
  const at = after === null ? -1 : numbers.indexOf(after);
  if (at < 0) return numbers.at(step > 0 ? 0 : -1);
  return numbers[(at + step + numbers.length) % numbers.length];
}
