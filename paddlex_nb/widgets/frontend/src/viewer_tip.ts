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

  /**
   * @param found What lies there; nothing is said of nothing.
   * @param name Name of its class.
   * @param size Width and height of the picture in pixels; zeros if they are not known.
   * @param stage What the tip stays inside of.
   */
  show(
    event: PointerEvent,
    found: Found | null | undefined,
    name: string,
    size: readonly [number, number],
    stage: HTMLElement,
  ): void {
    this.element.hidden = !found;
    if (!found) return;
    this.element.textContent = said(found, name, size);
    const { left, top, width } = stage.getBoundingClientRect();
    const near = Math.min(event.clientX - left + 14, width - this.element.offsetWidth - 4);
    this.element.style.transform = `translate(${Math.max(4, near)}px, ${event.clientY - top + 16}px)`;
  }
}

function said({ shape }: Found, name: string, [width, height]: readonly [number, number]): string {
  if (!shape) return name;
  const [left, top, right, bottom] = extent(shape);
  const score = shape.score === undefined ? "" : shape.score.toFixed(2);
  const sides = width
    ? `${Math.round((right - left) * width)} × ${Math.round((bottom - top) * height)} px`
    : "";
  return [name, score, sides, percent((right - left) * (bottom - top))].filter(Boolean).join(" · ");
}
