// A chart as a picture of its own: title and legend above the drawing.
import type { Curve } from "./chart_plot.ts";
import { h } from "./dom.ts";
import { colour } from "./palette.ts";
import type { Theme } from "./part.ts";

export function chartPicture(
  drawn: HTMLCanvasElement,
  title: string,
  curves: readonly Curve[],
  theme: Theme,
): HTMLCanvasElement {
  const scale = devicePixelRatio;
  const head = 56 * scale;
  const canvas = h("canvas", { width: drawn.width, height: drawn.height + head });
  const ctx = canvas.getContext("2d") as CanvasRenderingContext2D;
  ctx.fillStyle = theme.ground;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = theme.ink;
  ctx.font = `600 ${14 * scale}px ${theme.font}`;
  ctx.fillText(title, 8 * scale, 20 * scale);
  ctx.font = `${12 * scale}px ${theme.font}`;
  let left = 8 * scale;
  curves.forEach(({ label, shown }, index) => {
    if (!shown) return;
    ctx.fillStyle = colour(index);
    ctx.fillRect(left, 34 * scale, 10 * scale, 10 * scale);
    ctx.fillStyle = theme.ink;
    ctx.fillText(label, left + 15 * scale, 43 * scale);
    left += ctx.measureText(label).width + 32 * scale;
  });
  ctx.drawImage(drawn, 0, head);
  return canvas;
}
