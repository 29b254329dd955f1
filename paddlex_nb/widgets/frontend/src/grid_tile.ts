// One thumbnail with its captions.
import { h } from "./dom.ts";
import type { GridLook } from "./grid_look.ts";
import type { Picture } from "./grid_source.ts";
import type { View } from "./part.ts";
import type { Layer } from "./shapes.ts";

export function tile(
  view: View,
  look: GridLook,
  index: number,
  picture: Picture | undefined,
): HTMLElement {
  const frames = picture ? framesOf(view, look, picture) : [h("div", { class: "pxp-frame" })];
  const note = picture?.note ? `\n${picture.note}` : "";
  const said = picture
    ? [picture.caption, look.summary(picture.layers), picture.note].filter(Boolean).join(", ")
    : view.text("loading");
  return h(
    "div",
    {
      class: `pxp-tile${picture?.out ? " pxp-out" : ""}`,
      role: "option",
      "data-index": index,
      tabindex: -1,
      "data-state": picture ? (picture.url ? "shown" : "broken") : "loading",
      "aria-posinset": index + 1,
      "aria-label": said,
      title: picture ? `${picture.caption}${note}` : "",
    },
    h("div", { class: "pxp-frames" }, ...frames),
    caption(picture?.caption ?? ""),
    ...look.classLines(picture?.layers ?? []),
  );
}

/** Draws over a thumbnail anew. */
export function recover(look: GridLook, element: HTMLElement, picture: Picture): void {
  const panes = look.panes(picture);
  const sheets = element.querySelectorAll<HTMLElement>(".pxp-sheet");
  for (const [at, sheet] of sheets.entries()) look.cover(sheet, panes[at] ?? []);
}

function framesOf(view: View, look: GridLook, picture: Picture): HTMLElement[] {
  if (!picture.url)
    return [
      h(
        "div",
        { class: "pxp-frame" },
        h("span", { class: "pxp-note" }, view.text("broken_picture")),
      ),
    ];
  const panes = look.panes(picture);
  return panes.map((layers, at) => {
    const title = panes.length > 1 && look.title(at);
    return h(
      "div",
      { class: "pxp-frame" },
      sheetOf(look, picture, layers),
      title ? h("span", { class: "pxp-frame-title" }, title) : null,
    );
  });
}

function sheetOf(look: GridLook, picture: Picture, layers: readonly Layer[]): HTMLElement {
  const image = h("img", { src: picture.url, alt: "", draggable: "false" });
  const sheet = h("div", { class: "pxp-sheet" }, image);
  look.cover(sheet, layers);
  // the sheet takes the picture's form, so that shapes stretched over it lie right
  const form = (width: number, height: number) => {
    sheet.style.aspectRatio = `${width} / ${height}`;
    sheet.style[width >= height ? "width" : "height"] = "100%";
  };
  if (picture.size[0] > 0 && picture.size[1] > 0) form(...picture.size);
  else image.addEventListener("load", () => form(image.naturalWidth, image.naturalHeight));
  return sheet;
}

/** A name whose end stays readable: names of images differ there. */
function caption(name: string): HTMLElement {
  const cut = Math.max(0, name.length - 10);
  return h(
    "div",
    { class: "pxp-caption pxp-name" },
    h("span", {}, name.slice(0, cut)),
    h("span", {}, name.slice(cut)),
  );
}
