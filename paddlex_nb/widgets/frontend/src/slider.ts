// Sliders, and bars that have some.
import { h, refill } from "./dom.ts";

export interface SliderOptions {
  /** Name of the control: `data-action`, by which it is found and gets its focus back. */
  action: string;
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
}

/** A slider; the host's own shortcuts stay away from its keys. */
export function slider(
  { action, label, ...limits }: SliderOptions,
  moved: (value: number) => void,
  settled: () => void = () => {},
): HTMLInputElement {
  const field = h("input", {
    type: "range",
    ...limits,
    class: "pxp-size",
    "data-action": action,
    "data-lm-suppress-shortcuts": "true",
    "aria-label": label,
    title: label,
  });
  field.addEventListener("input", () => moved(Number(field.value)));
  field.addEventListener("change", settled);
  field.addEventListener("keydown", (event) => event.stopPropagation());
  return field;
}

/** What a bar will hold once its slider is let go. */
const waiting = new WeakMap<HTMLElement, Node[]>();

/**
 * Puts new content into a bar of sliders.
 *
 * A slider that leaves the page can no longer be dragged, so that content waits until the one
 * that is being dragged is let go.
 */
export function refillBar(bar: HTMLElement, ...content: Node[]): void {
  if (!bar.querySelector("input[type=range]:active")) {
    waiting.delete(bar);
    refill(bar, ...content);
    return;
  }
  if (!waiting.has(bar)) {
    onceReleased(() => {
      const latest = waiting.get(bar);
      if (latest) refillBar(bar, ...latest);
    });
  }
  waiting.set(bar, content);
}

/** Calls back when the pointer was let go, and what it pressed knows it. */
function onceReleased(callback: () => void): void {
  const kinds = ["pointerup", "pointercancel"];
  const released = () => {
    for (const kind of kinds) removeEventListener(kind, released, true);
    setTimeout(callback);
  };
  for (const kind of kinds) addEventListener(kind, released, true);
}
