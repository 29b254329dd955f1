// The matrix as a picture to save.
import { h } from "./dom.ts";
import { percent, short } from "./format.ts";
import { labelStep } from "./matrix_layout.ts";
import type { MatrixTable } from "./matrix_table.ts";
import { RIGHT, WRONG } from "./palette.ts";
import type { Theme } from "./part.ts";

export interface Words {
  title: string;
  truth: string;
  predicted: string;
}

export function picture(
  table: MatrixTable,
  words: Words,
  normalised: boolean,
  theme: Theme,
): HTMLCanvasElement {
  // a canvas has a largest area: a thousand classes still have to fit
  const side = table.size > 400 ? 4 : table.size > 60 ? 12 : table.size > 25 ? 24 : 52;
  const scale = 2;
  const canvas = h("canvas");
  const ctx = canvas.getContext("2d") as CanvasRenderingContext2D;
  const small = `12px ${theme.font}`;
  ctx.font = small;
  const room =
    Math.min(200, Math.max(0, ...table.classes.map((name) => ctx.measureText(name).width))) + 12;
  const [left, top] = [room + 28, room + 64];
  const extent = table.size * side;
  canvas.width = (left + extent + 16) * scale;
  canvas.height = (top + extent + 16) * scale;
  ctx.scale(scale, scale);
  ctx.fillStyle = theme.ground;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.textBaseline = "middle";

  const write = (
    text: string,
    [x, y]: readonly [number, number],
    align: CanvasTextAlign,
    { turned = false, widest }: { turned?: boolean; widest?: number } = {},
  ) => {
    ctx.save();
    ctx.translate(x, y);
    if (turned) ctx.rotate(-Math.PI / 2);
    ctx.textAlign = align;
    ctx.fillText(text, 0, 0, widest);
    ctx.restore();
  };
  ctx.fillStyle = theme.ink;
  ctx.font = `600 14px ${theme.font}`;
  write(words.title, [12, 18], "left");
  ctx.font = small;
  const every = labelStep(side);
  const widest = room - 8;
  table.classes.forEach((name, index) => {
    if (index % every) return;
    const middle = (index + 0.5) * side;
    write(name, [left - 6, top + middle], "right", { widest });
    write(name, [left + middle, top - 6], "left", { turned: true, widest });
  });
  ctx.fillStyle = theme.faint;
  write(words.predicted, [left + extent / 2, 42], "center");
  write(words.truth, [12, top + extent / 2], "center", { turned: true });

  for (let row = 0; row < table.size; row += 1) {
    for (let column = 0; column < table.size; column += 1) {
      const [x, y] = [left + column * side, top + row * side];
      ctx.globalAlpha = table.strength(row, column);
      ctx.fillStyle = row === column ? RIGHT : WRONG;
      ctx.fillRect(x, y, side, side);
      ctx.globalAlpha = 1;
      const number = table.count(row, column);
      if (number === 0 || side < 40) continue;
      ctx.fillStyle = table.strength(row, column) > 0.8 ? "#111" : theme.ink;
      const figure = normalised ? percent(table.share(row, column) ?? 0) : short(number);
      write(figure, [x + side / 2, y + side / 2], "center", { widest: side - 4 });
    }
  }
  ctx.strokeStyle = theme.line;
  ctx.strokeRect(left, top, extent, extent);
  return canvas;
}
