// Which pictures are chosen, and what clicks and keys make of the choice.
import type { GridState } from "./grid_look.ts";
import { between, has, put, type Runs, size, union } from "./grid_selection.ts";
import type { Model } from "./part.ts";

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
    this.model.set("selection", runs);
    this.model.save_changes();
  }

  /** Chooses a picture, all up to it, or adds and removes it. */
  pick(index: number, upTo: boolean, toggle: boolean): void {
    this.active = index;
    if (!this.possible) return;
    if (upTo) {
      const reached = between(this.anchor, index);
      return this.put(toggle ? union(this.runs, [reached]) : reached);
    }
    this.anchor = index;
    this.put(
      toggle ? put(this.runs, index, index + 1, !has(this.runs, index)) : [index, index + 1],
    );
  }

  /** Goes to a picture; with `upTo`, all up to it are chosen. */
  go(index: number, upTo: boolean): void {
    if (upTo && this.possible) return this.pick(index, true, false);
    [this.active, this.anchor] = [index, index];
  }

  restart(): void {
    [this.active, this.anchor] = [0, 0];
  }
}
