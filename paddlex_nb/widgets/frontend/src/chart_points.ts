// The data of a chart: what Python sent so far.
import uPlot from "uplot";
import { type Buffer, float32, float64 } from "./bytes.ts";

export interface Mark {
  x: number;
  label: string;
}

export interface PointsMessage {
  kind: "points";
  replace: boolean;
  series: string[];
  /** All marks, or null if they are what they were. */
  marks: Mark[] | null;
}

type Value = number | null;

export class ChartPoints {
  marks: Mark[] = [];
  private curves = new Map<string, { xs: number[]; ys: Value[] }>();

  /** Takes a message: two buffers a series, x as float64 and y as float32. */
  take(message: PointsMessage, buffers: readonly Buffer[]): void {
    if (message.replace) {
      this.curves = new Map();
      this.marks = [];
    }
    message.series.forEach((name, index) => {
      const curve = this.curves.get(name) ?? { xs: [], ys: [] };
      this.curves.set(name, curve);
      for (const x of float64(buffers[2 * index] as Buffer)) curve.xs.push(x);
      for (const y of float32(buffers[2 * index + 1] as Buffer)) {
        curve.ys.push(Number.isFinite(y) ? y : null); // null is a gap
      }
    });
    if (message.marks) this.marks = message.marks;
  }

  get empty(): boolean {
    return [...this.curves.values()].every(({ ys }) => ys.every((y) => y === null));
  }

  last(name: string): number | null {
    return this.curves.get(name)?.ys.findLast((y) => y !== null) ?? null;
  }

  /** One common x axis and a column for each name; undefined where a series has no point. */
  table(names: readonly string[]): uPlot.AlignedData {
    const tables = names.map((name) => {
      const { xs, ys } = this.curves.get(name) ?? { xs: [], ys: [] };
      return [xs, ys] as uPlot.AlignedData;
    });
    const filled = tables.filter(([xs]) => xs.length > 0);
    if (filled.length === 0) return [[], ...names.map(() => [])];
    const joined = uPlot.join(filled);
    let next = 1;
    const columns = tables.map(([xs]) =>
      xs.length > 0 ? joined[next++] : Array.from(joined[0], () => undefined),
    );
    return [joined[0], ...columns] as uPlot.AlignedData;
  }
}
