// One large picture inside the part: zoom, move, turn, what lies under the pointer, corrections.
import { button, h, refill, slider } from "./dom.ts";
import { count } from "./format.ts";
import { annotationSwitch, legend } from "./grid_head.ts";
import type { GridLook, GridState } from "./grid_look.ts";
import { has, size } from "./grid_selection.ts";
import { type GridSource, type Picture, release } from "./grid_source.ts";
import type { Model, View } from "./part.ts";
import { scoreSlider } from "./score_slider.ts";
import { Editor } from "./viewer_editor.ts";
import { Pane } from "./viewer_pane.ts";
import { Tip } from "./viewer_tip.ts";
import { Zoom } from "./viewer_zoom.ts";

/** How strongly areas cover the picture at first, and a step of the keys. */
const OPACITY = 0.6;
const STEP = 0.1;

export class Viewer {
  readonly element = h("div", {
    class: "pxp-viewer",
    role: "group",
    tabindex: -1,
    hidden: true,
    "data-lm-suppress-shortcuts": "true",
  });
  private readonly bar = h("div", { class: "pxp-head" });
  private readonly second = h("div", { class: "pxp-head" });
  private readonly caption = h("div", { class: "pxp-title pxp-caption" });
  private readonly place = h("span", { class: "pxp-note" });
  private readonly level = h("span", { class: "pxp-note pxp-level" });
  private readonly stage = h("div", { class: "pxp-stage" });
  private readonly row = h("div", { class: "pxp-panes" });
  private readonly tip = new Tip();
  private readonly note = h("p", { class: "pxp-note", role: "status" });
  private readonly problem = h("p", { class: "pxp-problem", role: "alert", hidden: true });
  private readonly zoom = new Zoom();
  private readonly editor: Editor;
  private panes: Pane[] = [];
  private index = 0;
  private picture: Picture | null = null;
  private whole = false; // all pixels of the file are here, or on their way
  private opacity = OPACITY;
  private takeBack: () => void = () => {};

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    private readonly look: GridLook,
    private readonly closed: (index: number) => void,
  ) {
    this.editor = new Editor(view, model, source, {
      index: () => this.index,
      pane: () => this.panes[0],
      size: () => this.shown?.size ?? [0, 0],
      classes: () => this.shown?.layers[0]?.classes ?? [],
      changed: () => this.relabel(),
      complain: (problem) => {
        this.problem.textContent = problem;
        this.problem.hidden = !problem;
      },
    });
    this.stage.append(this.row, this.tip.element, this.note);
    this.element.append(this.bar, this.second, this.problem, this.stage);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const under = this.paneOf(event)?.element ?? this.stage;
        const { left, top, width, height } = under.getBoundingClientRect();
        this.zoomBy(Math.exp(-event.deltaY / 400), [
          event.clientX - left - width / 2,
          event.clientY - top - height / 2,
        ]);
      },
      { passive: false },
    );
    this.stage.addEventListener("dblclick", () => this.fit());
    this.stage.addEventListener("pointerdown", (event) => this.press(event));
    this.stage.addEventListener("pointermove", (event) => this.tell(event));
    this.stage.addEventListener("pointerleave", () => this.tip.hide());
    model.on("change:corrections", () => this.relabel());
    const observer = new ResizeObserver(() => this.arrange());
    observer.observe(this.stage);
    view.onEnd(() => {
      observer.disconnect();
      this.drop();
    });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  /** Whether the picture that was shown is no longer there. */
  get beyond(): boolean {
    return this.index >= this.model.get("count");
  }

  private get shown(): Picture | undefined {
    return this.picture ?? this.source.thumbnail(this.index);
  }

  show(index: number): void {
    this.drop();
    this.index = index;
    this.element.hidden = false;
    this.problem.hidden = true;
    this.choose(index);
    const thumbnail = this.source.thumbnail(index);
    if (thumbnail) this.put(thumbnail);
    else this.row.replaceChildren();
    this.relabel();
    this.element.dataset["state"] = "loading";
    this.element.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
    this.load(false);
  }

  /** What is done with chosen pictures is done with the one that is seen; a choice of many stays. */
  private choose(index: number): void {
    const selection = this.model.get("selection");
    if (!this.model.get("selectable") || (size(selection) > 1 && has(selection, index))) return;
    this.model.set("selection", [index, index + 1]);
    this.model.save_changes();
  }

  /** Gets the picture, or all its pixels; what is shown meanwhile stays. */
  private load(whole: boolean): void {
    this.takeBack();
    this.whole = whole;
    this.note.textContent = this.shown ? "" : this.view.text("loading");
    this.takeBack = this.source.open(this.index, whole, ([picture], problem) => {
      this.element.dataset["state"] = problem ? "failed" : "shown";
      this.element.dataset["whole"] = String(whole);
      this.note.textContent = problem || (picture?.url ? "" : this.view.text("broken_picture"));
      this.tip.hide();
      if (!picture) return;
      const before = this.picture;
      this.picture = picture;
      this.put(picture, before !== null);
      if (before) release(before);
      this.relabel();
    });
  }

  /** Some pictures are no longer what they were. */
  renew(indices: readonly number[] | null): void {
    if (!(indices?.includes(this.index) ?? true) || this.beyond) return;
    if (indices === null)
      this.show(this.index); // another picture may be in its place
    else this.load(this.whole);
  }

  close(): void {
    this.drop();
    this.element.hidden = true;
    this.closed(this.index);
  }

  /** Draws shapes and labels anew. */
  redraw(): void {
    const { shown } = this;
    if (!shown || !this.open) return;
    const layers = this.look.panes(shown);
    if (layers.length !== this.panes.length) return this.put(shown);
    this.panes.forEach((pane, at) => pane.cover(layers[at] ?? []));
    this.relabel();
    this.arrange();
  }

  relabel(): void {
    if (!this.open) return;
    const { view, model, source, index } = this;
    const total = model.get("count");
    const before = button("previous-picture", "back", view.text("previous"), () => this.turn(-1));
    const after = button("next-picture", "forward", view.text("next"), () => this.turn(1));
    before.disabled = index === 0;
    after.disabled = index === total - 1;
    this.place.textContent = `${count(index + 1)} / ${count(total)}`;
    refill(
      this.bar,
      button("close", "close", view.text("back"), () => this.close()),
      this.caption,
      h(
        "div",
        { class: "pxp-tools" },
        before,
        this.place,
        after,
        button("zoom-out", "minus", view.text("zoom_out"), () => this.zoomBy(1 / 1.5)),
        this.level,
        button("zoom-in", "plus", view.text("zoom_in"), () => this.zoomBy(1.5)),
        button("zoom-fit", "fit", view.text("zoom_fit"), () => this.fit()),
        button("keys", "help", view.text("keys"), () => this.explain()),
      ),
    );
    refill(
      this.second,
      legend(view, model, source),
      h(
        "div",
        { class: "pxp-tools" },
        ...this.editor.tools(),
        scoreSlider(view, model),
        this.opacitySlider(),
        annotationSwitch(view, model, source),
      ),
    );
    this.stage.style.cursor = this.editor.cursor;
    this.element.dataset["index"] = String(index);
    this.element.setAttribute("aria-description", view.text("viewer_hint"));
    this.editor.place();
    if (document.activeElement === document.body) this.element.focus({ preventScroll: true });
  }

  private opacitySlider(): HTMLElement {
    const limits = { min: 0, max: 1, step: 0.05, value: this.opacity };
    const field = slider("opacity", this.view.text("opacity"), limits, (value) =>
      this.setOpacity(value),
    );
    field.hidden = !this.source.hasAnnotations;
    return field;
  }

  private setOpacity(value: number): void {
    this.opacity = Math.min(1, Math.max(0, value));
    this.view.root.style.setProperty("--pxp-cover", String(this.opacity));
  }

  private put(picture: Picture, keepsZoom = false): void {
    this.caption.textContent = [
      picture.caption,
      this.look.summary(picture.layers),
      this.facts(picture),
    ]
      .filter(Boolean)
      .join(" · ");
    this.element.setAttribute("aria-label", picture.caption);
    const layers = this.look.panes(picture);
    this.panes = layers.map(
      (_, at) => new Pane(this.look, picture, layers.length > 1 ? this.look.title(at) : ""),
    );
    for (const { image } of this.panes) image.addEventListener("load", () => this.arrange());
    this.row.replaceChildren(...this.panes.map(({ element }) => element));
    if (!keepsZoom) this.zoom.fit();
    this.panes.forEach((pane, at) => pane.cover(layers[at] ?? []));
    this.arrange();
  }

  private facts({ size: [width, height], note }: Picture): string {
    return [width ? `${width} × ${height}` : "", note].filter(Boolean).join(" · ");
  }

  /** Lets go of the large picture and of the request for it. */
  private drop(): void {
    this.editor.leave();
    this.takeBack();
    this.row.replaceChildren();
    this.panes = [];
    this.tip.hide();
    this.whole = false;
    if (this.picture) release(this.picture);
    this.picture = null;
  }

  private turn(step: number): void {
    const index = this.index + step;
    if (index >= 0 && index < this.model.get("count")) this.show(index);
  }

  private fit(): void {
    this.zoom.fit();
    this.arrange();
  }

  private zoomBy(factor: number, from?: [number, number]): void {
    this.zoom.by(factor, from);
    this.arrange();
  }

  /** Puts picture, shapes and labels where zoom and shift want them. */
  private arrange(): void {
    const first = this.panes[0];
    if (!first?.image.naturalWidth || !first.element.clientWidth) return;
    const { naturalWidth, naturalHeight } = first.image;
    const frame = this.zoom.frame(first.element, naturalWidth, naturalHeight);
    for (const pane of this.panes) pane.place(frame);
    this.editor.place();
    const pixels = this.shown?.size[0] || naturalWidth;
    this.level.textContent = `${Math.round((100 * frame.width) / pixels)} %`;
    const coarse =
      frame.scale * devicePixelRatio > 1 && (this.picture?.size[0] ?? 0) > naturalWidth;
    if (coarse && !this.whole && this.picture) this.load(true);
  }

  private paneOf(event: Event): Pane | undefined {
    return this.panes.find(({ element }) => element.contains(event.target as Node));
  }

  private press(event: PointerEvent): void {
    const pane = this.paneOf(event);
    if (pane && this.editor.press(event, pane, this.stage)) {
      this.element.focus({ preventScroll: true });
      return event.preventDefault();
    }
    if (event.button === 0) this.zoom.drag(event, this.stage, () => this.arrange());
  }

  /** Says what lies under the pointer. */
  private tell(event: PointerEvent): void {
    const pane = this.paneOf(event);
    const [x, y] = pane?.at(event) ?? [0, 0];
    const found = event.buttons === 0 ? pane?.find(x, y) : null;
    this.tip.show(
      event,
      found,
      found ? this.look.className(found.class) : "",
      this.shown?.size ?? [0, 0],
      this.stage,
    );
  }

  /** Shows which keys there are, and hides it again. */
  private explain(): void {
    const kind = {
      "": "keys_all",
      class: "keys_class",
      objects: "keys_objects",
      boxes: "keys_correct",
    };
    const said = this.view.text(kind[this.model.get("corrections")]);
    this.note.textContent = this.note.textContent === said ? "" : said;
  }

  private onKey(event: KeyboardEvent): void {
    const control = event.ctrlKey || event.metaKey;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => this.turn(-1),
      ArrowRight: () => this.turn(1),
      Escape: () => this.close(),
      "+": () => this.zoomBy(1.5),
      "=": () => this.zoomBy(1.5),
      "-": () => this.zoomBy(1 / 1.5),
      "0": () => this.fit(),
      "[": () => this.setOpacity(this.opacity - STEP),
      "]": () => this.setOpacity(this.opacity + STEP),
      "?": () => this.explain(),
      a: () => {
        this.model.set("annotations", !this.model.get("annotations"));
        this.model.save_changes();
      },
      j: () => this.editor.turn(1),
      k: () => this.editor.turn(-1),
      n: () => this.editor.draw(true),
      u: () => this.editor.undo(),
      Delete: () => this.editor.remove(),
      Backspace: () => this.editor.remove(),
    };
    const digit =
      this.editor.active && /^[1-9]$/.test(event.key)
        ? () => this.editor.setClass(Number(event.key) - 1)
        : undefined;
    const plain = control || event.altKey ? undefined : (keys[event.key] ?? digit);
    const act = control && event.key === "z" ? keys["u"] : plain;
    if (!this.editor.key(event)) {
      if (!act) return;
      act();
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
