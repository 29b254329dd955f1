// Asks Python for pictures, keeps the last ones, and takes back what nobody waits for any more.
import type { AnyModel } from "@anywidget/types";
import { type Buffer, bytes } from "./bytes.ts";
import type { Layer } from "./shapes.ts";

export interface Picture {
  /** Address of the picture in this browser; empty if it cannot be shown. */
  url: string;
  caption: string;
  layers: Layer[];
}

interface TilesMessage {
  kind: "tiles";
  request: string;
  problem: string;
  /** Numbers of pictures and masks count the message's buffers; -1 stands for none. */
  tiles: { caption: string; picture: number; layers: (Omit<Layer, "mask"> & { mask: number })[] }[];
}

export type Answer = (pictures: Picture[], problem: string) => void;

/** Thumbnails to keep: some pages before and after. */
const KEPT = 600;

export class GridSource {
  private readonly thumbnails = new Map<number, Picture>();
  private readonly waiting = new Map<string, Answer>();
  // a page that is loaded again talks to the same kernel: its requests need other names
  private readonly prefix = Math.random().toString(36).slice(2);
  private asked = 0;

  constructor(private readonly model: AnyModel) {
    model.on("msg:custom", (message: TilesMessage, buffers: Buffer[]) => {
      if (message.kind === "tiles") this.take(message, buffers);
    });
  }

  get hasAnnotations(): boolean {
    return [...this.thumbnails.values()].some(({ layers }) => layers.some(({ shapes, mask }) => shapes.length > 0 || mask));
  }

  thumbnail(index: number): Picture | undefined {
    return this.thumbnails.get(index);
  }

  /** Asks for the thumbnails of a range; returns what takes the request back. */
  load(start: number, stop: number, answer: () => void, failed: (problem: string) => void): () => void {
    return this.ask({ kind: "load", start, stop }, (pictures, problem) => {
      pictures.forEach((picture, offset) => this.keep(start + offset, picture));
      if (problem) failed(problem);
      else answer();
    });
  }

  /** Asks for one large picture, which the caller gives back by `release`. */
  open(index: number, answer: Answer): () => void {
    return this.ask({ kind: "open", index }, answer);
  }

  forget(): void {
    for (const request of [...this.waiting.keys()]) this.cancel(request);
    for (const picture of this.thumbnails.values()) release(picture);
    this.thumbnails.clear();
  }

  private ask(content: Record<string, unknown>, answer: Answer): () => void {
    const request = `${this.prefix}-${(this.asked += 1)}`;
    this.waiting.set(request, answer);
    this.model.send({ ...content, request });
    return () => this.cancel(request);
  }

  private cancel(request: string): void {
    if (this.waiting.delete(request)) this.model.send({ kind: "cancel", request });
  }

  private take(message: TilesMessage, buffers: Buffer[]): void {
    const answer = this.waiting.get(message.request);
    if (!answer) return;
    this.waiting.delete(message.request);
    answer(message.tiles.map(({ caption, picture, layers }) => ({
      caption,
      url: address(buffers[picture], "image/jpeg"),
      layers: layers.map((layer) => ({ ...layer, mask: address(buffers[layer.mask], "image/png") })),
    })), message.problem);
  }

  private keep(index: number, picture: Picture): void {
    const before = this.thumbnails.get(index);
    if (before) release(before);
    this.thumbnails.delete(index); // to the end: the first of a Map is the oldest
    this.thumbnails.set(index, picture);
    for (const [oldest, old] of this.thumbnails) {
      if (this.thumbnails.size <= KEPT) break;
      release(old);
      this.thumbnails.delete(oldest);
    }
  }
}

export function release(picture: Picture): void {
  for (const url of [picture.url, ...picture.layers.map(({ mask }) => mask)]) {
    if (url) URL.revokeObjectURL(url);
  }
}

function address(buffer: Buffer | undefined, type: string): string {
  const data = buffer ? bytes(buffer) : new Uint8Array();
  return data.length ? URL.createObjectURL(new Blob([data], { type })) : "";
}
