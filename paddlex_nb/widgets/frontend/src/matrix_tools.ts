// The buttons above the confusion matrix.

import { button, h } from "./dom.ts";
import * as icons from "./icons.ts";
import type { Shares } from "./matrix_table.ts";
import type { View } from "./part.ts";
import { saveButtons } from "./save_buttons.ts";

export interface MatrixActs {
  /** Shows counts, or shares of the true or of the predicted classes. */
  share(of: Shares): void;
  /** Sets confused classes side by side, or all in the order of their numbers. */
  sort(on: boolean): void;
  zoomBy(step: 1 | -1): void;
  savePicture(): void;
  saveCsv(): void;
}

export interface MatrixLook {
  shares: Shares;
  sorted: boolean;
  /** Whether there is another order than that of the numbers. */
  sortable: boolean;
}

export function matrixTools(view: View, look: MatrixLook, acts: MatrixActs): HTMLElement {
  const toggle = (pressed: boolean, action: string, text: string, act: () => void) => {
    const attributes = { type: "button", "data-action": action, "aria-pressed": String(pressed) };
    const element = h("button", { class: "pxp-button", ...attributes }, view.text(text));
    element.addEventListener("click", act);
    return element;
  };
  const choice = (of: Shares, action: string, text: string) =>
    toggle(of === look.shares, action, text, () => acts.share(of));
  const sort = () => toggle(look.sorted, "sort", "matrix_sorted", () => acts.sort(!look.sorted));
  return h(
    "div",
    { class: "pxp-tools" },
    choice("", "counts", "matrix_counts"),
    choice("true", "shares", "matrix_shares"),
    choice("predicted", "columns", "matrix_columns"),
    ...(look.sortable ? [sort()] : []),
    button("zoom-out", icons.minus, view.text("zoom_out"), () => acts.zoomBy(-1)),
    button("zoom-in", icons.plus, view.text("zoom_in"), () => acts.zoomBy(1)),
    ...saveButtons(view, acts.savePicture, acts.saveCsv),
  );
}
