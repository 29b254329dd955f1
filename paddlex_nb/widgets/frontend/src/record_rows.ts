// Rows of a table: their order and which of them a search finds. No element in sight.

export type Order = number | string | null;

export interface Row {
  id: string;
  texts: string[];
  orders: Order[];
  /** All that it is found by, in small letters. */
  found: string;
}

/** A row as Python sends it: id, texts, orders, further text to search in. */
export type Sent = [string, string[], Order[], string];

export function received([id, texts, orders, search]: Sent): Row {
  return { id, texts, orders, found: [...texts, search, id].join(" ").toLowerCase() };
}

/** The rows in which every word of a search occurs. */
export function matching(rows: readonly Row[], search: string): Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => row.found.includes(word)));
}

/**
 * The rows by a column; those without a value come last, whichever way, and equal ones stay in the
 * order in which they were given.
 */
export function sorted(rows: readonly Row[], column: number, descending: boolean): Row[] {
  const way = descending ? -1 : 1;
  const key = (row: Row): Order => row.orders[column] ?? row.texts[column] ?? null;
  return [...rows].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    const [none, noOther] = [one === null || one === "", other === null || other === ""];
    if (none || noOther) return Number(none) - Number(noOther);
    return way * compared(one, other);
  });
}

function compared(one: Order, other: Order): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}

/** What a column is sorted by after its head was pressed: up, down, then as given. */
export function nextSort(sort: string, name: string): string {
  if (sort === name) return `-${name}`;
  return sort === `-${name}` ? "" : name;
}

/** The ids chosen after one was pressed; with `upTo` all from the one pressed before. */
export function chosen(
  shown: readonly Row[],
  selected: readonly string[],
  id: string,
  anchor: string | null,
): string[] {
  const place = (wanted: string | null) => shown.findIndex((row) => row.id === wanted);
  const [from, to] = [place(anchor), place(id)];
  if (anchor !== null && from >= 0 && to >= 0) {
    const run = shown.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id);
    return [...new Set([...selected, ...run])];
  }
  return selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id];
}

/** The line that a key leads to from line `at` of so many; undefined if it does not lead away. */
export function stepped(key: string, at: number, lines: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: lines - 1,
    PageDown: at + 10,
    PageUp: at - 10,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.max(0, Math.min(to, lines - 1));
}
