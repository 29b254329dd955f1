// What a chart's head offers: what stands on the x axis, smoothing, a logarithmic y axis.
import { h } from "./dom.ts";
import { type Model, store, type View } from "./part.ts";
import { slider } from "./slider.ts";

export interface ToolState extends Record<string, unknown> {
  axes: { name: string; label: string }[];
  axis: string;
  smoothing: number | null;
  logarithmic: boolean | null;
}

/** The controls of the choices that the chart's maker leaves to the user. */
export function chartTools(view: View, model: Model<ToolState>): HTMLElement[] {
  return [axisChoice(view, model), smoothing(view, model), logarithmic(view, model)].filter(
    (tool) => tool !== null,
  );
}

function axisChoice(view: View, model: Model<ToolState>): HTMLElement | null {
  const axes = model.get("axes");
  if (axes.length === 0) return null;
  const name = view.text("chart_axis");
  const field = h(
    "select",
    { class: "pxp-select", "data-action": "axis", "aria-label": name, title: name },
    ...axes.map((axis) => h("option", { value: axis.name }, axis.label)),
  );
  field.value = model.get("axis");
  field.addEventListener("change", () => store(model, "axis", field.value));
  return field;
}

function smoothing(view: View, model: Model<ToolState>): HTMLElement | null {
  const value = model.get("smoothing");
  if (value === null) return null;
  const name = view.text("chart_smoothing");
  const limits = { min: 0, max: 0.99, step: 0.01, value };
  // the charts that share the setting follow while it is dragged: nothing is asked of Python
  const field = slider({ action: "smoothing", label: name, ...limits }, (weight) =>
    store(model, "smoothing", weight),
  );
  return h("label", { class: "pxp-smoothing pxp-note" }, h("span", {}, name), field);
}

/** Moves the slider to where it was moved in another chart. */
export function followSmoothing(head: HTMLElement, weight: number | null): void {
  const field = head.querySelector<HTMLInputElement>("[data-action='smoothing']");
  if (field && weight !== null && Number(field.value) !== weight) field.value = String(weight);
}

function logarithmic(view: View, model: Model<ToolState>): HTMLElement | null {
  const on = model.get("logarithmic");
  if (on === null) return null;
  const press = h(
    "button",
    {
      type: "button",
      class: "pxp-button",
      "data-action": "logarithmic",
      "aria-pressed": String(on),
      title: view.text("chart_log_hint"),
    },
    view.text("chart_log"),
  );
  press.addEventListener("click", () => store(model, "logarithmic", !model.get("logarithmic")));
  return press;
}
