// A choice of many pictures as runs: an ascending list of the first and the one after the last.

export type Runs = number[];

export function has(runs: Runs, index: number): boolean {
  return runsBefore(runs, index) % 2 === 1;
}

export function size(runs: Runs): number {
  return runs.reduce((sum, edge, at) => sum + (at % 2 ? edge : -edge), 0);
}

/** The choice with all from `start` to before `stop` in it, or with none of them. */
export function put(runs: Runs, start: number, stop: number, chosen: boolean): Runs {
  if (start >= stop) return runs;
  const before = runs.filter((edge) => edge < start);
  const after = runs.filter((edge) => edge > stop);
  // an odd number of edges before means that a run is open there
  const opens = before.length % 2 === 1;
  const closes = after.length % 2 === 1;
  const inner = [...(opens === chosen ? [] : [start]), ...(closes === chosen ? [] : [stop])];
  return [...before, ...inner, ...after];
}

/** From one picture to another, whichever comes first. */
export function between(one: number, other: number): [number, number] {
  return [Math.min(one, other), Math.max(one, other) + 1];
}

export function union(runs: Runs, more: readonly [number, number][]): Runs {
  return more.reduce((all, [start, stop]) => put(all, start, stop, true), runs);
}

/** How many edges lie at or before a picture: odd inside of a run. */
function runsBefore(runs: Runs, index: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as number) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
