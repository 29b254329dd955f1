// The figures of a confusion matrix.
import type { Buffer } from "./bytes.ts";
import type { At } from "./matrix_layout.ts";
import type { Cell } from "./save.ts";

/** What cells show: counts, or shares of the true or of the predicted class. */
export type Shares = "" | "true" | "predicted";

/** What Python and the browser know of a matrix. */
export interface MatrixState extends Record<string, unknown> {
  title: string;
  shares: Shares;
  by_confusion: boolean;
  selected: [number, number] | null;
  _table: { classes: string[]; counts: Buffer; order: number[] };
}

export class MatrixTable {
  readonly size: number;
  readonly classes: readonly string[];
  private readonly rowTotals: Float64Array;
  private readonly columnTotals: Float64Array;
  private readonly order: readonly number[];
  private readonly places: readonly number[];
  private readonly counts: Float64Array;
  private readonly shares: Shares;

  /**
   * @param classes Names, in the order of their numbers.
   * @param counts By number of the true class, then of the predicted one.
   * @param shares What shares are of; of the true class where counts are shown.
   * @param order Numbers of the classes in the order in which they are shown; all of them.
   */
  constructor(
    classes: readonly string[],
    counts: Float64Array,
    shares: Shares = "",
    order: readonly number[] = [],
  ) {
    this.counts = counts;
    this.shares = shares;
    this.size = classes.length;
    this.order = order.length === this.size ? order : classes.map((_, number) => number);
    const places = new Array<number>(this.size).fill(0);
    for (const [place, number] of this.order.entries()) places[number] = place;
    this.places = places;
    this.classes = this.order.map((number) => classes[number] ?? "");
    this.rowTotals = new Float64Array(this.size);
    this.columnTotals = new Float64Array(this.size);
    for (let row = 0; row < this.size; row += 1)
      for (let column = 0; column < this.size; column += 1) {
        const count = this.count(row, column);
        this.rowTotals[row] = (this.rowTotals[row] ?? 0) + count;
        this.columnTotals[column] = (this.columnTotals[column] ?? 0) + count;
      }
  }

  count(row: number, column: number): number {
    return this.counts[(this.order[row] ?? 0) * this.size + (this.order[column] ?? 0)] ?? 0;
  }

  /** Whether shares are of the predicted class. */
  get ofColumns(): boolean {
    return this.shares === "predicted";
  }

  /** The cell that is shown at a place, by the numbers of its classes. */
  numbers([row, column]: At): At {
    return [this.order[row] ?? 0, this.order[column] ?? 0];
  }

  /** Where the cell of two classes is shown. */
  place([row, column]: At): At {
    return [this.places[row] ?? 0, this.places[column] ?? 0];
  }

  /** Share of the true or predicted class, from 0 to 1; null for a class without samples. */
  share(row: number, column: number): number | null {
    const total = (this.ofColumns ? this.columnTotals[column] : this.rowTotals[row]) ?? 0;
    return total > 0 ? this.count(row, column) / total : null;
  }

  /** How strongly a cell is coloured, from 0 to 1: the rarest mistake can still be seen. */
  strength(row: number, column: number): number {
    const share = this.share(row, column);
    return share ? 0.1 + 0.9 * share ** 0.6 : 0;
  }

  rows(corner: string): Cell[][] {
    const head: Cell[] = [corner, ...this.classes];
    return [
      head,
      ...this.classes.map((name, row) => [
        name,
        ...this.classes.map((_, column) =>
          this.shares ? this.share(row, column) : this.count(row, column),
        ),
      ]),
    ];
  }
}
