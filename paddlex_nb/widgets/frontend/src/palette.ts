// The colours of classes and series; parts/palette.json is shared with Python.
import palette from "../../parts/palette.json" with { type: "json" };

export const RIGHT: string = palette.right;
export const WRONG: string = palette.wrong;

export function colour(index: number): string {
  return palette.categorical[index % palette.categorical.length] as string;
}

/** The colours of the values 0 to 255 as pixels of a canvas; 255 and `hidden` are transparent. */
export function colours(hidden: readonly number[]): Uint32Array {
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let number = 0; number < 255; number += 1) {
    if (hidden.includes(number)) continue;
    const hex = Number.parseInt(colour(number).slice(1), 16);
    bytes.set([hex >> 16, (hex >> 8) & 255, hex & 255, 255], 4 * number);
  }
  return new Uint32Array(bytes.buffer);
}
