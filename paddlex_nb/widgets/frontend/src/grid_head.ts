// Above the pictures: which colour is which class, what is drawn, how large.

import { button, h, worded } from "./dom.ts";
import { type GridState, swatch } from "./grid_look.ts";
import type { GridSource } from "./grid_source.ts";
import * as icons from "./icons.ts";
import { type Model, store, type View } from "./part.ts";
import { slider } from "./slider.ts";

/** Classes whose colours are explained above the pictures. */
const MOST_EXPLAINED = 24;
const SIDES = { min: 64, max: 320, step: 16 } as const;

/** Classes with their colours; a press hides one and shows it again. */
export function legend(view: View, model: Model<GridState>, source: GridSource): HTMLElement {
  const names = model.get("classes");
  const bar = h("div", {
    class: "pxp-title pxp-explanation",
    role: "group",
    "aria-label": view.text("classes"),
  });
  if (names.length > MOST_EXPLAINED) return bar;
  for (const [index, name] of names.entries()) {
    if (model.get("uncoloured").includes(index)) continue;
    bar.append(source.hasAnnotations ? classButton(view, model, index) : classLabel(index, name));
  }
  return bar;
}

function classLabel(index: number, name: string): HTMLElement {
  return h("span", { class: "pxp-class" }, swatch(index), name);
}

function classButton(view: View, model: Model<GridState>, index: number): HTMLElement {
  const name = model.get("classes")[index] ?? "";
  const shown = !model.get("hidden").includes(index);
  const element = h(
    "button",
    {
      type: "button",
      class: "pxp-button pxp-class",
      "data-action": `class-${index}`,
      "aria-pressed": String(shown),
      title: view.text(shown ? "hide_series" : "show_series", { series: name }),
    },
    swatch(index),
    name,
  );
  element.addEventListener("click", () => hide(model, index));
  return element;
}

/** Hides a class, or shows it again. */
export function hide(model: Model<GridState>, index: number): void {
  const hidden = model.get("hidden");
  store(
    model,
    "hidden",
    hidden.includes(index) ? hidden.filter((one) => one !== index) : [...hidden, index],
  );
}

/** Shows and hides what lies over the pictures; itself hidden while there is nothing. */
export function annotationSwitch(
  view: View,
  model: Model<GridState>,
  source: GridSource,
): HTMLElement {
  const on = model.get("annotations");
  const label = view.text("annotations");
  const press = () => {
    store(model, "annotations", !on);
  };
  const element = worded(button("annotations", icons.shapes, label, press), label);
  element.setAttribute("aria-pressed", String(on));
  element.hidden = !source.hasAnnotations;
  return element;
}

/** How large the pictures are. */
export function sizeSlider(view: View, model: Model<GridState>): HTMLElement {
  return slider(
    { action: "side", label: view.text("size"), ...SIDES, value: model.get("side") },
    (value) => model.set("side", value),
    () => model.save_changes(),
  );
}
