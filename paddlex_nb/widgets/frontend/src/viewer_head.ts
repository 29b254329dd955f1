// What stands above the large picture: what it is, the way to others, how it is shown.

import { button, h, refill } from "./dom.ts";
import { count } from "./format.ts";
import { annotationSwitch, legend } from "./grid_head.ts";
import type { GridState } from "./grid_look.ts";
import type { GridSource } from "./grid_source.ts";
import * as icons from "./icons.ts";
import type { Model, View } from "./part.ts";
import { scoreSlider } from "./score_slider.ts";
import { refillBar } from "./slider.ts";
import type { ViewerActs } from "./viewer_keys.ts";

export class ViewerHead {
  readonly bar = h("div", { class: "pxp-head" });
  readonly second = h("div", { class: "pxp-head" });
  readonly caption = h("div", { class: "pxp-title pxp-caption" });
  readonly level = h("span", { class: "pxp-note pxp-level" });
  private readonly place = h("span", { class: "pxp-note" });

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    private readonly acts: ViewerActs,
  ) {}

  /** @param tools Those of the corrections, and what else belongs to this picture. */
  refresh(index: number, tools: { corrections: HTMLElement[]; opacity: HTMLElement }): void {
    const { view, model, source, acts } = this;
    const total = model.get("count");
    const before = button("previous-picture", icons.back, view.text("previous"), () =>
      acts.turn(-1),
    );
    const after = button("next-picture", icons.forward, view.text("next"), () => acts.turn(1));
    before.disabled = index === 0;
    after.disabled = index === total - 1;
    this.place.textContent = `${count(index + 1)} / ${count(total)}`;
    const ways = [before, this.place, after, ...this.zoomTools()];
    const close = button("close", icons.close, view.text("back"), () => acts.close());
    refill(this.bar, close, this.caption, h("div", { class: "pxp-tools" }, ...ways));
    tools.opacity.hidden = !source.hasAnnotations;
    const shown = [scoreSlider(view, model), tools.opacity, annotationSwitch(view, model, source)];
    const second = h("div", { class: "pxp-tools" }, ...tools.corrections, ...shown);
    refillBar(this.second, legend(view, model, source), second);
  }

  private zoomTools(): HTMLElement[] {
    const { view, acts } = this;
    return [
      button("zoom-out", icons.minus, view.text("zoom_out"), () => acts.zoomBy(1 / 1.5)),
      this.level,
      button("zoom-in", icons.plus, view.text("zoom_in"), () => acts.zoomBy(1.5)),
      button("zoom-fit", icons.fit, view.text("zoom_fit"), () => acts.fit()),
      button("keys", icons.help, view.text("keys"), () => acts.explain()),
    ];
  }
}
