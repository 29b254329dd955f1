// How pictures and what is known about them are shown: the same in thumbnails and in the viewer.
import { h } from "./dom.ts";
import type { Picture, SourceState } from "./grid_source.ts";
import { colour } from "./palette.ts";
import type { Model } from "./part.ts";
import { cover, type Filter, type Layer } from "./shapes.ts";

export interface GridState extends Record<string, unknown>, SourceState {
  count: number;
  classes: string[];
  uncoloured: number[];
  hidden: number[];
  annotations: boolean;
  titles: string[];
  beside: boolean;
  scored: boolean;
  large: boolean;
  threshold: number;
  side: number;
  selectable: boolean;
  selection: number[];
  corrections: "" | "class" | "objects" | "boxes";
  _edition: number;
}

/** Traits on whose change what lies over the pictures is drawn anew, and nothing else. */
export const COVERING = ["annotations", "hidden", "threshold"] as const;

export class GridLook {
  constructor(private readonly model: Model<GridState>) {}

  className(index: number): string {
    return this.model.get("classes")[index] ?? String(index);
  }

  /** What a layer is called. */
  title(layer: number): string {
    return this.model.get("titles")[layer] ?? "";
  }

  get filter(): Filter {
    return { threshold: this.model.get("threshold"), hidden: this.model.get("hidden") };
  }

  /** How often each picture is shown, side by side. */
  get frames(): number {
    return this.model.get("beside") ? Math.max(1, this.model.get("titles").length) : 1;
  }

  /** What lies over the picture, once for each time that the picture is shown. */
  panes({ layers }: Picture): Layer[][] {
    const panes =
      this.model.get("beside") && layers.length > 1 ? layers.map((layer) => [layer]) : [layers];
    return this.model.get("annotations") ? panes : panes.map(() => []);
  }

  cover(sheet: HTMLElement, layers: readonly Layer[]): void {
    cover(sheet, layers, this.filter);
  }

  /** What is said about a picture as a whole. */
  summary(layers: readonly Layer[]): string {
    return layers
      .map((layer, at) => this.words(layer, at))
      .filter(Boolean)
      .join(" · ");
  }

  /** The classes of a picture as a whole, a line a layer. */
  classLines(layers: readonly Layer[]): HTMLElement[] {
    return layers.flatMap((layer, at) => {
      if (!layer.classes.length && !layer.note) return [];
      const title = this.title(at);
      return [
        h(
          "div",
          { class: "pxp-caption pxp-note", title: this.words(layer, at) },
          title ? `${title} ` : null,
          ...layer.classes.flatMap((index) => [swatch(index), ` ${this.className(index)} `]),
          layer.note,
        ),
      ];
    });
  }

  private words(layer: Layer, at: number): string {
    if (!layer.classes.length && !layer.note) return "";
    return [this.title(at), ...layer.classes.map((index) => this.className(index)), layer.note]
      .filter(Boolean)
      .join(" ");
  }
}

export function swatch(index: number): HTMLElement {
  return h("span", { class: "pxp-swatch", style: `background:${colour(index)}` });
}
