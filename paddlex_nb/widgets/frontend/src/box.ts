// Boxes that the pointer and keys move and resize.

/** Left, top, right, bottom in shares of the picture's sides. */
export type Box = [left: number, top: number, right: number, bottom: number];

/** Where the handles of a box are: how much each moves left, top, right and bottom. */
export const HANDLES: readonly Box[] = [
  [1, 1, 0, 0],
  [0, 1, 0, 0],
  [0, 1, 1, 0],
  [1, 0, 0, 0],
  [0, 0, 1, 0],
  [1, 0, 0, 1],
  [0, 0, 0, 1],
  [0, 0, 1, 1],
];
/** What is pulled to move a box as a whole. */
export const WHOLE: Box = [1, 1, 1, 1];
/** The corner that keys move. */
export const LAST_CORNER: Box = [0, 0, 1, 1];
/** Smallest side of a box that is kept, in shares of the picture's. */
const LEAST = 0.004;

/** Whether a box is large enough to be kept. */
export function large([left, top, right, bottom]: Box): boolean {
  return right - left >= LEAST && bottom - top >= LEAST;
}

/** The box between two corners, as far as it lies in the picture. */
export function spanned(one: readonly [number, number], other: readonly [number, number]): Box {
  const low = ([0, 1] as const).map((axis) => within(Math.min(one[axis], other[axis])));
  const high = ([0, 1] as const).map((axis) => within(Math.max(one[axis], other[axis])));
  return [...low, ...high] as Box;
}

/** A box whose sides were pulled; moved as a whole it keeps its size. */
export function pulled(
  [left, top, right, bottom]: Box,
  handle: Box,
  [x, y]: readonly [number, number],
): Box {
  if (handle.every(Boolean)) {
    const across = Math.min(Math.max(x, -left), 1 - right);
    const down = Math.min(Math.max(y, -top), 1 - bottom);
    return [left + across, top + down, right + across, bottom + down];
  }
  return spanned(
    [left + x * handle[0], top + y * handle[1]],
    [right + x * handle[2], bottom + y * handle[3]],
  );
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}
