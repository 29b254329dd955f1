// The rows and cells of the confusion matrix as elements.
import { h } from "./dom.ts";
import { percent, short } from "./format.ts";
import { type At, labelStep, same } from "./matrix_layout.ts";
import type { MatrixTable } from "./matrix_table.ts";
import { RIGHT, WRONG } from "./palette.ts";

/** Height of a label in pixels. */
const LABEL = 14;
/** Height in pixels of the row of column labels that are not turned. */
const HEADER = 26;
/** Below this side, in pixels, cells have no figures and empty ones need no element. */
export const LEAST_WRITTEN = 26;
/** Below this side, in pixels, figures are smaller, so that those of neighbours do not touch. */
export const WELL_WRITTEN = 38;

/** Sizes in pixels. */
export interface Sizes {
  /** Of a cell. */
  side: number;
  /** Width of the labels of rows. */
  labelRoom: number;
  /** Whether the labels of columns fit without being turned. */
  flat: boolean;
}

/** Height of the row of column labels, in pixels. */
export function labelHeight({ side, labelRoom, flat }: Sizes): number {
  return (flat ? HEADER : labelRoom) + (side < LABEL ? LABEL / 2 - side / 2 : 0);
}

export interface Cells extends Sizes {
  table: MatrixTable;
  /** What the identifiers of the cells begin with. */
  id: string;
  /** Whether cells show shares in place of counts. */
  normalised: boolean;
  /** The cell that is chosen. */
  selected: At | null;
  /** The cell that the pointer or the keys are at. */
  active: At | null;
  /** What the corner says to screen readers. */
  corner: string;
  /** What a cell says in words. */
  sentence: (at: At) => string;
}

/** The header and the rows that are seen, with the columns that are seen. */
export function cells(drawn: Cells, rows: number[], columns: number[]): HTMLElement[] {
  const top = labelHeight(drawn);
  return [
    header(drawn, columns),
    ...rows.map((row) => {
      const style = `top:${top + row * drawn.side}px`;
      return h(
        "div",
        { class: "pxp-row", role: "row", "aria-rowindex": row + 2, style },
        rowLabel(drawn, row),
        ...columns.flatMap((column) => cell(drawn, row, column) ?? []),
      );
    }),
  ];
}

/** The name of a class where there is room for it. */
function nameAt({ table, side }: Cells, index: number): string {
  return index % labelStep(side) === 0 ? (table.classes[index] ?? "") : "";
}

function header(drawn: Cells, columns: number[]): HTMLElement {
  const { flat, labelRoom, corner } = drawn;
  const style = `height:${flat ? HEADER : labelRoom}px`;
  const role = "columnheader";
  return h(
    "div",
    { class: "pxp-row pxp-header", role: "row", "aria-rowindex": 1, style },
    h("div", { class: "pxp-corner", role, "aria-colindex": 1, "aria-label": corner }),
    ...columns.map((column) =>
      h(
        "div",
        {
          class: "pxp-column",
          role,
          "aria-colindex": column + 2,
          title: drawn.table.classes[column] ?? "",
          style: `left:${labelRoom + column * drawn.side}px`,
        },
        h("span", {}, nameAt(drawn, column)),
      ),
    ),
  );
}

function rowLabel(drawn: Cells, row: number): HTMLElement {
  return h(
    "div",
    {
      class: `pxp-rowlabel${row % labelStep(drawn.side) ? "" : " pxp-named"}`,
      role: "rowheader",
      "aria-colindex": 1,
      title: drawn.table.classes[row] ?? "",
    },
    nameAt(drawn, row),
  );
}

function cell(drawn: Cells, row: number, column: number): HTMLElement | null {
  const { table, side } = drawn;
  const strength = table.strength(row, column);
  const active = same(drawn.active, [row, column]);
  const chosen = same(drawn.selected, [row, column]);
  const written = side >= LEAST_WRITTEN;
  if (!written && strength === 0 && row !== column && !active && !chosen) return null;
  const paint = row === column ? RIGHT : WRONG;
  const colours = `--paint:${paint};--strength:${Math.round(strength * 100)}%`;
  const strong = strength > 0.8 ? " pxp-strong" : "";
  return h(
    "div",
    {
      class: `pxp-cell${strong}${strength === 0 ? " pxp-none" : ""}`,
      role: "gridcell",
      id: `${drawn.id}-${row}-${column}`,
      "data-row": row,
      "data-column": column,
      "data-count": table.count(row, column),
      "aria-colindex": column + 2,
      "aria-selected": String(chosen),
      "aria-label": drawn.sentence([row, column]),
      style: `left:${drawn.labelRoom + column * side}px;${colours}`,
    },
    written ? figure(drawn, row, column) : "",
  );
}

function figure({ table, normalised }: Cells, row: number, column: number): string {
  if (!normalised) return short(table.count(row, column));
  const share = table.share(row, column);
  return share === null ? "–" : percent(share).replace(" ", "");
}
