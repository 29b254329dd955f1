// The slider that hides what the model is less sure of; nothing is asked of Python for it.
import { h } from "./dom.ts";
import type { Model, View } from "./part.ts";

interface ScoredState extends Record<string, unknown> {
  threshold: number;
  scored: boolean;
}

/** A labelled slider bound to the model's threshold; hidden where predictions have no score. */
export function scoreSlider(view: View, model: Model<ScoredState>): HTMLElement {
  const field = h("input", {
    type: "range", min: 0, max: 1, step: 0.01, "data-action": "threshold", "data-lm-suppress-shortcuts": "true",
    "aria-label": view.text("threshold"), title: view.text("threshold_hint"),
  });
  const shown = h("b");
  const label = h("label", { class: "pxp-score pxp-note" }, h("span", {}, view.text("threshold")), field, shown);
  const update = () => {
    const threshold = model.get("threshold");
    if (Number(field.value) !== threshold) field.value = String(threshold);
    shown.textContent = threshold.toFixed(2);
  };
  field.value = String(model.get("threshold"));
  label.hidden = !model.get("scored");
  field.addEventListener("input", () => {
    model.set("threshold", Number(field.value));
    update();
  });
  field.addEventListener("change", () => model.save_changes());
  field.addEventListener("keydown", (event) => event.stopPropagation()); // arrows are its own
  update();
  return label;
}
