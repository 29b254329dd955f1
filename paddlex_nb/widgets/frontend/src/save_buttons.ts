// The buttons that save what a part shows.

import { button, worded } from "./dom.ts";
import * as icons from "./icons.ts";
import type { View } from "./part.ts";

/** One for a picture, one for its figures. */
export function saveButtons(view: View, picture: () => void, csv: () => void): HTMLElement[] {
  return [
    worded(button("save-picture", icons.picture, view.text("save_picture"), picture), "PNG"),
    worded(button("save-csv", icons.table, view.text("save_csv"), csv), "CSV"),
  ];
}
