// What is said of the confusion matrix, and how wide its words are.
import { h } from "./dom.ts";
import { count, percent } from "./format.ts";
import type { At } from "./matrix_layout.ts";
import type { MatrixTable } from "./matrix_table.ts";

/**
 * What a cell says in words.
 *
 * @param text Gives a text in the user's language.
 */
export function sentence(
  table: MatrixTable,
  [row, column]: At,
  text: (key: string, values?: Record<string, string>) => string,
): string {
  const truth = table.classes[row] ?? "";
  const predicted = table.classes[column] ?? "";
  const share = table.share(row, column);
  return text("cell", {
    true: truth,
    predicted,
    n: count(table.count(row, column)),
    share:
      share === null
        ? text("no_samples")
        : table.ofColumns
          ? text("cell_share_predicted", { share: percent(share), predicted })
          : text("cell_share", { share: percent(share), true: truth }),
  });
}

/** Width in pixels of the widest name. */
export function widest(names: readonly string[], font: string): number {
  const ctx = h("canvas").getContext("2d") as CanvasRenderingContext2D;
  ctx.font = font;
  return Math.ceil(Math.max(0, ...names.map((name) => ctx.measureText(name).width)));
}
