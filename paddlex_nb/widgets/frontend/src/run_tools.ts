// What a run's page asks of the browser: a word when the run ends, and VisualDL.
import { actionButton, h } from "./dom.ts";
import { baseUrl, PageTitle } from "./page.ts";
import { definePart, type Model, type View } from "./part.ts";

interface ToolsState extends Record<string, unknown> {
  active: boolean;
  ended: string;
  path: string;
  address: string;
  problem: string;
}

export default definePart<ToolsState>("run-tools", () => (view, model) => {
  showBell(view, model);
  showVisualDL(view, model);
});

/** A button that asks for notifications; the end is told in the page's title anyway. */
function showBell(view: View, model: Model<ToolsState>): void {
  const ask = actionButton("bell", view.text("bell_ask"));
  const said = h("span", { class: "pxp-note", "aria-live": "polite" });
  const title = new PageTitle();
  const draw = () => {
    const state = typeof Notification === "undefined" ? "none" : Notification.permission;
    const active = model.get("active");
    ask.hidden = state !== "default" || !active;
    said.textContent = !active
      ? ""
      : state === "granted"
        ? view.text("bell_on")
        : state === "denied"
          ? view.text("bell_denied")
          : "";
  };
  ask.addEventListener("click", () => void Notification.requestPermission().then(draw));
  const tell = () => {
    const ended = model.get("ended");
    if (!ended) return;
    title.tell(ended);
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    try {
      new Notification(ended);
    } catch {
      // some phones allow it to service workers alone; the title has said it
    }
  };
  model.on("change:ended", tell);
  model.on("change:active", draw);
  view.onEnd(() => {
    model.off("change:ended", tell);
    model.off("change:active", draw);
    title.restore();
  });
  view.root.append(ask, said);
  draw();
}

/** A button that starts VisualDL, and then the link to it. */
function showVisualDL(view: View, model: Model<ToolsState>): void {
  const start = actionButton("visualdl", view.text("vdl_start"));
  const said = h("span", { class: "pxp-note", "aria-live": "polite" });
  start.addEventListener("click", () => {
    start.disabled = true;
    said.textContent = view.text("vdl_starting");
    model.send({ kind: "visualdl", base: baseUrl() });
  });
  const draw = async () => {
    const problem = model.get("problem");
    start.disabled = false;
    said.textContent = problem;
    if (problem || !model.get("path")) return;
    const path = model.get("path");
    // Voila alone has no proxy: there the server can be reached on its own machine only
    const answer = await fetch(path, { redirect: "manual" }).catch(() => null);
    const here = answer?.ok !== true;
    const link = h(
      "a",
      { href: here ? model.get("address") : path, target: "_blank", rel: "noopener" },
      view.text("vdl_open"),
    );
    start.hidden = true;
    said.replaceChildren(link, here ? ` ${view.text("vdl_here")}` : "");
  };
  const changed = () => void draw();
  model.on("change:path", changed);
  model.on("change:problem", changed);
  view.onEnd(() => {
    model.off("change:path", changed);
    model.off("change:problem", changed);
  });
  view.root.append(start, said);
  if (model.get("path")) void draw();
}
