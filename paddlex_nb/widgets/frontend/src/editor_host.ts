import type { Pane } from "./viewer_pane.ts";

/** What the editor asks of the viewer around it. */
export interface EditorHost {
  /** Number of the picture. */
  index(): number;
  /** The pane whose objects are corrected. */
  pane(): Pane | undefined;
  /** Width and height of the picture in pixels; zeros if they are not known. */
  size(): [number, number];
  /** Classes of the picture as a whole. */
  classes(): number[];
  /** What is shown of the editor has to be drawn anew. */
  changed(): void;
  /** The objects have to be drawn anew. */
  redraw(): void;
  /** The objects have to be asked for again. */
  reload(): void;
  complain(problem: string): void;
}
