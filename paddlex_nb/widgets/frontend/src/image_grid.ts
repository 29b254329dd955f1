// Thumbnails of any number of pictures: only those in the window are there.
import { consume } from "./dom.ts";
import { Choice, lassoTiles } from "./grid_choice.ts";
import { GridFrame } from "./grid_frame.ts";
import { type Layout, layout, moved } from "./grid_layout.ts";
import { GridLoader } from "./grid_loader.ts";
import { COVERING, GridLook, type GridState } from "./grid_look.ts";
import { Sheet } from "./grid_sheet.ts";
import { GridSource, type Renewal } from "./grid_source.ts";
import { recover, tile } from "./grid_tile.ts";
import { Viewer } from "./grid_viewer.ts";
import { definePart, Listeners, type Model, type View } from "./part.ts";

/** Room for the scroll bar, in pixels: kept free so that it does not change the columns. */
const SCROLLBAR = 14;
/** Side in pixels of the thumbnails that Python keeps (`SIDE` in image_grid.py); larger ones are
 * twice as large. */
const SMALL = 160;

export default definePart<GridState>("image-grid", (model) => {
  const source = new GridSource(model);
  const outdated = new Listeners();
  model.on("change:_edition", () => {
    source.restart();
    outdated.tell();
  });
  return (view, viewed) => new GridView(view, viewed, source, outdated);
});

class GridView {
  private width = 0;
  private readonly drawSoon: () => void;
  private readonly frame: GridFrame;
  private readonly choice: Choice;
  private readonly look: GridLook;
  private readonly sheet: Sheet;
  private readonly loader: GridLoader;
  private readonly viewer: Viewer;

  constructor(
    private readonly view: View,
    private readonly model: Model<GridState>,
    private readonly source: GridSource,
    outdated: Listeners,
  ) {
    this.drawSoon = view.atNextFrame(() => this.draw());
    const look = new GridLook(model);
    this.look = look;
    this.choice = new Choice(model);
    this.sheet = new Sheet((index) => tile(view, look, index, source.thumbnail(index)));
    this.loader = new GridLoader(source, (problem) => this.arrived(problem));
    const closed = (index: number) => this.backTo(index);
    this.viewer = new Viewer(view, model, { source, look, closed });
    const { scroller } = this.sheet;
    this.frame = new GridFrame(view, model, source, scroller);
    const { head, empty, problem, foot } = this.frame;
    view.root.append(head, empty, scroller, problem, foot, this.viewer.element);
    this.listen();
    this.follow();
    source.renewed.add(view, (renewal) => this.renew(renewal));
    outdated.add(view, () => this.restart());
    view.onWidth((width) => {
      const first = this.width === 0;
      this.width = width;
      this.resize();
      if (first && model.get("large") && model.get("count") === 1) this.open();
    });
    view.onEnd(() => this.loader.stop());
  }

  /** Follows the user. */
  private listen(): void {
    const { sheet, choice } = this;
    const { scroller } = sheet;
    scroller.addEventListener("scroll", this.drawSoon, { passive: true });
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    scroller.addEventListener("click", (event) => this.onClick(event));
    scroller.addEventListener("dblclick", (event) => sheet.indexAt(event) !== null && this.open());
    lassoTiles(sheet, choice, () => this.count);
    this.view.onResize(scroller, this.drawSoon);
  }

  /** Follows the model. */
  private follow(): void {
    const on = (traits: readonly (keyof GridState | "texts")[], act: () => void) => {
      for (const trait of traits) this.model.on(`change:${trait}`, act);
    };
    on(COVERING, () => this.cover());
    on(["scored", "titles", "beside", "side"], () => this.resize());
    on(["classes", "texts", "selectable"], () => this.redraw());
    on(["selection"], () => this.mark());
    on(["count"], () => this.recount());
  }

  private get count(): number {
    return this.model.get("count");
  }

  /** More pictures or fewer: the window stays, and the viewer with what is in that place. */
  private recount(): void {
    this.choice.active = Math.max(0, Math.min(this.choice.active, this.count - 1));
    if (this.viewer.open && this.viewer.beyond) this.viewer.close();
    this.resize();
  }

  /** Other pictures: from the top. */
  private restart(): void {
    this.loader.stop();
    this.sheet.clear();
    this.choice.restart();
    this.sheet.scroller.scrollTop = 0;
    if (this.viewer.open) this.viewer.close();
    this.resize();
  }

  /** Lays the sheet out anew. */
  private resize(): void {
    if (this.width === 0) return;
    this.sheet.resize(this.wanted(), this.count);
    this.loader.ofSide(this.model.get("side") > SMALL ? 2 * SMALL : SMALL);
    this.redraw();
  }

  private wanted(): Layout {
    const { model, look, source, sheet } = this;
    return layout({
      width: this.width - SCROLLBAR,
      side: model.get("side"),
      count: this.count,
      frames: look.frames,
      lines: 1 + source.lines,
      ...(sheet.room && { room: sheet.room }),
    });
  }

  private redraw(): void {
    this.sheet.clear();
    this.relabel();
    this.draw();
    this.viewer.relabel();
  }

  private relabel(): void {
    this.frame.refresh(this.viewer.open);
  }

  /** Draws over the pictures anew, and nothing else: a slider is being moved. */
  private cover(): void {
    for (const [index, element] of this.sheet.drawn) {
      const picture = this.source.thumbnail(index);
      if (picture) recover(this.look, element, picture);
    }
    this.viewer.redraw();
    this.relabel();
  }

  /** Draws the window, and asks for the pictures that are missing in it. */
  private draw(): void {
    const { sheet, count: total } = this;
    const before = sheet.window;
    sheet.draw(total);
    this.mark();
    const [start, stop] = sheet.window;
    if (start !== before[0] || stop !== before[1]) this.frame.complain("");
    const edition = this.model.get("_edition");
    Object.assign(this.view.root.dataset, { start, stop, count: total, edition });
    if (this.viewer.open || sheet.room === 0) this.loader.stop();
    else this.loader.want(start, stop, total);
  }

  /** Exchanges what waited for its picture. */
  private arrived(problem: string): void {
    if (this.sheet.layout.height !== this.wanted().height) {
      this.resize(); // there are lines below now
    } else {
      this.fill(
        (index, { dataset }) => dataset.state === "loading" && !!this.source.thumbnail(index),
      );
      this.relabel();
    }
    this.frame.complain(problem);
  }

  private renew(renewal: Renewal): void {
    this.fill((index) => renewal.indices?.includes(index) ?? true);
    if (this.viewer.open) this.viewer.renew(renewal);
  }

  private fill(concerned: (index: number, element: HTMLElement) => boolean): void {
    const focused = this.sheet.scroller.contains(document.activeElement);
    this.sheet.outdate(concerned);
    this.draw();
    if (focused) this.focus(this.choice.active);
  }

  /** Marks what is chosen and what the Tab key comes to. */
  private mark(): void {
    const { choice, sheet } = this;
    sheet.mark(choice.active, (index) => choice.has(index));
    this.frame.tell(sheet.window, choice.size);
  }

  private onClick(event: MouseEvent): void {
    const index = this.sheet.indexAt(event);
    if (index === null) return;
    this.choice.pick(index, event.shiftKey, event.ctrlKey || event.metaKey);
    this.focus(index);
  }

  private focus(index: number): void {
    this.choice.active = index;
    this.mark();
    this.sheet.focus(index);
  }

  /** The viewer was closed: goes to the picture that it showed last. */
  private backTo(index: number): void {
    this.choice.active = index;
    this.relabel();
    this.bring(index);
  }

  private open(): void {
    if (this.count === 0) return;
    this.loader.stop();
    this.viewer.show(this.choice.active);
    this.relabel();
  }

  private onKey(event: KeyboardEvent): void {
    const { sheet, choice, count: total } = this;
    const room = { count: total, room: sheet.room };
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    const target = plain ? moved(event.key, choice.active, sheet.layout, room) : null;
    if (target !== null) {
      choice.go(target, event.shiftKey);
      this.bring(target);
    } else if (plain && event.key === "Enter") this.open();
    else if (event.key === "Delete" && !event.altKey && choice.possible && choice.size) {
      this.model.send({ kind: "remove" });
    } else if (!choice.key(event, total)) return;
    consume(event);
  }

  /** Scrolls to a picture and gives it the focus. */
  private bring(index: number): void {
    this.sheet.reveal(index);
    this.draw();
    this.focus(index);
  }
}
