// A series in a chart's legend: pressed to show and hide it.
import type { Curve } from "./chart_plot.ts";
import { h } from "./dom.ts";
import { value } from "./format.ts";
import { colour } from "./palette.ts";
import type { View } from "./part.ts";

export interface Chip {
  curve: Curve;
  /** Its place among the curves, which gives its colour. */
  index: number;
  /** The newest value; null if it is not to be told. */
  last: number | null;
}

export function legendChip(view: View, chip: Chip, press: () => void): HTMLElement {
  const { name, label, shown } = chip.curve;
  const { index, last } = chip;
  const element = h(
    "button",
    {
      type: "button",
      class: "pxp-button pxp-chip",
      "data-action": `series ${name}`,
      "data-series": name,
      "aria-pressed": String(shown),
      title: view.text(shown ? "hide_series" : "show_series", { series: label }),
    },
    h("span", { class: "pxp-swatch", style: `background:${colour(index)}` }),
    h("span", {}, label),
    last === null || !shown ? null : h("b", {}, value(last)),
  );
  element.addEventListener("click", press);
  return element;
}
