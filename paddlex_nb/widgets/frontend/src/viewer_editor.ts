// Light corrections in the viewer: an object's class and box, objects that are missing or too many.
import { button, h } from "./dom.ts";
import type { GridState } from "./grid_look.ts";
import type { GridSource } from "./grid_source.ts";
import type { Model, View } from "./part.ts";
import { extent, type Shape } from "./shapes.ts";
import type { Pane } from "./viewer_pane.ts";
import { follow } from "./viewer_zoom.ts";

/** Left, top, right, bottom in shares of the picture's sides. */
type Box = [number, number, number, number];

/** Where the handles of a box are: how much each moves left, top, right and bottom. */
const HANDLES: readonly Box[] = [
  [1, 1, 0, 0],
  [0, 1, 0, 0],
  [0, 1, 1, 0],
  [1, 0, 0, 0],
  [0, 0, 1, 0],
  [1, 0, 0, 1],
  [0, 0, 0, 1],
  [0, 0, 1, 1],
];
/** Smallest side of a drawn box, in shares of the picture's. */
const LEAST = 0.004;
/** Steps of a key across a picture whose size is not known. */
const FINE = 500;
/** Milliseconds after the last key until a box that keys move is kept. */
const SETTLES = 500;

export class Editor {
  private chosen: number | null = null;
  private drawing = false;
  private box: Box | null = null; // as it is being moved
  private newClass = 0;
  private timer = 0;
  private readonly corrected = new Map<number, number>(); // corrections that can be taken back, by picture

  /** @param changed Told when what is shown of the editor has to be drawn anew. */
  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    private readonly host: {
      index(): number;
      pane(): Pane | undefined;
      size(): [number, number];
      classes(): number[];
      changed(): void;
      complain(problem: string): void;
    },
  ) {}

  /** Whether the pointer, or Enter, is about to draw a box. */
  get draws(): boolean {
    return this.drawing;
  }

  get active(): boolean {
    return this.model.get("corrections") !== "";
  }

  private get boxes(): boolean {
    return this.model.get("corrections") === "boxes";
  }

  private get object(): Shape | undefined {
    return this.host
      .pane()
      ?.shapes.find(({ number }) => number !== undefined && number === this.chosen);
  }

  /** Another picture is shown, or none. */
  leave(): void {
    this.settle();
    [this.chosen, this.drawing, this.box] = [null, false, null];
  }

  /** What stands above the picture. */
  tools(): HTMLElement[] {
    if (!this.active) return [];
    const { view } = this;
    const undo = button("undo", "undo", view.text("undo"), () => this.undo());
    undo.disabled = !this.corrected.get(this.host.index());
    if (this.model.get("corrections") === "class")
      return [this.classes("class_of_picture", this.host.classes()[0] ?? -1), undo];
    const remove = button("delete-object", "remove", view.text("delete_object"), () =>
      this.remove(),
    );
    remove.disabled = !this.object;
    const draw = button(
      "new-box",
      "draw",
      view.text("new_box"),
      () => this.draw(!this.drawing),
      view.text("new_box"),
    );
    draw.setAttribute("aria-pressed", String(this.drawing));
    return [
      this.classes("class_of_object", this.object?.class ?? this.newClass),
      ...(this.boxes ? [draw] : []),
      remove,
      undo,
    ];
  }

  private classes(key: string, chosen: number): HTMLElement {
    const options = this.model
      .get("classes")
      .map((name, index) => h("option", { value: index, selected: index === chosen }, name));
    const field = h(
      "select",
      {
        class: "pxp-select",
        "data-action": "class",
        "data-lm-suppress-shortcuts": "true",
        "aria-label": this.view.text(key),
        title: this.view.text(key),
      },
      ...(chosen < 0 ? [h("option", { value: -1, selected: true }, "–")] : []),
      ...options,
    );
    field.disabled = this.model.get("corrections") === "objects" && !this.object;
    field.addEventListener("change", () => this.setClass(Number(field.value)));
    field.addEventListener("keydown", (event) => event.stopPropagation());
    return field;
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
    if (this.object) this.send({ what: "delete", object: this.chosen });
  }

  undo(): void {
    if (this.corrected.get(this.host.index())) this.send({ what: "undo" }, -1);
  }

  draw(on: boolean): void {
    this.newClass = this.object?.class ?? this.newClass; // the one that the field shows
    this.drawing = on && this.boxes;
    this.host.changed();
  }

  /** The next object, or the one before. */
  turn(step: number): void {
    const numbers = [
      ...new Set((this.host.pane()?.shapes ?? []).flatMap(({ number }) => number ?? [])),
    ];
    if (!numbers.length) return;
    const at = numbers.indexOf(this.chosen ?? -1);
    this.choose(
      numbers[
        at < 0 ? (step > 0 ? 0 : numbers.length - 1) : (at + step + numbers.length) % numbers.length
      ] as number,
    );
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
    const handle = (event.target as HTMLElement).dataset["handle"];
    const { object } = this;
    const found = pane.find(...pane.at(event))?.shape;
    if (object && this.boxes && (handle !== undefined || found === object)) {
      this.reshape(event, pane, stage, object, HANDLES[Number(handle)] ?? [1, 1, 1, 1]);
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
        const [x, y] = pane.at(to);
        this.box = inside([
          Math.min(from[0], x),
          Math.min(from[1], y),
          Math.max(from[0], x),
          Math.max(from[1], y),
        ]);
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

  private reshape(
    event: PointerEvent,
    pane: Pane,
    stage: HTMLElement,
    object: Shape,
    handle: Box,
  ): void {
    const from = pane.at(event);
    const box = extent(object);
    follow(
      stage,
      event,
      (to) => {
        const [x, y] = pane.at(to);
        this.box = changed(box, handle, x - from[0], y - from[1]);
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
    const step = steps[event.key];
    const { object } = this;
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
    this.box = changed(
      this.box ?? extent(object),
      event.altKey ? [1, 1, 1, 1] : [0, 0, 1, 1],
      step[0] / width,
      step[1] / height,
    );
    this.place();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.settle(), SETTLES);
    return true;
  }

  /** Keeps a box that was moved. */
  private settle(): void {
    clearTimeout(this.timer);
    const { box, chosen } = this;
    if (!box || chosen === null) return;
    this.box = null;
    if (large(box)) this.send({ what: "box", object: chosen, box });
    else this.host.changed();
  }

  private send(correction: Record<string, unknown>, step = 1): void {
    const index = this.host.index();
    if (correction["what"] === "delete") this.chosen = null;
    this.source.correct({ ...correction, index }, (problem, number) => {
      if (!problem) this.corrected.set(index, (this.corrected.get(index) ?? 0) + step);
      if (number !== null && index === this.host.index()) this.chosen = number;
      this.host.complain(problem);
      this.host.changed();
    });
  }

  /** Draws the box that is chosen or being drawn, with its handles. */
  place(): void {
    const pane = this.host.pane();
    pane?.labels.querySelectorAll(".pxp-edit").forEach((old) => old.remove());
    const { object } = this;
    const box = this.box ?? (object ? extent(object) : null);
    if (!pane || !box) return;
    const [left, top] = pane.spot(box[0], box[1]);
    const [right, bottom] = pane.spot(box[2], box[3]);
    const frame = h("div", {
      class: "pxp-edit",
      style: `left:${left}px;top:${top}px;width:${right - left}px;height:${bottom - top}px`,
    });
    if (this.boxes && object) {
      HANDLES.forEach(([l, t, r, b], at) =>
        frame.append(
          h("span", {
            class: "pxp-handle",
            "data-handle": at,
            style: `left:${l ? 0 : r ? 100 : 50}%;top:${t ? 0 : b ? 100 : 50}%`,
          }),
        ),
      );
    }
    pane.labels.append(frame);
  }

  get cursor(): string {
    return this.drawing ? "crosshair" : "";
  }
}

function large([left, top, right, bottom]: Box): boolean {
  return right - left >= LEAST && bottom - top >= LEAST;
}

/** A box whose sides were pulled; moved as a whole it keeps its size. */
function changed([left, top, right, bottom]: Box, handle: Box, x: number, y: number): Box {
  if (handle.every(Boolean)) {
    const [across, down] = [
      Math.min(Math.max(x, -left), 1 - right),
      Math.min(Math.max(y, -top), 1 - bottom),
    ];
    return [left + across, top + down, right + across, bottom + down];
  }
  const [l, t, r, b] = [
    left + x * handle[0],
    top + y * handle[1],
    right + x * handle[2],
    bottom + y * handle[3],
  ];
  return inside([Math.min(l, r), Math.min(t, b), Math.max(l, r), Math.max(t, b)]);
}

function inside(box: Box): Box {
  return box.map((value) => Math.min(1, Math.max(0, value))) as Box;
}
