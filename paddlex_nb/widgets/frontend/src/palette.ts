// The colours of classes and series; parts/palette.json is shared with Python.
import palette from "../../parts/palette.json" with { type: "json" };

export const RIGHT: string = palette.right;
export const WRONG: string = palette.wrong;

export function colour(index: number): string {
  return palette.categorical[index % palette.categorical.length] as string;
}
