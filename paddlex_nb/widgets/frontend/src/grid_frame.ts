// What stands around the sheet: classes and sliders above it, what is seen and chosen below it.
import { h, refill } from "./dom.ts";
import { count } from "./format.ts";
import { annotationSwitch, legend, sizeSlider } from "./grid_head.ts";
import type { GridState } from "./grid_look.ts";
import type { GridSource } from "./grid_source.ts";
import type { Model, View } from "./part.ts";
import { scoreSlider } from "./score_slider.ts";
import { refillBar } from "./slider.ts";

export class GridFrame {
  readonly head = h("div", { class: "pxp-head" });
  readonly empty = h("p", { class: "pxp-note pxp-empty" });
  readonly problem = h("p", { class: "pxp-problem", role: "alert", hidden: true });
  readonly foot = h("div", { class: "pxp-foot" });
  private readonly range = h("span", { class: "pxp-note" });

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    private readonly scroller: HTMLElement,
  ) {}

  /** @param open Whether the viewer stands in place of the sheet. */
  refresh(open: boolean): void {
    const { view, model, source, scroller } = this;
    const total = model.get("count");
    const sliders = [scoreSlider(view, model), annotationSwitch(view, model, source)];
    const tools = h("div", { class: "pxp-tools" }, ...sliders, sizeSlider(view, model));
    refillBar(this.head, legend(view, model, source), tools);
    this.empty.textContent = view.text("grid_empty");
    this.empty.hidden = total > 0;
    this.head.hidden = open;
    scroller.hidden = total === 0 || open;
    this.foot.hidden = scroller.hidden;
    const choosable = model.get("selectable");
    const hint = view.text(choosable ? "grid_hint_choose" : "grid_hint");
    scroller.setAttribute("aria-label", view.text("grid_summary", { count: count(total) }));
    scroller.setAttribute("aria-description", hint);
    scroller.setAttribute("aria-multiselectable", String(choosable));
    refill(this.foot, this.range, h("span", { class: "pxp-note pxp-hint" }, hint));
  }

  /** Says which pictures are seen, and how many are chosen. */
  tell([start, stop]: readonly [number, number], chosen: number): void {
    const { view } = this;
    const range = view.text("page_range", {
      first: count(Math.min(start + 1, stop)),
      last: count(stop),
      count: count(this.model.get("count")),
    });
    const more = chosen ? ` · ${view.text("chosen", { count: count(chosen) })}` : "";
    this.range.textContent = range + more;
  }

  complain(problem: string): void {
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
  }
}
