// Asks Python for pictures, keeps the last ones, and takes back what nobody waits for any more.
import type { AnyModel } from "@anywidget/types";
import { type Buffer, bytes } from "./bytes.ts";
import { LabelMap } from "./label_map.ts";
import { Listeners } from "./part.ts";
import type { Layer } from "./shapes.ts";

export interface Picture {
  /** Address of the picture in this browser; empty if it cannot be shown. */
  url: string;
  caption: string;
  /** What else is said about it. */
  note: string;
  /** Width and height of the file's picture in pixels; zeros if they are not known. */
  size: [number, number];
  /** Whether it is left out. */
  out: boolean;
  layers: Layer[];
}

/** Numbers of pictures and masks count the message's buffers; -1 stands for none. */
type Described = Omit<Picture, "url" | "layers"> & {
  picture: number;
  layers: (Omit<Layer, "mask"> & { mask: number })[];
};

type Message =
  | { kind: "tiles"; request: string; problem: string; tiles: Described[] }
  | { kind: "corrected"; request: string; problem: string; number: number | null }
  | ({ kind: "renew" } & Renewal);

/** Which pictures, null for all, are no longer what they were. */
export interface Renewal {
  indices: readonly number[] | null;
  /** Whether others may be in their places. */
  moved: boolean;
}

export interface SourceState {
  /** The first thumbnails, sent along; empty once they were taken. */
  _first: { side?: number; tiles?: Described[]; buffers?: Buffer[] };
}

export type Answer = (pictures: Picture[], problem: string, number: number | null) => void;

/** Bytes of a picture up to which they stand in its address. */
const LARGEST_INLINE = 1 << 15;
/** Thumbnails to keep: some screens before and after. */
const KEPT = 1200;

export class GridSource {
  readonly renewed = new Listeners<Renewal>();
  /** Longest side of the thumbnails that are kept, in pixels; 0 before there are any. */
  side = 0;
  private readonly thumbnails = new Map<number, Picture>();
  private readonly waiting = new Map<string, Answer>();
  // a page that is loaded again talks to the same kernel: its requests need other names
  private readonly prefix = Math.random().toString(36).slice(2);
  private asked = 0;
  private most = 0;
  private annotated = false;
  private outdated = false; // both are of pictures that are gone; they hold until others come

  constructor(private readonly model: AnyModel<SourceState>) {
    model.on("msg:custom", (message: Message, buffers: Buffer[]) => this.take(message, buffers));
    this.takeFirst();
  }

  get hasAnnotations(): boolean {
    return this.annotated;
  }

  /** The most lines that a picture's classes took so far. */
  get lines(): number {
    return this.most;
  }

  thumbnail(index: number): Picture | undefined {
    return this.thumbnails.get(index);
  }

  /** Asks for the thumbnails of a range; returns what takes the request back. */
  load(start: number, stop: number, side: number, answer: (problem: string) => void): () => void {
    return this.ask({ kind: "load", start, stop, side }, (pictures, problem) => {
      for (const [offset, picture] of pictures.entries()) this.keep(start + offset, picture);
      answer(problem);
    });
  }

  /** Asks for one large picture, or for all its pixels; the caller gives it back by `release`. */
  open(index: number, whole: boolean, answer: Answer): () => void {
    return this.ask({ kind: "open", index, whole }, answer);
  }

  /** Asks for a correction; the answer says what was wrong with it, or which object is new. */
  correct(
    correction: Record<string, unknown>,
    answer: (problem: string, number: number | null) => void,
  ): void {
    this.ask({ ...correction, kind: "correct" }, (_, problem, number) => answer(problem, number));
  }

  /** Begins anew, with the pictures that were sent along. */
  restart(): void {
    this.forget();
    this.takeFirst();
  }

  private takeFirst(): void {
    const { side, tiles = [], buffers = [] } = this.model.get("_first");
    if (side === undefined || (this.side && this.side !== side)) return;
    this.side = side;
    for (const [index, picture] of pictures(tiles, buffers).entries()) this.keep(index, picture);
  }

  forget(): void {
    for (const request of [...this.waiting.keys()]) this.cancel(request);
    for (const picture of this.thumbnails.values()) release(picture);
    this.thumbnails.clear();
    this.outdated = true;
  }

  private ask(content: Record<string, unknown>, answer: Answer): () => void {
    this.asked += 1;
    const request = `${this.prefix}-${this.asked}`;
    this.waiting.set(request, answer);
    this.model.send({ ...content, request });
    return () => this.cancel(request);
  }

  private cancel(request: string): void {
    if (this.waiting.delete(request)) this.model.send({ kind: "cancel", request });
  }

  private take(message: Message, buffers: Buffer[]): void {
    if (message.kind === "renew") {
      const indices = message.indices ?? [...this.thumbnails.keys()];
      for (const index of indices) this.drop(index);
      this.renewed.tell(message);
      return;
    }
    const answer = this.waiting.get(message.request);
    if (!answer) return;
    this.waiting.delete(message.request);
    if (message.kind === "tiles") answer(pictures(message.tiles, buffers), message.problem, null);
    else answer([], message.problem, message.number);
  }

  private keep(index: number, picture: Picture): void {
    if (this.outdated) [this.most, this.annotated, this.outdated] = [0, false, false];
    this.drop(index); // and to the end: the first of a Map is the oldest
    this.thumbnails.set(index, picture);
    this.most = Math.max(
      this.most,
      picture.layers.filter(({ classes, note }) => classes.length || note).length,
    );
    this.annotated ||= picture.layers.some(({ shapes, mask }) => shapes.length > 0 || mask);
    for (const oldest of this.thumbnails.keys()) {
      if (this.thumbnails.size <= KEPT) break;
      this.drop(oldest);
    }
  }

  private drop(index: number): void {
    const before = this.thumbnails.get(index);
    if (before) release(before);
    this.thumbnails.delete(index);
  }
}

function pictures(tiles: Described[], buffers: Buffer[]): Picture[] {
  return tiles.map(({ picture, layers, ...facts }) => ({
    ...facts,
    url: address(buffers[picture]),
    layers: layers.map((layer) => ({ ...layer, mask: labelMap(buffers[layer.mask]) })),
  }));
}

export function release(picture: Picture): void {
  if (picture.url.startsWith("blob:")) URL.revokeObjectURL(picture.url);
}

/** A browser has to be told of every blob, 1 ms each; a thumbnail can stand in its address. */
function address(buffer: Buffer | undefined): string {
  const data = buffer ? bytes(buffer) : new Uint8Array();
  if (data.length > LARGEST_INLINE)
    return URL.createObjectURL(new Blob([data], { type: "image/jpeg" }));
  return data.length ? `data:image/jpeg;base64,${btoa(String.fromCharCode(...data))}` : "";
}

function labelMap(buffer: Buffer | undefined): LabelMap | null {
  const data = buffer ? bytes(buffer) : new Uint8Array();
  return data.length ? new LabelMap(data) : null;
}
