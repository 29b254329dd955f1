// The vertical lines of a chart, with a word above each.
import type uPlot from "uplot";
import type { Mark } from "./chart_points.ts";
import type { Theme } from "./part.ts";

export function drawMarks(u: uPlot, marks: readonly Mark[], theme: Theme): void {
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * scale}px ${theme.font}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.lineWidth = scale;
  let free = -Infinity; // where the label of the mark before ends
  for (const { x, label } of [...marks].sort((a, b) => a.x - b.x)) {
    const place = u.valToPos(x, "x", true);
    if (place < bbox.left || place > bbox.left + bbox.width) continue;
    ctx.strokeStyle = theme.faint;
    ctx.setLineDash([4 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(place, bbox.top);
    ctx.lineTo(place, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    const start = Math.max(bbox.left, Math.min(place - width / 2, bbox.left + bbox.width - width));
    if (start < free) continue; // the line tells that there is a mark; labels never overlap
    ctx.fillStyle = theme.ink;
    ctx.fillText(label, start, bbox.top - 3 * scale);
    free = start + width + 6 * scale;
  }
  ctx.restore();
}
