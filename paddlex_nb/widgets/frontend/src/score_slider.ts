// The slider that hides what the model is less sure of; nothing is asked of Python for it.
import { h } from "./dom.ts";
import type { Model, View } from "./part.ts";
import { slider } from "./slider.ts";

interface ScoredState extends Record<string, unknown> {
  threshold: number;
  scored: boolean;
}

/** A labelled slider bound to the model's threshold; hidden where predictions have no score. */
export function scoreSlider(view: View, model: Model<ScoredState>): HTMLElement {
  const name = view.text("threshold");
  const limits = { min: 0, max: 1, step: 0.01, value: model.get("threshold") };
  const field = slider(
    { action: "threshold", label: name, ...limits },
    (value) => {
      model.set("threshold", value);
      update();
    },
    () => model.save_changes(),
  );
  field.title = view.text("threshold_hint");
  const shown = h("b");
  const label = h("label", { class: "pxp-score pxp-note" }, h("span", {}, name), field, shown);
  const update = () => {
    const threshold = model.get("threshold");
    if (Number(field.value) !== threshold) field.value = String(threshold);
    shown.textContent = threshold.toFixed(2);
  };
  model.on("change:threshold", update);
  view.onEnd(() => model.off("change:threshold", update));
  label.hidden = !model.get("scored");
  update();
  return label;
}
