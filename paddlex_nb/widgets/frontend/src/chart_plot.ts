// One drawing of a chart by uPlot: axes, curves, marks, and the box with the values.
import uPlot from "uplot";
import { drawMarks } from "./chart_marks.ts";
import type { Mark } from "./chart_points.ts";
import { h } from "./dom.ts";
import { tick, value } from "./format.ts";
import { colour } from "./palette.ts";
import type { Theme } from "./part.ts";

export interface Curve {
  name: string;
  label: string;
  shown: boolean;
  /** Whether its points can be chosen. */
  clickable: boolean;
}

export interface PlotSpec {
  width: number;
  height: number;
  xLabel: string;
  yLabel: string;
  curves: readonly Curve[];
  marks: () => readonly Mark[];
  theme: Theme;
  logarithmic: boolean;
  /** What values are called that the curve is smoothed over; empty if it is not. */
  raw(): string;
  /** Told of a click: the curve, and which column of the data the nearest point is in. */
  picked(curve: number, at: number): void;
  /** Told whether the user looks at a part (by a drag) or at everything (by a double click). */
  zoomed(part: boolean): void;
}

/** Opacity of what was measured behind a smoothed curve, as in a colour's name. */
const FAINT = "59";

/** How far from the pointer, in pixels, a point may lie to be read. */
const REACH = 40;
const WHOLE = [1, 2, 5]
  .flatMap((factor) => Array.from({ length: 12 }, (_, power) => factor * 10 ** power))
  .sort((a, b) => a - b);

const PARTS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/**
 * Draws curves.
 *
 * @param data What `layers` gives: x, a column for what was measured of each curve, the curves.
 */
export function plot(spec: PlotSpec, data: uPlot.AlignedData, target: HTMLElement): uPlot {
  const { theme } = spec;
  const font = `12px ${theme.font}`;
  const axis = {
    stroke: theme.faint,
    font,
    labelFont: font,
    labelSize: 20,
    labelGap: 2,
    ticks: { show: false },
  };
  const box = h("div", { class: "pxp-tip", "aria-live": "polite", hidden: true });
  const chart = new uPlot(
    {
      width: spec.width,
      height: spec.height,
      legend: { show: false },
      padding: [18, 24, 0, 0],
      cursor: {
        y: false,
        points: { size: 8, width: 2 },
        // what lies faintly behind is told with its curve
        dataIdx: (u, series, hovered, x) =>
          series > spec.curves.length || series === 0
            ? nearest(u, series, hovered, x)
            : (null as unknown as number),
      },
      scales: { x: { time: false }, y: { distr: spec.logarithmic ? 3 : 1 } },
      axes: [
        {
          ...axis,
          label: spec.xLabel,
          size: 24,
          incrs: (u) => (u.data[0].every(Number.isInteger) ? WHOLE : [...PARTS, ...WHOLE]),
          grid: { show: false },
          border: { show: true, stroke: theme.line, width: 1 },
        },
        {
          ...axis,
          label: spec.yLabel,
          size: (u, labels) => axisWidth(u, labels, font),
          values: (_, splits) => splits.map((split) => (split == null ? "" : tick(split))),
          grid: { stroke: theme.line, width: 1 },
        },
      ],
      series: [
        {},
        ...spec.curves.map(({ label, shown }, index) => ({
          label,
          show: shown,
          stroke: colour(index) + FAINT,
          width: 1,
          points: { show: false },
        })),
        ...spec.curves.map(({ label, shown }, index) => ({
          label,
          show: shown,
          stroke: colour(index),
          width: 2,
          points: { size: 5, fill: colour(index) },
        })),
      ],
      hooks: {
        draw: [(u) => drawMarks(u, spec.marks(), theme)],
        setCursor: [(u) => showValues(u, box, spec)],
        setSelect: [(u) => u.select.width > 0 && spec.zoomed(true)],
      },
    },
    data,
    target,
  );
  chart.over.append(box);
  chart.over.addEventListener("dblclick", () => spec.zoomed(false));
  if (spec.curves.some(({ clickable }) => clickable)) followClicks(chart, spec);
  return chart;
}

/** The first curve that can be clicked and has a point in a column, or -1. */
export function firstClickable(u: uPlot, curves: readonly Curve[], at: number): number {
  return curves.findIndex(
    ({ shown, clickable }, curve) =>
      shown && clickable && u.data[curves.length + curve + 1]?.[at] != null,
  );
}

/** How far, in pixels, the pointer may move in a click: further, it draws a part to zoom to. */
const STILL = 4;

function followClicks(u: uPlot, spec: PlotSpec): void {
  let pressed = Number.NaN;
  u.over.classList.add("pxp-clickable");
  u.over.addEventListener("pointerdown", (event) => {
    pressed = event.clientX;
  });
  u.over.addEventListener("click", (event) => {
    const { left, top } = u.over.getBoundingClientRect();
    if (Math.abs(event.clientX - pressed) > STILL) return;
    const found = closest(u, spec, event.clientX - left, event.clientY - top);
    if (found) spec.picked(...found);
  });
}

/** The curve and the column of the point that is closest to a place, in pixels. */
function closest(u: uPlot, spec: PlotSpec, left: number, top: number): [number, number] | null {
  const xs = u.data[0];
  let best: [number, number] | null = null;
  let least = REACH;
  spec.curves.forEach(({ shown, clickable }, curve) => {
    const ys = u.data[spec.curves.length + curve + 1];
    if (!shown || !clickable || !ys) return;
    for (let at = 0; at < xs.length; at += 1) {
      const y = ys[at];
      if (y == null) continue;
      const across = u.valToPos(xs[at] as number, "x") - left;
      const distance = Math.hypot(across, u.valToPos(y, "y") - top);
      if (distance < least) [best, least] = [[curve, at], distance];
    }
  });
  return best;
}

/** Room for the widest label of the y axis. */
function axisWidth(u: uPlot, labels: string[] | null, font: string): number {
  const widest = (labels ?? []).reduce((a, b) => (b.length > a.length ? b : a), "");
  u.ctx.save(); // uPlot takes the font that it set for the one that is set
  u.ctx.font = font;
  const width = u.ctx.measureText(widest).width;
  u.ctx.restore();
  return Math.max(36, Math.ceil(width) + 16);
}

/** The point of a series nearest to the pointer, which may lie beside points of other series. */
function nearest(u: uPlot, series: number, hovered: number, x: number): number {
  const xs = u.data[0];
  const ys = u.data[series];
  if (series === 0 || !ys || ys[hovered] != null) return hovered;
  let left = hovered;
  let right = hovered;
  while (left > 0 && ys[left] == null) left -= 1;
  while (right < ys.length - 1 && ys[right] == null) right += 1;
  const distance = (index: number) =>
    ys[index] == null
      ? Infinity
      : Math.abs(u.valToPos(xs[index] as number, "x") - u.valToPos(x, "x"));
  const best = distance(left) <= distance(right) ? left : right;
  return distance(best) <= REACH ? best : hovered;
}

function showValues(u: uPlot, box: HTMLElement, spec: PlotSpec): void {
  const { left, idx, idxs } = u.cursor;
  box.hidden = left == null || left < 0 || idx == null;
  if (box.hidden) return;
  const x = u.data[0][idx as number] as number;
  const raw = spec.raw();
  const rows = spec.curves.flatMap(({ label, shown }, index) => {
    const column = spec.curves.length + index + 1;
    const at = idxs?.[column];
    const y = at == null ? null : u.data[column]?.[at];
    if (!shown || y == null) return [];
    const swatch = h("span", { class: "pxp-swatch", style: `background:${colour(index)}` });
    const own = u.data[0][at as number] as number;
    const name = own === x ? label : `${label} (${value(own)})`;
    const row = h(
      "div",
      { class: "pxp-tip-row" },
      swatch,
      h("span", {}, name),
      h("b", {}, value(y)),
    );
    const measured = u.data[index + 1]?.[at as number];
    if (measured != null) row.append(h("span", { class: "pxp-note" }, `${raw} ${value(measured)}`));
    return [row];
  });
  box.replaceChildren(h("div", { class: "pxp-note" }, `${spec.xLabel} ${value(x)}`), ...rows);
  const over = u.over.clientWidth;
  const place = u.valToPos(x, "x") + 12;
  const flipped = place + box.offsetWidth > over ? place - box.offsetWidth - 24 : place;
  box.style.transform = `translate(${Math.max(0, flipped)}px, 4px)`;
}
