// The buttons above the confusion matrix.

import { button, h } from "./dom.ts";
import * as icons from "./icons.ts";
import type { View } from "./part.ts";
import { saveButtons } from "./save_buttons.ts";

export interface MatrixActs {
  /** Shows shares of the true classes, or counts. */
  normalise(on: boolean): void;
  zoomBy(step: 1 | -1): void;
  savePicture(): void;
  saveCsv(): void;
}

export function matrixTools(view: View, normalised: boolean, acts: MatrixActs): HTMLElement {
  const choice = (on: boolean, action: string, word: string) => {
    const pressed = String(on === normalised);
    const attributes = { type: "button", "data-action": action, "aria-pressed": pressed };
    const element = h("button", { class: "pxp-button", ...attributes }, word);
    element.addEventListener("click", () => acts.normalise(on));
    return element;
  };
  return h(
    "div",
    { class: "pxp-tools" },
    choice(false, "counts", view.text("matrix_counts")),
    choice(true, "shares", view.text("matrix_shares")),
    button("zoom-out", icons.minus, view.text("zoom_out"), () => acts.zoomBy(-1)),
    button("zoom-in", icons.plus, view.text("zoom_in"), () => acts.zoomBy(1)),
    ...saveButtons(view, acts.savePicture, acts.saveCsv),
  );
}
