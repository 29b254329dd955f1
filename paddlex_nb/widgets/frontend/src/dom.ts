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

/** Gives an element the focus; the page stays where it is. */
export function focus(element: HTMLElement | undefined): void {
  element?.focus({ preventScroll: true });
}

/** Keeps an event that did something from the host, which would do something else. */
export function consume(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Puts new content in place of old; a control that had the focus and is there again keeps it. */
export function refill(parent: HTMLElement, ...content: Node[]): void {
  const focused = document.activeElement as HTMLElement | null;
  const action = focused && parent.contains(focused) ? focused.dataset.action : undefined;
  parent.replaceChildren(...content);
  if (action === undefined) return;
  const again = [...parent.querySelectorAll<HTMLElement>("[data-action]")];
  again.find((element) => element.dataset.action === action);
}

/** @param path One of `icons.ts`. */
function icon(path: string): SVGSVGElement {
  return svg(
    "svg",
    { class: "pxp-icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: path }),
  );
}

/** A button with an icon (its path); the label is what it is called and says on hover. */
export function button(
  action: string,
  path: string,
  label: string,
  press: () => void,
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
    icon(path),
  );
  element.addEventListener("click", press);
  return element;
}

/** A button that stands alone, with its text: one of a part's few actions. */
export function actionButton(action: string, text: string): HTMLButtonElement {
  return h("button", { type: "button", class: "pxp-action", "data-act": action }, text);
}

/** Writes a word behind a button's icon. */
export function worded(element: HTMLButtonElement, word: string): HTMLButtonElement {
  element.append(h("span", {}, word));
  return element;
}
