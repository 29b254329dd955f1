// The frame of every part: its life in the host, its texts, its size and its theme.
import type { AnyModel, AnyWidget } from "@anywidget/types";
import { h } from "./dom.ts";
import { filled } from "./format.ts";

export type Texts = Record<string, string>;
export type Model<S> = AnyModel<S & { ready: boolean; texts: Texts }>;

export interface Theme {
  ink: string;
  faint: string;
  line: string;
  ground: string;
  font: string;
}

/** One place where a part is drawn; a widget may have several. */
export class View {
  readonly root: HTMLElement;
  private readonly endings: (() => void)[] = [];

  constructor(
    el: HTMLElement,
    name: string,
    private readonly texts: () => Texts,
  ) {
    this.root = h("div", { class: `pxp pxp-${name}`, "data-part": name });
    el.append(this.root);
    this.onEnd(() => this.root.remove());
    this.onTheme(() => this.findGround());
  }

  /** A text in the user's language, its placeholders filled: `{n}`, or the word `{n:one|many}`. */
  text(key: string, values: Record<string, string> = {}): string {
    return filled(this.texts()[key] ?? key, values);
  }

  theme(): Theme {
    const style = getComputedStyle(this.root);
    const read = (name: string) => style.getPropertyValue(name).trim();
    return {
      ink: read("--pxp-ink"),
      faint: read("--pxp-faint"),
      line: read("--pxp-line"),
      ground: read("--pxp-ground"),
      font: style.fontFamily,
    };
  }

  /** Calls back when the host changes its theme. */
  onTheme(callback: () => void): void {
    const observer = new MutationObserver(callback);
    for (const element of [document.body, document.documentElement]) {
      observer.observe(element, {
        attributes: true,
        attributeFilter: ["class", "data-jp-theme-name", "data-jp-theme-light", "theme"],
      });
    }
    this.onEnd(() => observer.disconnect());
  }

  /** Calls back with the width in pixels, at once when it is known and after every change. */
  onWidth(callback: (width: number) => void): void {
    let last = 0;
    const look = () => {
      const width = Math.floor(this.root.clientWidth);
      if (width === 0 || width === last) return;
      this.findGround(); // it is in the page now
      last = width;
      callback(width);
    };
    this.onResize(this.root, look);
    const soon = setTimeout(look); // most hosts have put it into the page by then, a frame earlier
    this.onEnd(() => clearTimeout(soon));
  }

  /** What asks for `draw` at the next frame, however often it is called before. */
  atNextFrame(draw: () => void): () => void {
    let due = 0;
    this.onEnd(() => cancelAnimationFrame(due));
    return () => {
      due ||= requestAnimationFrame(() => {
        due = 0;
        draw();
      });
    };
  }

  /** Calls back when an element's size changes, shown and hidden included. */
  onResize(element: HTMLElement, callback: () => void): void {
    const observer = new ResizeObserver(callback);
    observer.observe(element);
    this.onEnd(() => observer.disconnect());
  }

  /** What lies behind stuck labels and saved pictures is the page's own background. */
  private findGround(): void {
    for (let element = this.root.parentElement; element; element = element.parentElement) {
      const ground = getComputedStyle(element).backgroundColor;
      if (!/^rgb\(|, 1\)$/.test(ground)) continue;
      this.root.style.setProperty("--pxp-ground", ground);
      return;
    }
  }

  onEnd(callback: () => void): void {
    this.endings.push(callback);
  }

  end(): void {
    for (const callback of this.endings.splice(0)) callback();
  }
}

/** Sets a trait and tells Python. */
export function store<S extends Record<string, unknown>, K extends keyof S & string>(
  model: AnyModel<S>,
  trait: K,
  value: S[K],
): void {
  model.set(trait, value);
  model.save_changes();
}

/** What calls whom when something changed. */
export class Listeners<T = void> {
  private readonly all = new Set<(value: T) => void>();

  add(view: View, callback: (value: T) => void): void {
    this.all.add(callback);
    view.onEnd(() => this.all.delete(callback));
  }

  tell(value: T): void {
    for (const callback of this.all) callback(value);
  }
}

/**
 * A part for anywidget. `open` runs once for the widget and returns what draws one view of it.
 * It is a factory, so that what belongs to one widget lives in its closure.
 */
export function definePart<S extends Record<string, unknown>>(
  name: string,
  open: (model: Model<S>) => (view: View, model: Model<S>) => void,
): () => AnyWidget {
  return () => {
    let draw: (view: View, model: Model<S>) => void;
    return {
      initialize({ model }) {
        draw = open(model as Model<S>);
        model.set("ready", true);
        model.save_changes();
      },
      render({ model, el }) {
        const typed = model as Model<S>;
        const view = new View(el, name, () => typed.get("texts") as Texts);
        try {
          draw(view, typed);
        } catch (error) {
          view.root.replaceChildren(h("p", { role: "alert" }, String(error)));
          throw error;
        }
        return () => view.end();
      },
    };
  };
}
