// Numbers with sensible digits.

export function value(number: number): string {
  if (!Number.isFinite(number)) return "–";
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return number.toExponential(2);
  return String(Number(number.toPrecision(4)));
}

/** A number of an axis: neighbours must not look alike. */
export function tick(number: number): string {
  return String(Number(number.toPrecision(6)));
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** A count that fits a small cell: 950, 12k, 3.4M. */
export function short(number: number): string {
  const units: [number, string][] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"],
  ];
  for (const [least, unit] of units) {
    if (number >= least) {
      const scaled = number / (unit === "k" ? 1e3 : least);
      return `${Number(scaled.toPrecision(scaled >= 100 ? 3 : 2))}${unit}`;
    }
  }
  return String(number);
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** A text with its placeholders filled: `{n}`, or the word that agrees with it, `{n:one|many}`. */
export function filled(template: string, values: Record<string, string>): string {
  return template.replace(
    /\{(\w+)(?::([^|{}]*)\|([^|{}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one === undefined || many === undefined) return value;
      return value === "1" ? one : many;
    },
  );
}
