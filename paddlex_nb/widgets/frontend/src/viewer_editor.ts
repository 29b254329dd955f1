// Corrections in the viewer: an object's class and box, objects that are missing or too many.
import { type Box, HANDLES, LAST_CORNER, large, pulled, spanned, WHOLE } from "./box.ts";
import { Corrected } from "./corrected.ts";
import { drawFrame } from "./editor_frame.ts";
import type { EditorHost } from "./editor_host.ts";
import { foresee } from "./foresee.ts";
import type { GridState } from "./grid_look.ts";
import type { GridSource } from "./grid_source.ts";
import type { Model } from "./part.ts";
import { extent, neighbour, type Shape } from "./shapes.ts";
import type { Pane } from "./viewer_pane.ts";
import { follow } from "./viewer_zoom.ts";

/** Steps of a key across a picture whose size is not known. */
const FINE = 500;
/** Milliseconds after the last key until a box that keys move is kept. */
const SETTLES = 500;

export class Editor {
  private chosen: number | null = null;
  drawing = false; // the pointer, or Enter, is about to draw a box
  private box: Box | null = null; // as it is being moved
  private newClass = 0;
  private timer = 0;
  private readonly corrected = new Corrected();

  constructor(
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    private readonly host: EditorHost,
  ) {}

  /** Whether anything may be corrected here. */
  get active(): boolean {
    return this.model.get("corrections") !== "";
  }

  /** Whether boxes may be drawn and moved. */
  get boxes(): boolean {
    return this.model.get("corrections") === "boxes";
  }

  /** The object that is chosen. */
  get object(): Shape | undefined {
    return this.host
      .pane()
      ?.shapes.find(({ number }) => number !== undefined && number === this.chosen);
  }

  /** Another picture is shown, or none. */
  leave(): void {
    this.settle();
    [this.chosen, this.drawing, this.box] = [null, false, null];
  }

  /** The class that the field shows; -1 for none. */
  get shownClass(): number {
    if (this.model.get("corrections") === "class") return this.host.classes()[0] ?? -1;
    return this.object?.class ?? this.newClass;
  }

  get undoable(): boolean {
    return this.corrected.any(this.host.index());
  }

  setClass(index: number): void {
    if (index < 0 || index >= this.model.get("classes").length) return;
    const { object } = this;
    if (this.model.get("corrections") === "class") this.send({ what: "image_class", class: index });
    else if (object) this.send({ what: "object_class", object: object.number, class: index });
    else {
      this.newClass = index;
      this.host.changed();
    }
  }

  remove(): void {
    if (this.object) this.forgetMove();
    if (this.object) this.send({ what: "delete", object: this.chosen });
  }

  /** Takes back the last correction, or a move by keys that is not kept yet. */
  undo(): void {
    if (this.forgetMove()) this.host.changed();
    else if (this.undoable) this.send({ what: "undo" }, -1);
  }

  /** Lets go of a box that is being moved: true if there was one. */
  private forgetMove(): boolean {
    clearTimeout(this.timer);
    const moving = this.box !== null;
    this.box = null;
    return moving;
  }

  draw(on: boolean): void {
    this.newClass = this.object?.class ?? this.newClass; // the one that the field shows
    this.drawing = on && this.boxes;
    this.host.changed();
  }

  /** The next object, or the one before. */
  turn(step: 1 | -1): void {
    const next = neighbour(this.host.pane()?.shapes ?? [], this.chosen, step);
    if (next !== undefined) this.choose(next);
  }

  private choose(number: number | null): void {
    this.settle();
    this.chosen = number;
    this.host.changed();
  }

  /** Takes a press of the pointer if it is about an object: true if it did. */
  press(event: PointerEvent, pane: Pane, stage: HTMLElement): boolean {
    if (!this.active || pane !== this.host.pane() || event.button !== 0) return false;
    if (this.drawing) {
      this.pull(event, pane, stage);
      return true;
    }
    const handle = (event.target as HTMLElement).dataset.handle;
    const { object } = this;
    const found = pane.find(...pane.at(event))?.shape;
    if (object && this.boxes && (handle !== undefined || found === object)) {
      this.reshape(event, pane, stage, HANDLES[Number(handle)] ?? WHOLE);
      return true;
    }
    if (found?.number === undefined) {
      if (this.chosen !== null) this.choose(null);
      return false;
    }
    this.choose(found.number);
    return true;
  }

  /** Draws a new box. */
  private pull(event: PointerEvent, pane: Pane, stage: HTMLElement): void {
    const from = pane.at(event);
    follow(
      stage,
      event,
      (to) => {
        this.box = spanned(from, pane.at(to));
        this.place();
      },
      () => this.add(),
    );
  }

  private add(): void {
    const { box } = this;
    this.box = null;
    this.drawing = false;
    this.chosen = null; // the new one is chosen as soon as it is there
    if (box && large(box)) this.send({ what: "add", class: this.newClass, box });
    else this.host.changed();
  }

  /** Moves or resizes a box. */
  private reshape(event: PointerEvent, pane: Pane, stage: HTMLElement, handle: Box): void {
    const from = pane.at(event);
    const box = this.object && extent(this.object);
    if (!box) return;
    follow(
      stage,
      event,
      (to) => {
        const [x, y] = pane.at(to);
        this.box = pulled(box, handle, [x - from[0], y - from[1]]);
        this.place();
      },
      () => this.settle(),
    );
  }

  /** Keys that move and resize the chosen box: true if it was one. */
  key(event: KeyboardEvent): boolean {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const [step, object] = [steps[event.key], this.object];
    if (this.drawing && event.key === "Escape") {
      this.draw(false);
      return true;
    }
    if (this.drawing && event.key === "Enter") {
      this.box = [0.375, 0.375, 0.625, 0.625];
      this.add();
      return true;
    }
    if (!step || !object || !this.boxes || !(event.altKey || event.shiftKey)) return false;
    const [width, height] = this.host.size().map((side) => side || FINE) as [number, number];
    const way = [step[0] / width, step[1] / height] as const;
    this.box = pulled(this.box ?? extent(object), event.altKey ? WHOLE : LAST_CORNER, way);
    this.place();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.settle(), SETTLES);
    return true;
  }

  /** Keeps a box that was moved. */
  private settle(): void {
    const { box, chosen } = this;
    if (!this.forgetMove() || !box || chosen === null) return;
    if (large(box)) this.send({ what: "box", object: chosen, box });
    else this.host.changed();
  }

  private send(correction: Record<string, unknown>, step = 1): void {
    const index = this.host.index();
    if (foresee(this.host.pane()?.shapes ?? [], correction)) this.host.redraw();
    if (correction.what === "delete") this.chosen = null;
    this.corrected.add(index, step); // at once: it may be undone before the answer is here
    this.source.correct({ ...correction, index }, (problem, number) => {
      if (problem) {
        this.corrected.add(index, -step);
        this.host.reload();
      }
      if (number !== null && index === this.host.index()) this.chosen = number;
      this.host.complain(problem);
      this.host.changed();
    });
  }

  /** Draws the box that is chosen or being drawn. */
  place(): void {
    const pane = this.host.pane();
    const { object } = this;
    const box = this.box ?? (object ? extent(object) : null);
    if (pane) drawFrame(pane, box, this.boxes && object !== undefined);
  }

  get cursor(): string {
    return this.drawing ? "crosshair" : "";
  }
}
