// The figures of a confusion matrix.
import type { Cell } from "./save.ts";

export class MatrixTable {
  readonly size: number;
  private readonly totals: number[];
  readonly classes: readonly string[];
  private readonly counts: Float64Array;

  constructor(classes: readonly string[], counts: Float64Array) {
    this.classes = classes;
    this.counts = counts;
    this.size = classes.length;
    this.totals = classes.map((_, row) => {
      let total = 0;
      for (let column = 0; column < this.size; column += 1) total += this.count(row, column);
      return total;
    });
  }

  count(row: number, column: number): number {
    return this.counts[row * this.size + column] ?? 0;
  }

  total(row: number): number {
    return this.totals[row] ?? 0;
  }

  /** Share of the true class, from 0 to 1; null for a class without samples. */
  share(row: number, column: number): number | null {
    const total = this.total(row);
    return total > 0 ? this.count(row, column) / total : null;
  }

  /** How strongly a cell is coloured, from 0 to 1: the rarest mistake can still be seen. */
  strength(row: number, column: number): number {
    const share = this.share(row, column);
    return share ? 0.1 + 0.9 * share ** 0.6 : 0;
  }

  rows(corner: string, normalised: boolean): Cell[][] {
    const head: Cell[] = [corner, ...this.classes];
    return [
      head,
      ...this.classes.map((name, row) => [
        name,
        ...this.classes.map((_, column) =>
          normalised ? this.share(row, column) : this.count(row, column),
        ),
      ]),
    ];
  }
}
