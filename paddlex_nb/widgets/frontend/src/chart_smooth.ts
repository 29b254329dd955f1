// Curves that are smoothed for the eye; what was measured is drawn faintly behind them.

type Column = readonly (number | null | undefined)[];

/**
 * A running mean in which what lies further back counts exponentially less.
 *
 * It is corrected for its beginning, where there is no past: the first value stays as it is. Gaps
 * and places without a point stay so and count for nothing.
 *
 * @param weight What the past counts, from 0 (nothing) to below 1.
 */
export function smoothed(values: Column, weight: number): (number | null | undefined)[] {
  let sum = 0;
  let share = 0; // what the sum holds of a whole mean
  return values.map((value) => {
    if (value == null) return value;
    sum = sum * weight + value * (1 - weight);
    share = share * weight + (1 - weight);
    return sum / share;
  });
}

/** What a logarithmic axis can show: nothing from zero downwards. */
export function positive(values: Column): (number | null | undefined)[] {
  return values.map((value) => (value != null && value <= 0 ? null : value));
}

/**
 * The columns that a chart draws: x, then what was measured of each curve (drawn faintly, and only
 * if the curves are smoothed), then the curves.
 */
export function layers(
  [xs, ...curves]: readonly [Column, ...Column[]],
  weight: number,
  logarithmic: boolean,
): Column[] {
  const shown: Column[] = logarithmic ? curves.map(positive) : curves;
  const faint = shown.map((values) => (weight > 0 ? values : values.map(() => undefined)));
  const drawn = weight > 0 ? shown.map((values) => smoothed(values, weight)) : shown;
  return [xs, ...faint, ...drawn];
}
