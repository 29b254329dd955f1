// How strongly areas cover the picture.

import type { View } from "./part.ts";
import { slider } from "./slider.ts";

/** At first. */
const OPACITY = 0.6;
/** A step of the keys. */
const STEP = 0.1;

export class Opacity {
  private value = OPACITY;

  constructor(private readonly view: View) {}

  slider(): HTMLInputElement {
    const label = this.view.text("opacity");
    const limits = { min: 0, max: 1, step: 0.05, value: this.value };
    return slider({ action: "opacity", label, ...limits }, (value) => this.set(value));
  }

  /** More or less by one step of the keys. */
  turn(step: 1 | -1): void {
    this.set(this.value + step * STEP);
  }

  private set(value: number): void {
    this.value = Math.min(1, Math.max(0, value));
    this.view.root.style.setProperty("--pxp-cover", String(this.value));
  }
}
