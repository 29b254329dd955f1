// How many thumbnails make a page, and where a page starts.

export interface Layout {
  columns: number;
  size: number;
}

const GAP = 8;
const LEAST = 24;

/** Columns that fill the width, and enough whole rows for 24 frames or a few more. */
export function layout(width: number, frames = 1): Layout {
  const side = width < 560 ? 88 : frames > 1 ? 144 : 112;
  const columns = Math.max(frames > 1 ? 1 : 2, Math.floor((width + GAP) / (side * frames + GAP)));
  return { columns, size: columns * Math.max(3, Math.ceil(LEAST / frames / columns)) };
}

/** The first picture of the page on which `index` stands. */
export function pageStart(index: number, size: number): number {
  return Math.floor(index / size) * size;
}

/** Where a key leads from `index`, or null if the key does not move. */
export function moved(key: string, index: number, count: number, { columns, size }: Layout): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
    PageUp: -size, PageDown: size, Home: -index, End: count - 1 - index,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return null;
  return Math.min(count - 1, Math.max(0, index + step));
}
