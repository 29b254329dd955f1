// Asks for what the window lacks: soon, one request at a time, never for what was scrolled past.
import type { GridSource } from "./grid_source.ts";

/** Pictures that one request asks for at most. */
const MOST = 120;
/** Least time between two requests while the window moves, in milliseconds. */
const REST = 70;

interface Window {
  start: number;
  stop: number;
  count: number;
}

export class GridLoader {
  private wanted: Window | null = null;
  private pending: { start: number; stop: number; takeBack: () => void } | null = null;
  private last = -REST;
  private timer = 0;
  private failed = false;

  /** @param arrived Told when pictures came, with what was wrong if anything was. */
  constructor(
    private readonly source: GridSource,
    private readonly arrived: (problem: string) => void,
  ) {}

  /** Says how large the thumbnails have to be; those of another size are forgotten. */
  ofSide(side: number): void {
    if (this.source.side === side) return;
    this.stop();
    if (this.source.side) this.source.forget();
    this.source.side = side;
  }

  /** Says which pictures are in the window now. */
  want(start: number, stop: number, count: number): void {
    const same = this.wanted?.start === start && this.wanted.stop === stop;
    if (!same) this.failed = false;
    this.wanted = { start, stop, count };
    this.next();
  }

  /** Asks for nothing more, and takes back what was asked. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.wanted = null;
    this.takeBack();
  }

  private takeBack(): void {
    this.pending?.takeBack();
    this.pending = null;
  }

  private next(): void {
    if (!this.wanted || this.failed) return;
    const range = this.missing(this.wanted.start, this.wanted.stop) ?? this.ahead(this.wanted);
    if (!range) return;
    if (this.pending) {
      const seen = this.pending.start < this.wanted.stop && this.pending.stop > this.wanted.start;
      if (seen) return; // its answer leads on
    }
    const wait = this.last + REST - performance.now();
    if (wait > 0) {
      this.timer ||= window.setTimeout(() => {
        this.timer = 0;
        this.next();
      }, wait);
      return;
    }
    this.takeBack();
    this.ask(...range);
  }

  private ask(start: number, stop: number): void {
    this.last = performance.now();
    const takeBack = this.source.load(start, stop, this.source.side, (problem) => {
      this.pending = null;
      this.last = -REST; // nothing is under way: the next may go at once
      this.failed = problem !== "" || this.missing(start, stop)?.[0] === start;
      this.arrived(problem);
      this.next();
    });
    this.pending = { start, stop, takeBack };
  }

  /** The part of a range from its first missing picture to its last. */
  private missing(start: number, stop: number): [number, number] | null {
    let [first, last] = [start, stop];
    while (first < last && this.source.thumbnail(first)) first += 1;
    while (last > first && this.source.thumbnail(last - 1)) last -= 1;
    return first < last ? [first, Math.min(last, first + MOST)] : null;
  }

  /** What comes into the window next, once all in it is there. */
  private ahead({ start, stop, count }: Window): [number, number] | null {
    const room = Math.min(stop - start, MOST);
    return this.missing(stop, Math.min(count, stop + room));
  }
}
