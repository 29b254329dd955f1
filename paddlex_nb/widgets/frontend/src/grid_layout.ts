// Where each thumbnail lies in a long sheet of which only a window is seen.

export interface Layout {
  columns: number;
  /** Room of a thumbnail with its captions, gaps included, in pixels. */
  width: number;
  height: number;
  /** Height of the sheet as the browser knows it. */
  sheet: number;
  /** How many pixels of pictures a pixel of the scroll bar stands for: 1 but for huge sheets. */
  ratio: number;
}

/** A part of the sheet, in pixels from the sheet's corner. */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where in the sheet a thumbnail is drawn, in pixels from the sheet's corner. */
export interface Place {
  left: number;
  top: number;
}

export const GAP = 8;
/** Padding of a thumbnail, and the height of a line of its caption. */
const PADDING = 4;
export const LINE = 19;
/** Browsers do not draw elements that are much higher. */
const HIGHEST = 12_000_000;

export interface LayoutOptions {
  /** Room for the sheet in pixels. */
  width: number;
  /** Wanted side of a picture; columns are made a little larger so that they fill the room. */
  side: number;
  /** Number of pictures. */
  count: number;
  /** How often each picture is shown, side by side. */
  frames?: number;
  /** Lines below each picture. */
  lines?: number;
  /** Height of the window in pixels. */
  room?: number;
}

export function layout(options: LayoutOptions): Layout {
  const { width, side, count, frames = 1, lines = 1, room = 600 } = options;
  const least = Math.min(
    side * frames + 2 * PADDING,
    Math.floor((width - GAP) / (frames > 1 ? 1 : 2)),
  );
  const columns = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
  const each = (width + GAP) / columns;
  const frame = (each - GAP - 2 * PADDING) / frames;
  const height = Math.ceil(frame + 2 * PADDING + lines * LINE + GAP);
  const whole = Math.ceil(count / columns) * height;
  const sheet = Math.min(whole, HIGHEST);
  return {
    columns,
    width: each,
    height,
    sheet,
    ratio: whole > sheet ? (whole - room) / (sheet - room) : 1,
  };
}

/** The pictures in a window of the sheet: the first, and the one after the last. */
export function visible(
  { columns, height, ratio }: Layout,
  top: number,
  room: number,
  count: number,
): [number, number] {
  const from = Math.floor((top * ratio) / height) * columns;
  const to = Math.ceil((top * ratio + room) / height) * columns;
  return [Math.max(0, Math.min(from, count)), Math.max(0, Math.min(to, count))];
}

/** Where a picture is drawn while the window begins at `top`. */
export function place(
  { columns, width, height, ratio }: Layout,
  index: number,
  top: number,
): Place {
  const row = Math.floor(index / columns);
  return { left: (index % columns) * width, top: row * height - top * ratio + top };
}

/** Where the window has to begin so that a picture is wholly seen, moving as little as possible. */
export function reveal(
  { columns, height, ratio }: Layout,
  index: number,
  top: number,
  room: number,
): number {
  const above = Math.floor(index / columns) * height;
  const begin = top * ratio;
  if (above < begin) return above / ratio;
  if (above + height > begin + room) return (above + height - room) / ratio;
  return top;
}

/** Where a key leads from `index`, or null if the key does not move. */
export function moved(
  key: string,
  index: number,
  { columns, height }: Layout,
  { count, room }: { count: number; room: number },
): number | null {
  const page = columns * Math.max(1, Math.floor(room / height));
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -index,
    End: count - 1 - index,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return null;
  return Math.min(count - 1, Math.max(0, index + step));
}

/** The pictures that a rectangle touches, as runs of the first and the one after the last. */
export function touched(
  { columns, width, height }: Layout,
  count: number,
  { left, top, right, bottom }: Rectangle,
): [number, number][] {
  const first = Math.max(0, Math.floor(left / width));
  const last = Math.min(columns - 1, Math.floor(right / width));
  const runs: [number, number][] = [];
  for (
    let row = Math.max(0, Math.floor(top / height));
    row <= Math.floor(bottom / height);
    row += 1
  ) {
    const from = row * columns + first;
    const to = Math.min(count, row * columns + last + 1);
    if (from < to) runs.push([from, to]);
  }
  return runs;
}
