// What lies under the pointer, said beside it.
import { h } from "./dom.ts";
import { percent } from "./format.ts";
import { extent } from "./shapes.ts";
import type { Found } from "./viewer_pane.ts";

export class Tip {
  readonly element = h("div", { class: "pxp-tip", hidden: true });

  hide(): void {
    this.element.hidden = true;
  }

  /** Says something beside the pointer, inside of `stage`; nothing hides the tip. */
  show(event: PointerEvent, words: string, stage: HTMLElement): void {
    this.element.hidden = !words;
    if (!words) return;
    this.element.textContent = words;
    const { left, top, width } = stage.getBoundingClientRect();
    const near = Math.max(
      4,
      Math.min(event.clientX - left + 14, width - this.element.offsetWidth - 4),
    );
    this.element.style.transform = `translate(${near}px, ${event.clientY - top + 16}px)`;
  }
}

/**
 * What is said of an object, or of an area that is no object.
 *
 * @param name Name of its class.
 * @param size Width and height of the picture in pixels; zeros if they are not known.
 */
export function described(
  { shape }: Found,
  name: string,
  [width, height]: readonly [number, number],
): string {
  if (!shape) return name;
  const [left, top, right, bottom] = extent(shape);
  const [across, down] = [right - left, bottom - top];
  const score = shape.score === undefined ? "" : shape.score.toFixed(2);
  const sides = width ? `${Math.round(across * width)} × ${Math.round(down * height)} px` : "";
  return [name, score, sides, percent(across * down), shape.note].filter(Boolean).join(" · ");
}
