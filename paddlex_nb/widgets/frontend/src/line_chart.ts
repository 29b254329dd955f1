// Live curves: title, legend, plot, and their files.
import type uPlot from "uplot";
import type { Buffer } from "./bytes.ts";
import { legendChip } from "./chart_legend.ts";
import { chartPicture } from "./chart_picture.ts";
import { type Curve, firstClickable, plot } from "./chart_plot.ts";
import { ChartPoints, type PointsMessage } from "./chart_points.ts";
import { layers } from "./chart_smooth.ts";
import { chartTools, followSmoothing, type ToolState } from "./chart_tools.ts";
import { consume, h, refill } from "./dom.ts";
import { value } from "./format.ts";
import { definePart, Listeners, type Model, store, type View } from "./part.ts";
import { type Cell, saveCsv, savePicture } from "./save.ts";
import { saveButtons } from "./save_buttons.ts";

interface ChartState extends ToolState {
  title: string;
  x_label: string;
  y_label: string;
  height: number;
  series: { name: string; label: string; clickable: boolean }[];
  latest: boolean;
  clickable: boolean;
  picked: [string, number] | null;
}

export default definePart<ChartState>("line-chart", (model) => {
  const points = new ChartPoints();
  const hidden = new Set<string>();
  const changed = new Listeners();
  model.on("msg:custom", (message: PointsMessage, buffers: Buffer[]) => {
    if (message.kind !== "points") return;
    points.take(message, buffers);
    changed.tell();
  });
  model.send({ kind: "hello" });
  return (view, viewed) => new ChartView(view, viewed, { points, hidden, changed });
});

/** What the views of one chart share. */
interface Shared {
  points: ChartPoints;
  /** Names of the series that the user hid. */
  hidden: Set<string>;
  changed: Listeners;
}

/** Traits of which the whole drawing depends. */
const REBUILT = [
  ...["title", "x_label", "y_label", "height", "series", "texts"],
  ...["axes", "axis", "logarithmic", "clickable"],
];

/** A value came as float32: seven digits are what it holds. */
function exact(number: number | null | undefined): Cell {
  return number == null ? null : Number(number.toPrecision(7));
}

class ChartView {
  private chart: uPlot | null = null;
  private width = 0;
  private zoomed = false;
  private readonly points: ChartPoints;
  private readonly hidden: Set<string>;
  private readonly legend = h("div", { class: "pxp-legend", role: "group" });
  private readonly place = h("div", {
    class: "pxp-plot",
    tabindex: 0,
    role: "img",
    "data-lm-suppress-shortcuts": "true",
  });
  private readonly empty = h("p", { class: "pxp-note pxp-empty" });
  private readonly head = h("div", { class: "pxp-head" });

  constructor(
    private readonly view: View,
    private readonly model: Model<ChartState>,
    { points, hidden, changed }: Shared,
  ) {
    this.points = points;
    this.hidden = hidden;
    view.root.append(this.head, this.legend, this.place, this.empty);
    for (const name of REBUILT) model.on(`change:${name}`, () => this.rebuild());
    model.on(
      "change:smoothing",
      view.atNextFrame(() => this.refresh()),
    );
    view.onTheme(() => this.rebuild());
    view.onWidth((width) => {
      this.width = width;
      if (this.chart) this.chart.setSize({ width, height: this.model.get("height") });
      else this.rebuild();
    });
    // however many messages come before the next frame
    changed.add(
      view,
      view.atNextFrame(() => this.refresh()),
    );
    this.place.addEventListener("keydown", (event) => this.onKey(event));
    view.onEnd(() => this.chart?.destroy());
  }

  private curves(): Curve[] {
    return this.model.get("series").map((one) => ({
      ...one,
      shown: !this.hidden.has(one.name),
      clickable: one.clickable && this.model.get("clickable"),
    }));
  }

  /** What was measured, whatever is drawn of it. */
  private data(): uPlot.AlignedData {
    return this.points.table(this.model.get("series").map(({ name }) => name));
  }

  /** The columns that are drawn of it. */
  private drawn(): uPlot.AlignedData {
    const { model } = this;
    const weight = model.get("smoothing") ?? 0;
    const measured = this.data() as Parameters<typeof layers>[0];
    return layers(measured, weight, model.get("logarithmic") === true) as uPlot.AlignedData;
  }

  private rebuild(): void {
    if (this.width === 0) return;
    const { model, view } = this;
    this.chart?.destroy();
    this.zoomed = false;
    this.chart = plot(
      {
        width: this.width,
        height: model.get("height"),
        xLabel: model.get("x_label"),
        yLabel: model.get("y_label"),
        curves: this.curves(),
        marks: () => this.points.marks,
        theme: view.theme(),
        logarithmic: model.get("logarithmic") === true,
        raw: () => (model.get("smoothing") ? view.text("chart_raw") : ""),
        picked: (curve, at) => this.pick(curve, at),
        zoomed: (part) => {
          this.zoomed = part;
        },
      },
      this.drawn(),
      this.place,
    );
    refill(
      this.head,
      h("h3", { class: "pxp-title" }, model.get("title")),
      h(
        "div",
        { class: "pxp-tools" },
        ...chartTools(view, model),
        ...saveButtons(
          view,
          () => this.savePicture(),
          () => this.saveCsv(),
        ),
      ),
    );
    this.place.title = view.text("zoom_hint");
    this.empty.textContent = view.text("chart_empty");
    this.describe();
  }

  /** Chooses a point; the same one again is told again. */
  private pick(curve: number, at: number): void {
    const { model } = this;
    const name = model.get("series")[curve]?.name;
    const x = this.chart?.data[0][at];
    if (name === undefined || x == null) return;
    store(model, "picked", null);
    store(model, "picked", [name, x]);
  }

  private refresh(): void {
    if (!this.chart) return;
    followSmoothing(this.head, this.model.get("smoothing"));
    this.chart.setData(this.drawn(), !this.zoomed);
    if (this.zoomed) this.chart.redraw();
    this.describe();
  }

  private describe(): void {
    const { view, points } = this;
    this.empty.hidden = !points.empty;
    this.place.hidden = points.empty;
    refill(this.legend, ...this.curves().map((curve, index) => this.chip(curve, index)));
    const series = this.curves()
      .map(
        ({ name, label }) =>
          `${label} ${this.model.get("latest") ? value(points.last(name) ?? NaN) : ""}`,
      )
      .join(", ");
    this.place.setAttribute(
      "aria-label",
      view.text("chart_summary", { title: this.model.get("title"), series }),
    );
    this.view.root.dataset.points = String(this.chart?.data[0].length ?? 0);
  }

  private chip(curve: Curve, index: number): HTMLElement {
    const last = this.model.get("latest") ? this.points.last(curve.name) : null;
    return legendChip(this.view, { curve, index, last }, () => {
      if (curve.shown) this.hidden.add(curve.name);
      else this.hidden.delete(curve.name);
      this.rebuild();
    });
  }

  private onKey(event: KeyboardEvent): void {
    const { chart } = this;
    const idx = chart?.cursor.idx;
    if (event.key === "Enter" && chart && idx != null) {
      consume(event);
      this.pick(firstClickable(chart, this.curves(), idx), idx);
      return;
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!chart || step === undefined) return;
    consume(event);
    const last = chart.data[0].length - 1;
    const at = Math.min(last, Math.max(0, (chart.cursor.idx ?? (step > 0 ? -1 : last + 1)) + step));
    const left = chart.valToPos(chart.data[0][at] as number, "x");
    chart.setCursor({ left, top: chart.over.clientHeight / 2 });
  }

  private saveCsv(): void {
    const series = this.model.get("series");
    const head: Cell[] = [this.model.get("x_label"), ...series.map(({ label }) => label)];
    const columns = this.data();
    const rows = Array.from(columns[0], (_, row) => columns.map((column) => exact(column[row])));
    saveCsv(this.model.get("title"), [head, ...rows]);
  }

  private savePicture(): void {
    if (!this.chart) return;
    const title = this.model.get("title");
    const drawn = this.chart.ctx.canvas;
    savePicture(title, chartPicture(drawn, title, this.curves(), this.view.theme()));
  }
}
