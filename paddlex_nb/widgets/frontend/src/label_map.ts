// The classes of a picture's pixels, coloured in the browser.
import { colours } from "./palette.ts";

/** Pixels of no class, and of classes that are never drawn. */
export const NOTHING = 255;

interface Pixels {
  width: number;
  height: number;
  /** Class of each pixel, row by row. */
  classes: Uint8Array;
}

/** A grey PNG whose values are class numbers; decoded when it is first drawn. */
export class LabelMap {
  private decoded: Promise<Pixels> | null = null;
  private known: Pixels | null = null;

  constructor(private readonly png: Uint8Array<ArrayBuffer>) {}

  /** Colours a canvas; the classes of `hidden` stay transparent. */
  async paint(canvas: HTMLCanvasElement, hidden: readonly number[]): Promise<void> {
    this.decoded ??= this.decode();
    const { width, height, classes } = await this.decoded;
    const picture = new ImageData(width, height);
    const paint = new Uint32Array(picture.data.buffer);
    const table = colours(hidden);
    for (let at = 0; at < classes.length; at += 1)
      paint[at] = table[classes[at] as number] as number;
    Object.assign(canvas, { width, height });
    canvas.getContext("2d")?.putImageData(picture, 0, 0);
  }

  /** The class at a place given in shares of width and height; null where there is none. */
  at(x: number, y: number): number | null {
    if (!this.known || x < 0 || y < 0 || x >= 1 || y >= 1) return null;
    const { width, height, classes } = this.known;
    const found = classes[Math.floor(y * height) * width + Math.floor(x * width)];
    return found === undefined || found === NOTHING ? null : found;
  }

  private async decode(): Promise<Pixels> {
    const bitmap = await createImageBitmap(new Blob([this.png], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", {
      willReadFrequently: true,
    }) as OffscreenCanvasRenderingContext2D;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    this.known = {
      width,
      height,
      classes: Uint8Array.from({ length: width * height }, (_, at) => data[4 * at] as number),
    };
    return this.known;
  }
}
