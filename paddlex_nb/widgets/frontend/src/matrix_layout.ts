// How large a confusion matrix is drawn, and which of its cells are seen.

/** Height in pixels for the rows; with the labels it is what `max-height` leaves. */
const HEIGHT = 500;
/** Side in pixels down to which cells are made smaller, rather than that one has to scroll. */
const LEAST_TO_FIT = 26;

/** Side of a cell in pixels, so that the matrix fills `room` as far as that stays usable. */
export function cellSide(room: number, size: number, zoom: number): number {
  const tall = Math.max(LEAST_TO_FIT, Math.floor(HEIGHT / Math.max(1, size)));
  const wide = Math.floor(room / Math.max(1, size));
  const fitting = Math.min(48, Math.max(8, Math.min(wide, tall)));
  return Math.min(64, Math.max(4, Math.round(fitting * 1.5 ** zoom)));
}

/** Every how many classes a label is written, so that labels do not touch. */
export function labelStep(side: number): number {
  return Math.ceil(14 / side);
}

/** Part of an axis that is seen: where it begins and how long it is, in pixels. */
export interface Window {
  from: number;
  room: number;
}

/** The cells along an axis that are seen, and one more on each side. */
export function seen({ from, room }: Window, side: number, size: number): number[] {
  const first = Math.max(0, Math.floor(from / side) - 1);
  const end = Math.min(size, Math.ceil((from + room) / side) + 1);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

/** Where the window has to begin so that a cell is seen, moving as little as possible. */
export function revealed({ from, room }: Window, side: number, cell: number): number {
  const place = cell * side;
  return Math.min(place, Math.max(from, place + side - room));
}

/** A cell of the matrix. */
export type At = [row: number, column: number];

/** Where an arrow key leads in a matrix of `size` classes, or null if the key does not move. */
export function moved(key: string, from: At | null, size: number): At | null {
  const steps: Record<string, At> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  const step = steps[key];
  if (!step || size === 0) return null;
  const to = (axis: 0 | 1) => (from ? Math.min(size - 1, Math.max(0, from[axis] + step[axis])) : 0);
  return [to(0), to(1)];
}

/** Whether two cells, or none, are the same. */
export function same(one: At | null, other: At | null): boolean {
  return one?.[0] === other?.[0] && one?.[1] === other?.[1];
}
