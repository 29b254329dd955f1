// Files of the user's: chosen, dropped or pasted, and sent in slices that the host lets through.
import { actionButton, consume, h } from "./dom.ts";
import { definePart, type Model, type View } from "./part.ts";

interface DropState extends Record<string, unknown> {
  accept: string[];
  multiple: boolean;
}

interface Answer {
  kind: "have" | "refused";
  file: string;
  offset: number;
}

/** Bytes of a slice: servers of notebooks end a connection that sends ten million at once. */
const SLICE = 1 << 20;

export default definePart<DropState>("file-drop", () => (view, model) => {
  const input = h("input", {
    type: "file",
    accept: model.get("accept").join(","),
    multiple: model.get("multiple"),
    "aria-label": view.text("drop_choose"),
    tabindex: -1,
    hidden: true,
  });
  const choose = actionButton("choose", view.text("drop_choose"));
  const hint = h("span", { class: "pxp-note" }, view.text("drop_hint"));
  const said = h("span", { class: "pxp-note", role: "status" });
  const zone = h("div", { class: "pxp-zone", tabindex: 0, role: "group" }, choose, hint, said);
  zone.setAttribute("aria-label", view.text("drop_hint"));
  const sender = new Sender(view, model, (text, busy) => {
    said.textContent = text;
    hint.hidden = text !== "";
    choose.disabled = busy;
  });
  choose.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    void sender.send([...(input.files ?? [])]);
    input.value = ""; // the same file may be chosen again
  });
  zone.addEventListener("dragover", (event) => {
    consume(event);
    zone.classList.add("pxp-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("pxp-over"));
  zone.addEventListener("drop", (event) => {
    consume(event);
    zone.classList.remove("pxp-over");
    void sender.send([...(event.dataTransfer?.files ?? [])]);
  });
  zone.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    consume(event);
    void sender.send(files);
  });
  view.root.append(zone, input);
});

/** Sends files one after another; the next slice goes when Python has the one before. */
class Sender {
  private busy = false;
  private answered: (answer: Answer) => void = () => {};

  constructor(
    private readonly view: View,
    private readonly model: Model<DropState>,
    private readonly say: (text: string, busy: boolean) => void,
  ) {
    const hear = (message: Answer) => this.answered(message);
    model.on("msg:custom", hear);
    view.onEnd(() => model.off("msg:custom", hear));
  }

  async send(files: File[]): Promise<void> {
    if (this.busy || files.length === 0) return;
    const some = this.model.get("multiple") ? files : files.slice(0, 1);
    const endings = this.model.get("accept");
    const odd = some.find((file) => !endings.some((e) => file.name.toLowerCase().endsWith(e)));
    if (odd) {
      const known = endings.join(" ");
      this.say(this.view.text("drop_refused", { name: odd.name, endings: known }), false);
      return;
    }
    this.busy = true;
    let complete = true;
    for (const [number, file] of some.entries()) {
      complete &&= await this.sendFile(file, `${number + 1}/${some.length}`).catch(() => false);
    }
    this.busy = false;
    this.say(complete ? "" : this.view.text("drop_failed"), false);
    this.model.send({ kind: complete ? "done" : "given_up" });
  }

  private async sendFile(file: File, place: string): Promise<boolean> {
    const id = [...crypto.getRandomValues(new Uint32Array(2))].join("-");
    let offset = 0;
    do {
      const share = file.size ? offset / file.size : 1;
      const percent = `${Math.floor(share * 100)} %`;
      this.say(this.view.text("drop_progress", { place, name: file.name, percent }), true);
      const slice = await file.slice(offset, offset + SLICE).arrayBuffer();
      const answer = await this.slice(id, file, offset, slice);
      if (answer.kind === "refused") return false;
      offset = answer.offset;
    } while (offset < file.size);
    return true;
  }

  private slice(file: string, of: File, offset: number, data: ArrayBuffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.answered = (answer) => {
        if (answer.file === file) resolve(answer);
      };
      const message = { kind: "slice", file, name: of.name, size: of.size, offset };
      this.model.send(message, undefined, [data]);
    });
  }
}
