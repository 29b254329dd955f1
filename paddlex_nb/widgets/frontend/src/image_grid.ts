// Pages of thumbnails.
import { button, h, refill } from "./dom.ts";
import { count } from "./format.ts";
import { type Layout, layout, moved, pageStart } from "./grid_layout.ts";
import { GridSource, type Picture } from "./grid_source.ts";
import { Viewer } from "./grid_viewer.ts";
import { colour } from "./palette.ts";
import { definePart, Listeners, type Model, type View } from "./part.ts";
import { scoreSlider } from "./score_slider.ts";
import { cover, type Layer } from "./shapes.ts";

interface GridState extends Record<string, unknown> {
  count: number;
  classes: string[];
  uncoloured: number[];
  annotations: boolean;
  titles: string[];
  beside: boolean;
  scored: boolean;
  large: boolean;
  threshold: number;
  _edition: number;
}

/** Classes whose colours are explained above the pictures. */
const MOST_EXPLAINED = 12;
/** How long, in milliseconds, a page has to stay before it is asked for. */
const REST = 60;

export default definePart<GridState>("image-grid", (model) => {
  const source = new GridSource(model);
  const outdated = new Listeners();
  model.on("change:_edition", () => {
    source.forget();
    outdated.tell();
  });
  return (view, viewed) => new GridView(view, viewed, source, outdated);
});

/** A name whose end stays readable: names of images differ there. */
function caption(name: string): HTMLElement {
  const cut = Math.max(0, name.length - 10);
  return h("div", { class: "pxp-caption pxp-name" }, h("span", {}, name.slice(0, cut)), h("span", {}, name.slice(cut)));
}

class GridView {
  private layout: Layout = { columns: 1, size: 1 };
  private width = 0;
  private active = 0; // the picture that has the focus; its page is the page shown
  private timer = 0;
  private takeBack: () => void = () => {};
  private readonly head = h("div", { class: "pxp-head" });
  private readonly grid = h("div", { class: "pxp-grid", role: "listbox", "data-lm-suppress-shortcuts": "true" });
  private readonly problem = h("p", { class: "pxp-problem", role: "alert", hidden: true });
  private readonly foot = h("div", { class: "pxp-foot" });
  private readonly viewer: Viewer;

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    outdated: Listeners,
  ) {
    this.viewer = new Viewer(view, source, {
      count: () => model.get("count"),
      className: (index) => this.className(index),
      panes: (picture) => this.panes(picture),
      title: (pane) => this.title(pane),
      summary: (layers) => layers.map((layer, at) => this.words(layer, at)).filter(Boolean).join(" · "),
      threshold: () => model.get("threshold"),
      tools: () => [scoreSlider(view, model), this.switch()],
      closed: (index) => {
        this.list(true);
        this.go(index, true);
      },
    });
    view.root.append(this.head, this.grid, this.problem, this.foot, this.viewer.element);
    this.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.addEventListener("click", (event) => this.focusOn(event));
    this.grid.addEventListener("dblclick", () => this.open());
    model.on("change:annotations", () => this.redraw());
    model.on("change:classes", () => this.redraw());
    model.on("change:threshold", () => this.recover());
    for (const trait of ["scored", "titles", "beside"] as const) model.on(`change:${trait}`, () => this.resize());
    model.on("change:texts", () => this.redraw());
    outdated.add(view, () => {
      if (this.viewer.open) this.viewer.close();
      this.go(0);
    });
    view.onWidth((width) => {
      const first = this.width === 0;
      this.width = width;
      this.resize();
      if (first && model.get("large") && model.get("count") === 1) this.open();
    });
    view.onEnd(() => {
      clearTimeout(this.timer);
      this.takeBack();
    });
  }

  private get start(): number {
    return pageStart(this.active, this.layout.size);
  }

  private get stop(): number {
    return Math.min(this.start + this.layout.size, this.model.get("count"));
  }

  private className(index: number): string {
    return this.model.get("classes")[index] ?? String(index);
  }

  private title(layer: number): string {
    return this.model.get("titles")[layer] ?? "";
  }

  private resize(): void {
    if (this.width === 0) return;
    this.layout = layout(this.width, this.model.get("beside") ? Math.max(1, this.model.get("titles").length) : 1);
    this.go(this.active);
  }

  private redraw(): void {
    this.draw();
    this.viewer.relabel();
    this.viewer.redraw();
  }

  /** What lies over the picture, once for each time that the picture is shown. */
  private panes({ layers }: Picture): Layer[][] {
    const beside = this.model.get("beside") && layers.length > 1;
    const panes = beside ? layers.map((layer) => [layer]) : [layers];
    return this.model.get("annotations") ? panes : panes.map(() => []);
  }

  /** Draws over the pictures anew, and nothing else: a slider is being moved. */
  private recover(): void {
    for (const tile of this.grid.querySelectorAll<HTMLElement>(".pxp-tile")) {
      const picture = this.source.thumbnail(Number(tile.dataset["index"]));
      if (!picture) continue;
      const panes = this.panes(picture);
      tile.querySelectorAll<HTMLElement>(".pxp-sheet").forEach((sheet, at) => {
        cover(sheet, panes[at] ?? [], this.model.get("threshold"));
      });
    }
    this.viewer.redraw();
  }

  /** Shows the page of a picture, and asks for what is missing on it once the page rests. */
  private go(index: number, focus = false): void {
    this.active = Math.max(0, Math.min(index, this.model.get("count") - 1));
    this.problem.hidden = true;
    clearTimeout(this.timer);
    this.takeBack();
    this.draw(focus);
    const { start, stop } = this;
    const missing = () => Array.from({ length: stop - start }, (_, at) => start + at).some((at) => !this.source.thumbnail(at));
    if (!missing()) return;
    this.timer = window.setTimeout(() => {
      this.takeBack = this.source.load(start, stop, () => this.draw(), (problem) => {
        this.problem.textContent = problem;
        this.problem.hidden = false;
      });
    }, REST);
  }

  private draw(focus = false): void {
    const had = focus || this.grid.contains(document.activeElement);
    const { view, model, start, stop } = this;
    const tiles = Array.from({ length: stop - start }, (_, at) => this.tile(start + at));
    this.grid.style.setProperty("--columns", String(this.layout.columns));
    this.grid.setAttribute("aria-description", view.text("grid_hint"));
    this.grid.setAttribute("aria-label", view.text("grid_summary", { count: count(model.get("count")) }));
    this.grid.replaceChildren(...(tiles.length ? tiles : [h("p", { class: "pxp-note" }, view.text("grid_empty"))]));
    refill(this.head, this.explanation(), h("div", { class: "pxp-tools" }, scoreSlider(view, model), this.switch()));
    refill(this.foot, ...(tiles.length ? this.paging() : []));
    Object.assign(view.root.dataset, { start, stop, count: model.get("count") });
    if (had) this.focusTile();
  }

  private tile(index: number): HTMLElement {
    const picture = this.source.thumbnail(index);
    const frames = picture ? this.frames(picture) : [h("div", { class: "pxp-frame" })];
    return h("div", {
      class: "pxp-tile", role: "option", "data-index": index, "data-state": picture ? (picture.url ? "shown" : "broken") : "loading",
      tabindex: index === this.active ? 0 : -1, "aria-selected": String(index === this.active),
      "aria-posinset": index + 1, "aria-setsize": this.model.get("count"),
      "aria-label": picture?.caption ?? this.view.text("loading"), title: picture?.caption ?? "",
    }, h("div", { class: "pxp-frames" }, ...frames), caption(picture?.caption ?? ""), ...this.classLines(picture));
  }

  private frames(picture: Picture): HTMLElement[] {
    if (!picture.url) return [h("div", { class: "pxp-frame" }, h("span", { class: "pxp-note" }, this.view.text("broken_picture")))];
    const panes = this.panes(picture);
    return panes.map((layers, at) => {
      const title = panes.length > 1 && this.title(at);
      return h("div", { class: "pxp-frame" }, this.sheet(picture, layers), title ? h("span", { class: "pxp-frame-title" }, title) : null);
    });
  }

  private sheet(picture: Picture, layers: readonly Layer[]): HTMLElement {
    const image = h("img", { src: picture.url, alt: "", draggable: "false" });
    const sheet = h("div", { class: "pxp-sheet" }, image);
    cover(sheet, layers, this.model.get("threshold"));
    // the sheet takes the picture's form, so that shapes stretched over it lie right
    image.addEventListener("load", () => {
      const { naturalWidth: width, naturalHeight: height } = image;
      sheet.style.aspectRatio = `${width} / ${height}`;
      sheet.style[width >= height ? "width" : "height"] = "100%";
    });
    return sheet;
  }

  /** The classes of a picture as a whole, a line a layer. */
  private classLines(picture: Picture | undefined): HTMLElement[] {
    return (picture?.layers ?? []).flatMap((layer, at) => {
      if (!layer.classes.length && !layer.note) return [];
      const title = this.title(at);
      return [h("div", { class: "pxp-caption pxp-note", title: this.words(layer, at) }, title ? `${title} ` : null, ...layer.classes.flatMap((index) => [
        h("span", { class: "pxp-swatch", style: `background:${colour(index)}` }), ` ${this.className(index)} `]), layer.note)];
    });
  }

  private words(layer: Layer, at: number): string {
    if (!layer.classes.length && !layer.note) return "";
    return [this.title(at), ...layer.classes.map((index) => this.className(index)), layer.note].filter(Boolean).join(" ");
  }

  /** Which colour is which class, while that can be read at a glance. */
  private explanation(): HTMLElement {
    const names = this.model.get("classes");
    return h("div", { class: "pxp-title pxp-explanation" }, ...(names.length > MOST_EXPLAINED ? [] : names.flatMap((name, index) =>
      this.model.get("uncoloured").includes(index) ? [] : [
        h("span", { class: "pxp-class" }, h("span", { class: "pxp-swatch", style: `background:${colour(index)}` }), name)])));
  }

  /** Shows and hides shapes; itself hidden while no picture has any. */
  private switch(): HTMLElement {
    const on = this.model.get("annotations");
    const label = this.view.text("annotations");
    const element = button("annotations", "shapes", label, () => {
      this.model.set("annotations", !on);
      this.model.save_changes();
    }, label);
    element.setAttribute("aria-pressed", String(on));
    element.hidden = !this.source.hasAnnotations;
    return element;
  }

  private paging(): HTMLElement[] {
    const { view, start, stop, layout } = this;
    const total = this.model.get("count");
    const before = button("previous-page", "back", view.text("previous"), () => this.go(start - layout.size), view.text("previous"));
    const after = button("next-page", "forward", view.text("next"), () => this.go(stop), view.text("next"));
    before.disabled = start === 0;
    after.disabled = stop === total;
    after.classList.add("pxp-after");
    const page = String(Math.floor(start / layout.size) + 1);
    const [lead, trail] = view.text("page_of", { pages: count(Math.ceil(total / layout.size)) }).split("{page}");
    const field = h("input", {
      class: "pxp-page", "data-action": "page", "data-lm-suppress-shortcuts": "true", inputmode: "numeric", value: page, size: Math.max(3, page.length), "aria-label": view.text("page_of", { page, pages: "" }) });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // Enter is the notebook's key for editing the cell
      const wanted = Number.parseInt(field.value, 10);
      if (event.key === "Enter" && !Number.isNaN(wanted)) this.go((wanted - 1) * layout.size);
    });
    const range = view.text("page_range", { first: count(start + 1), last: count(stop), count: count(total) });
    return [
      h("span", { class: "pxp-note" }, range),
      h("span", { class: "pxp-note pxp-hint" }, view.text("grid_hint")),
      h("div", { class: "pxp-tools" }, before, h("label", { class: "pxp-note" }, lead ?? "", field, trail ?? ""), after),
    ];
  }

  private focusOn(event: MouseEvent): void {
    const tile = (event.target as Element).closest<HTMLElement>(".pxp-tile");
    if (!tile) return;
    this.active = Number(tile.dataset["index"]);
    this.focusTile();
  }

  private focusTile(): void {
    for (const tile of this.grid.querySelectorAll<HTMLElement>(".pxp-tile")) {
      const chosen = Number(tile.dataset["index"]) === this.active;
      tile.tabIndex = chosen ? 0 : -1;
      tile.setAttribute("aria-selected", String(chosen));
      if (chosen) tile.focus({ preventScroll: true });
    }
  }

  private list(shown: boolean): void {
    for (const element of [this.head, this.grid, this.foot]) element.hidden = !shown;
  }

  private open(): void {
    if (this.model.get("count") === 0) return;
    this.takeBack();
    this.list(false);
    this.viewer.show(this.active);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = moved(event.key, this.active, this.model.get("count"), this.layout);
    if (target === null && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (target === null) this.open();
    else if (pageStart(target, this.layout.size) !== this.start) this.go(target, true);
    else {
      this.active = target;
      this.focusTile();
    }
  }
}
