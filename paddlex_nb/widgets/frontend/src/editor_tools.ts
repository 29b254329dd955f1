// What stands above the picture while it is corrected: its class, new boxes, removing, undoing.

import { button, h, worded } from "./dom.ts";
import type { GridState } from "./grid_look.ts";
import * as icons from "./icons.ts";
import type { Model, View } from "./part.ts";
import type { Editor } from "./viewer_editor.ts";

export function editorTools(view: View, model: Model<GridState>, editor: Editor): HTMLElement[] {
  if (!editor.active) return [];
  const undo = button("undo", icons.undo, view.text("undo"), () => editor.undo());
  undo.disabled = !editor.undoable;
  if (model.get("corrections") === "class") {
    return [classField(view, model, editor, "class_of_picture"), undo];
  }
  const remove = button("delete-object", icons.remove, view.text("delete_object"), () =>
    editor.remove(),
  );
  remove.disabled = !editor.object;
  const field = classField(view, model, editor, "class_of_object");
  return [field, ...(editor.boxes ? [drawButton(view, editor)] : []), remove, undo];
}

function drawButton(view: View, editor: Editor): HTMLElement {
  const word = view.text("new_box");
  const draw = worded(
    button("new-box", icons.draw, word, () => editor.draw(!editor.drawing)),
    word,
  );
  draw.setAttribute("aria-pressed", String(editor.drawing));
  return draw;
}

/** @param key Text that says whose class it is. */
function classField(view: View, model: Model<GridState>, editor: Editor, key: string): HTMLElement {
  const chosen = editor.shownClass;
  const options = model
    .get("classes")
    .map((name, index) => h("option", { value: index, selected: index === chosen }, name));
  const field = h(
    "select",
    {
      class: "pxp-select",
      "data-action": "class",
      "data-lm-suppress-shortcuts": "true",
      "aria-label": view.text(key),
      title: view.text(key),
    },
    chosen < 0 ? h("option", { value: -1, selected: true }, "–") : null,
    ...options,
  );
  field.disabled = model.get("corrections") === "objects" && !editor.object;
  field.addEventListener("change", () => editor.setClass(Number(field.value)));
  field.addEventListener("keydown", (event) => event.stopPropagation());
  return field;
}
