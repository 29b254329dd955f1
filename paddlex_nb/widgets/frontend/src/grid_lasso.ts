// Choosing pictures by drawing a rectangle over them.
import { h } from "./dom.ts";
import type { Rectangle } from "./grid_layout.ts";

/** Pixels that the pointer has to move before it draws. */
const BEGINS = 6;
/** Pixels a frame that the sheet moves while the pointer is at its edge. */
const PULL = 14;

export interface LassoOptions {
  /** Whether rectangles may be drawn. */
  active: () => boolean;
  /** Told when a rectangle begins; `more` if it is to add to what is chosen. */
  begun: (more: boolean) => void;
  /** Told the rectangle whenever it changes. */
  drawn: (rectangle: Rectangle) => void;
}

/**
 * Lets a mouse draw rectangles over a scrolled sheet.
 *
 * @param scroller What scrolls.
 * @param sheet What is scrolled; the rectangle is drawn in it.
 */
export function lasso(
  scroller: HTMLElement,
  sheet: HTMLElement,
  { active, begun, drawn }: LassoOptions,
): void {
  scroller.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || down.pointerType === "touch" || !active()) return;
    if (down.offsetX > scroller.clientWidth && down.target === scroller) return; // the scroll bar
    const from = place(down);
    const box = h("div", { class: "pxp-lasso" });
    let [drawing, last, frame] = [false, down as PointerEvent, 0];

    const draw = () => {
      const to = place(last);
      const rectangle = {
        left: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        right: Math.max(from.x, to.x),
        bottom: Math.max(from.y, to.y),
      };
      Object.assign(box.style, {
        left: `${rectangle.left}px`,
        top: `${rectangle.top}px`,
        width: `${rectangle.right - rectangle.left}px`,
        height: `${rectangle.bottom - rectangle.top}px`,
      });
      drawn(rectangle);
    };
    const pull = () => {
      const { top, bottom } = scroller.getBoundingClientRect();
      const by = last.clientY < top ? -PULL : last.clientY > bottom ? PULL : 0;
      if (by) {
        scroller.scrollTop += by;
        draw();
      }
      frame = requestAnimationFrame(pull);
    };
    const move = (event: PointerEvent) => {
      last = event;
      if (!drawing) {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < BEGINS) return;
        drawing = true;
        scroller.setPointerCapture(down.pointerId);
        sheet.append(box);
        begun(down.ctrlKey || down.metaKey || down.shiftKey);
        frame = requestAnimationFrame(pull);
      }
      draw();
    };
    const end = () => {
      cancelAnimationFrame(frame);
      box.remove();
      for (const kind of ["pointerup", "pointercancel"] as const)
        scroller.removeEventListener(kind, end);
      scroller.removeEventListener("pointermove", move);
      // the click that ends a drawn rectangle is no click on a picture
      if (!drawing) return;
      const swallow = (event: Event) => event.stopPropagation();
      scroller.addEventListener("click", swallow, { capture: true });
      setTimeout(() => scroller.removeEventListener("click", swallow, { capture: true }));
    };
    scroller.addEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"] as const)
      scroller.addEventListener(kind, end);
  });

  function place(event: PointerEvent): { x: number; y: number } {
    const { left, top } = sheet.getBoundingClientRect();
    return { x: Math.max(0, event.clientX - left), y: Math.max(0, event.clientY - top) };
  }
}
