// The matrix as files to save.
import { picture } from "./matrix_picture.ts";
import type { MatrixState, MatrixTable } from "./matrix_table.ts";
import type { Model, View } from "./part.ts";
import { saveCsv, savePicture } from "./save.ts";

/** Saves what cells show as CSV. */
export function savedTable(view: View, model: Model<MatrixState>, table: MatrixTable): void {
  const corner = `${view.text("true")} \\ ${view.text("predicted")}`;
  saveCsv(model.get("title"), table.rows(corner));
}

/** Saves the whole matrix as a picture. */
export function savedPicture(view: View, model: Model<MatrixState>, table: MatrixTable): void {
  const words = {
    title: model.get("title"),
    truth: view.text("true"),
    predicted: view.text("predicted"),
  };
  savePicture(words.title, picture(table, words, model.get("shares") !== "", view.theme()));
}
