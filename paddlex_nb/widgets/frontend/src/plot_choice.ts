// What a press on a plot makes of the choice, and what its columns are called.
import { value } from "./format.ts";

export type Kind = "bars" | "columns" | "cells";

/**
 * The places that are chosen after a press.
 *
 * Bars are chosen and left one by one, cells one at a time, and columns too, or as one run.
 *
 * @param selected Places that are chosen now.
 * @param at The place that was pressed.
 * @param from Where a run of columns begins; null for no run.
 */
export function pressed(
  kind: Kind,
  selected: readonly number[],
  at: number,
  from: number | null,
): number[] {
  if (kind === "columns" && from !== null) {
    const first = Math.min(from, at);
    return Array.from({ length: Math.abs(at - from) + 1 }, (_, offset) => first + offset);
  }
  if (kind !== "bars") return selected.length === 1 && selected[0] === at ? [] : [at];
  return selected.includes(at) ? selected.filter((one) => one !== at) : [...selected, at];
}

/** Where a key leads from `active`, or null if the key does not move. */
export function neighbour(
  key: string,
  active: number,
  size: number,
  across: number,
): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -across,
    ArrowDown: across,
    Home: -active,
    End: size - 1 - active,
  };
  const step = steps[key];
  return step === undefined ? null : Math.min(size - 1, Math.max(0, active + step));
}

/** What a column is called that lies between two edges; only the last one holds its end. */
export function binName(edges: readonly number[], at: number): string {
  const before = at + 2 < edges.length ? "<" : "";
  return `${value(edges[at] ?? 0)} – ${before}${value(edges[at + 1] ?? 0)}`;
}
