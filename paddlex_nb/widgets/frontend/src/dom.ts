// Elements without markup: every text that comes from outside goes through textContent.

type Content = Node | string | null;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean> = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...content.filter((one) => one !== null));
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean> = {},
  ...content: Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...content);
  return element;
}

/** Sets attributes; false leaves one out and true sets it without a value. */
function setAttributes(
  element: Element,
  attributes: Record<string, string | number | boolean>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** A slider; the host's own shortcuts stay away from its keys. */
export function slider(
  action: string,
  label: string,
  limits: { min: number; max: number; step: number; value: number },
  moved: (value: number) => void,
  settled: () => void = () => {},
): HTMLInputElement {
  const field = h("input", {
    type: "range",
    ...limits,
    class: "pxp-size",
    "data-action": action,
    "data-lm-suppress-shortcuts": "true",
    "aria-label": label,
    title: label,
  });
  field.addEventListener("input", () => moved(Number(field.value)));
  field.addEventListener("change", settled);
  field.addEventListener("keydown", (event) => event.stopPropagation());
  return field;
}

/** Puts new content in place of old; a control that had the focus and is there again keeps it. */
export function refill(parent: HTMLElement, ...content: Node[]): void {
  const focused = document.activeElement as HTMLElement | null;
  const action = focused && parent.contains(focused) ? focused.dataset["action"] : undefined;
  parent.replaceChildren(...content);
  if (action === undefined) return;
  const again = [...parent.querySelectorAll<HTMLElement>("[data-action]")];
  again.find((element) => element.dataset["action"] === action)?.focus({ preventScroll: true });
}

const ICONS = {
  picture: "M2 3h12v10H2zM2 11l3.5-4 3 3 2-2 3.5 3.5M10.5 6h.01",
  table: "M2 3h12v10H2zM2 6.3h12M2 9.6h12M6.5 3v10",
  back: "M10 3 5 8l5 5",
  forward: "M6 3l5 5-5 5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  shapes: "M2 2h8v7H2zM6 6.5h8V14H6z",
  undo: "M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6",
  remove: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5 5 13.5h6l.5-9M7 7v4M9 7v4",
  draw: "M3 3h10v10H3zM8 6v4M6 8h4",
  help: "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1v.6M8 12h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
} as const;

export function icon(name: keyof typeof ICONS): SVGSVGElement {
  return svg(
    "svg",
    { class: "pxp-icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }),
  );
}

/** A button with an icon and perhaps a word; the label is what it is called and says on hover. */
export function button(
  action: string,
  name: keyof typeof ICONS,
  label: string,
  press: () => void,
  word = "",
): HTMLButtonElement {
  const element = h(
    "button",
    {
      type: "button",
      class: "pxp-button",
      "data-action": action,
      "aria-label": label,
      title: label,
    },
    icon(name),
    word ? h("span", {}, word) : null,
  );
  element.addEventListener("click", press);
  return element;
}
