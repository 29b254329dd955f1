// What keys do in the viewer.

/** What keys and buttons do with the picture. */
export interface ViewerActs {
  close(): void;
  /** Shows the next picture, or the one before. */
  turn(step: 1 | -1): void;
  zoomBy(factor: number): void;
  fit(): void;
  /** Shows which keys there are, and hides it again. */
  explain(): void;
  /** Shows and hides what lies over the picture. */
  toggleAnnotations(): void;
}

/** What keys do with the picture's objects. */
export interface EditorActs {
  readonly active: boolean;
  turn(step: 1 | -1): void;
  draw(on: boolean): void;
  undo(): void;
  remove(): void;
  setClass(index: number): void;
}

export interface OpacityActs {
  turn(step: 1 | -1): void;
}

export type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** What a key does, or undefined if it does nothing. */
export function keyAct(
  { key, ctrlKey, metaKey, altKey }: Key,
  viewer: ViewerActs,
  editor: EditorActs,
  opacity: OpacityActs,
): (() => void) | undefined {
  if (ctrlKey || metaKey) return key === "z" ? () => editor.undo() : undefined;
  if (altKey) return undefined;
  if (editor.active && /^[1-9]$/.test(key)) return () => editor.setClass(Number(key) - 1);
  const acts: Record<string, () => void> = {
    ArrowLeft: () => viewer.turn(-1),
    ArrowRight: () => viewer.turn(1),
    Escape: () => viewer.close(),
    "+": () => viewer.zoomBy(1.5),
    "=": () => viewer.zoomBy(1.5),
    "-": () => viewer.zoomBy(1 / 1.5),
    "0": () => viewer.fit(),
    "[": () => opacity.turn(-1),
    "]": () => opacity.turn(1),
    "?": () => viewer.explain(),
    a: () => viewer.toggleAnnotations(),
    j: () => editor.turn(1),
    k: () => editor.turn(-1),
    n: () => editor.draw(true),
    u: () => editor.undo(),
    Delete: () => editor.remove(),
    Backspace: () => editor.remove(),
  };
  return acts[key];
}
