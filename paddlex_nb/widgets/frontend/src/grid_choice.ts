// Which pictures are chosen, and what clicks, keys and rectangles make of the choice.
import { lasso } from "./grid_lasso.ts";
import { touched } from "./grid_layout.ts";
import type { GridState } from "./grid_look.ts";
import { between, has, put, type Runs, size, union } from "./grid_selection.ts";
import type { Sheet } from "./grid_sheet.ts";
import { type Model, store } from "./part.ts";

export class Choice {
  /** The picture that has the focus. */
  active = 0;
  private anchor = 0; // where a choice of many begins

  constructor(private readonly model: Model<GridState>) {}

  /** Whether pictures can be chosen at all. */
  get possible(): boolean {
    return this.model.get("selectable");
  }

  get runs(): Runs {
    return this.model.get("selection");
  }

  get size(): number {
    return size(this.runs);
  }

  has(index: number): boolean {
    return this.possible ? has(this.runs, index) : index === this.active;
  }

  put(runs: Runs): void {
    if (String(runs) === String(this.runs)) return;
    store(this.model, "selection", runs);
  }

  /** Chooses a picture, all up to it, or adds and removes it. */
  pick(index: number, upTo: boolean, toggle: boolean): void {
    this.active = index;
    if (!this.possible) return;
    if (!upTo) this.anchor = index;
    const reached = between(this.anchor, index);
    if (!toggle) this.put(reached);
    else if (upTo) this.put(union(this.runs, [reached]));
    else this.put(put(this.runs, index, index + 1, !has(this.runs, index)));
  }

  /** Goes to a picture; with `upTo`, all up to it are chosen. */
  go(index: number, upTo: boolean): void {
    if (upTo && this.possible) this.pick(index, true, false);
    else [this.active, this.anchor] = [index, index];
  }

  /** Takes a key that changes the choice, of `total` pictures: true if it was one. */
  key(
    event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
    total: number,
  ): boolean {
    if (!this.possible || event.altKey) return false;
    if (event.key === " ") this.pick(this.active, false, true);
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
      this.put([0, total]);
    } else if (event.key === "Escape" && this.size) this.put([]);
    else return false;
    return true;
  }

  restart(): void {
    [this.active, this.anchor] = [0, 0];
  }
}

/** Lets a drawn rectangle choose the pictures that it touches. */
export function lassoTiles(sheet: Sheet, choice: Choice, count: () => number): void {
  let before: Runs = [];
  lasso(sheet.scroller, sheet.element, {
    active: () => choice.possible,
    begun: (more) => {
      before = more ? choice.runs : [];
    },
    drawn: ({ left, top, right, bottom }) => {
      const { shift } = sheet;
      const rectangle = { left, top: top + shift, right, bottom: bottom + shift };
      choice.put(union(before, touched(sheet.layout, count(), rectangle)));
    },
  });
}
