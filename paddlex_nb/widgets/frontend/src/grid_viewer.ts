// One large picture inside the part: which one, all its pixels when they are needed, its keys.
import { consume, focus, h } from "./dom.ts";
import { editorTools } from "./editor_tools.ts";
import type { GridLook, GridState } from "./grid_look.ts";
import { has, size } from "./grid_selection.ts";
import { type GridSource, type Picture, type Renewal, release } from "./grid_source.ts";
import { Opacity } from "./opacity_slider.ts";
import { type Model, store, type View } from "./part.ts";
import { Editor } from "./viewer_editor.ts";
import { ViewerHead } from "./viewer_head.ts";
import { keyAct, type ViewerActs } from "./viewer_keys.ts";
import { Stage } from "./viewer_stage.ts";

export interface ViewerOptions {
  source: GridSource;
  look: GridLook;
  /** Told which picture was shown last. */
  closed: (index: number) => void;
}

export class Viewer {
  readonly element = h("div", {
    class: "pxp-viewer",
    role: "group",
    tabindex: -1,
    hidden: true,
    "data-lm-suppress-shortcuts": "true",
  });
  private readonly problem = h("p", { class: "pxp-problem", role: "alert", hidden: true });
  private readonly source: GridSource;
  private readonly look: GridLook;
  private readonly closed: (index: number) => void;
  private readonly head: ViewerHead;
  private readonly stage: Stage;
  private readonly opacity: Opacity;
  private readonly editor: Editor;
  private index = 0;
  private picture: Picture | null = null;
  private whole = false; // all pixels of the file are here, or on their way
  private takeBack: () => void = () => {};
  private readonly acts: ViewerActs = {
    close: () => this.close(),
    turn: (step) => this.turn(step),
    zoomBy: (factor) => this.stage.zoomBy(factor),
    fit: () => this.stage.fit(),
    explain: () => this.explain(),
    toggleAnnotations: () => {
      store(this.model, "annotations", !this.model.get("annotations"));
    },
  };

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    { source, look, closed }: ViewerOptions,
  ) {
    this.source = source;
    this.look = look;
    this.closed = closed;
    this.opacity = new Opacity(view);
    this.editor = new Editor(model, source, {
      index: () => this.index,
      pane: () => this.stage.first,
      size: () => this.size,
      classes: () => this.shown?.layers[0]?.classes ?? [],
      changed: () => this.relabel(),
      redraw: () => this.redraw(),
      reload: () => this.load(this.whole),
      complain: (problem) => {
        this.problem.textContent = problem;
        this.problem.hidden = !problem;
      },
    });
    this.stage = new Stage(view, look, {
      size: () => this.size,
      press: (event, pane) => {
        const taken = this.editor.press(event, pane, this.stage.element);
        if (taken) focus(this.element);
        return taken;
      },
      arranged: (scale, coarse) => this.arranged(scale, coarse),
    });
    this.head = new ViewerHead(view, model, source, this.acts);
    this.element.append(this.head.bar, this.head.second, this.problem, this.stage.element);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    model.on("change:corrections", () => this.relabel());
    view.onEnd(() => this.drop());
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

  private get size(): [number, number] {
    return this.shown?.size ?? [0, 0];
  }

  show(index: number): void {
    this.drop();
    this.index = index;
    this.element.hidden = false;
    this.problem.hidden = true;
    this.choose(index);
    const thumbnail = this.source.thumbnail(index);
    if (thumbnail) this.put(thumbnail);
    this.relabel();
    this.element.dataset.state = "loading";
    focus(this.element);
    this.element.scrollIntoView({ block: "nearest" });
    this.load(false);
  }

  /** Chooses the picture that is seen, as others may be worked on; a choice of many stays. */
  private choose(index: number): void {
    const selection = this.model.get("selection");
    if (!this.model.get("selectable") || (size(selection) > 1 && has(selection, index))) return;
    store(this.model, "selection", [index, index + 1]);
  }

  /** Gets the picture, or all its pixels; what is shown meanwhile stays. */
  private load(whole: boolean): void {
    const { note } = this.stage;
    this.takeBack();
    this.whole = whole;
    note.textContent = this.shown ? "" : this.view.text("loading");
    this.takeBack = this.source.open(this.index, whole, ([picture], problem) => {
      this.element.dataset.state = problem ? "failed" : "shown";
      this.element.dataset.whole = String(whole);
      note.textContent = problem || (picture?.url ? "" : this.view.text("broken_picture"));
      this.stage.hideTip();
      if (!picture) return;
      const before = this.picture;
      this.picture = picture;
      this.put(picture, before !== null);
      if (before) release(before);
      this.relabel();
    });
  }

  /** Some pictures are no longer what they were; zoom and the chosen object stay where they can. */
  renew({ indices, moved }: Renewal): void {
    if (!(indices?.includes(this.index) ?? true) || this.beyond) return;
    if (moved) this.show(this.index);
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
    this.stage.redraw(shown);
    this.relabel();
  }

  relabel(): void {
    if (!this.open) return;
    const { view, model, editor } = this;
    const corrections = editorTools(view, model, editor);
    this.head.refresh(this.index, { corrections, opacity: this.opacity.slider() });
    this.stage.element.style.cursor = editor.cursor;
    this.element.dataset.index = String(this.index);
    this.element.setAttribute("aria-description", view.text("viewer_hint"));
    editor.place();
    if (document.activeElement === document.body) focus(this.element);
  }

  private put(picture: Picture, keepsZoom = false): void {
    const { size, note, caption } = picture;
    const sides = size[0] ? `${size[0]} × ${size[1]}` : "";
    const said = [caption, this.look.summary(picture.layers), sides, note];
    this.head.caption.textContent = said.filter(Boolean).join(" · ");
    this.element.setAttribute("aria-label", caption);
    this.stage.put(picture, keepsZoom);
  }

  /** Lets go of the large picture and of the request for it. */
  private drop(): void {
    this.editor.leave();
    this.takeBack();
    this.stage.clear();
    this.whole = false;
    if (this.picture) release(this.picture);
    this.picture = null;
  }

  private turn(step: 1 | -1): void {
    const index = this.index + step;
    if (index >= 0 && index < this.model.get("count")) this.show(index);
  }

  private arranged(scale: number, coarse: boolean): void {
    this.editor.place();
    this.head.level.textContent = `${Math.round(100 * scale)} %`;
    if (coarse && !this.whole && this.picture) this.load(true);
  }

  /** Shows which keys there are, and hides it again. */
  private explain(): void {
    const { note } = this.stage;
    const said = this.view.text(KEYS_EXPLAINED[this.model.get("corrections")]);
    note.textContent = note.textContent === said ? "" : said;
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.editor.key(event)) {
      const act = keyAct(event, this.acts, this.editor, this.opacity);
      if (!act) return;
      act();
    }
    consume(event);
  }
}

const KEYS_EXPLAINED = {
  "": "keys_all",
  class: "keys_class",
  objects: "keys_objects",
  boxes: "keys_correct",
} as const;
