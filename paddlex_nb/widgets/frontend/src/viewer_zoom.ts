// How much of a picture is seen, and where: wheel, drag and keys change it.

const CLOSEST = 40;

/** Where a picture lies in its pane, in the pane's pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Pixels of the screen for one of the picture. */
  scale: number;
}

export class Zoom {
  level = 1; // 1 shows the whole picture
  private shift: [number, number] = [0, 0]; // of the picture's centre from the pane's, in pixels

  fit(): void {
    this.level = 1;
    this.shift = [0, 0];
  }

  /** @param from The place that stays where it is, in pixels from the pane's centre. */
  by(factor: number, from: readonly [number, number] = [0, 0]): void {
    const before = this.level;
    this.level = Math.min(CLOSEST, Math.max(1, before * factor));
    const grown = this.level / before;
    this.shift = [
      from[0] - (from[0] - this.shift[0]) * grown,
      from[1] - (from[1] - this.shift[1]) * grown,
    ];
  }

  /** Follows a pointer that drags the picture, until it is let go. */
  drag(event: PointerEvent, stage: HTMLElement, moved: () => void): void {
    const [x, y] = [event.clientX - this.shift[0], event.clientY - this.shift[1]];
    follow(stage, event, (to) => {
      this.shift = [to.clientX - x, to.clientY - y];
      moved();
    });
  }

  /** Where the picture lies; a picture never leaves its pane. */
  frame(pane: HTMLElement, width: number, height: number): Frame {
    const { clientWidth, clientHeight } = pane;
    const scale = Math.min(clientWidth / width, clientHeight / height) * this.level;
    const [across, down] = [width * scale, height * scale];
    this.shift = [
      clamp(this.shift[0], (across - clientWidth) / 2),
      clamp(this.shift[1], (down - clientHeight) / 2),
    ];
    return {
      left: (clientWidth - across) / 2 + this.shift[0],
      top: (clientHeight - down) / 2 + this.shift[1],
      width: across,
      height: down,
      scale,
    };
  }
}

/** Calls back for every move of a pressed pointer, and once when it is let go. */
export function follow(
  element: HTMLElement,
  down: PointerEvent,
  moved: (event: PointerEvent) => void,
  ended: (event: PointerEvent) => void = () => {},
): void {
  const end = (event: PointerEvent) => {
    element.removeEventListener("pointermove", moved);
    for (const kind of ["pointerup", "pointercancel"] as const)
      element.removeEventListener(kind, end);
    ended(event);
  };
  element.setPointerCapture(down.pointerId);
  element.addEventListener("pointermove", moved);
  for (const kind of ["pointerup", "pointercancel"] as const) element.addEventListener(kind, end);
}

function clamp(value: number, room: number): number {
  return Math.min(Math.max(0, room), Math.max(-Math.max(0, room), value));
}
