// What a correction will make of an object: shown, and gone on from, before the kernel answers.
import type { Shape } from "./shapes.ts";

/** True if an object is another one now. */
export function foresee(shapes: readonly Shape[], correction: Record<string, unknown>): boolean {
  const { what, box, object, class: index } = correction;
  const meant = shapes.filter(({ number }) => number !== undefined && number === object);
  for (const shape of meant) {
    if (what === "box" && shape.kind === "box") shape.points = [...(box as number[])];
    if (what === "object_class") shape.class = index as number;
  }
  return meant.length > 0 && (what === "box" || what === "object_class");
}
