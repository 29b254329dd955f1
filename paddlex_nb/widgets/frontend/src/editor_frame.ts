// The frame around the object that is being corrected.
import { type Box, HANDLES } from "./box.ts";
import { h } from "./dom.ts";
import type { Pane } from "./viewer_pane.ts";

/** Draws the frame anew, or takes it away where there is no box. */
export function drawFrame(pane: Pane, box: Box | null, handles: boolean): void {
  for (const old of pane.labels.querySelectorAll(".pxp-edit")) old.remove();
  if (!box) return;
  const [left, top] = pane.spot(box[0], box[1]);
  const [right, bottom] = pane.spot(box[2], box[3]);
  const size = `width:${right - left}px;height:${bottom - top}px`;
  const frame = h("div", { class: "pxp-edit", style: `left:${left}px;top:${top}px;${size}` });
  if (handles) frame.append(...HANDLES.map(handle));
  pane.labels.append(frame);
}

function handle([left, top, right, bottom]: Box, at: number): HTMLElement {
  const across = left ? 0 : right ? 100 : 50;
  const down = top ? 0 : bottom ? 100 : 50;
  const style = `left:${across}%;top:${down}%`;
  return h("span", { class: "pxp-handle", "data-handle": at, style });
}
