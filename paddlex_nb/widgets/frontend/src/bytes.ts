// Buffers as they arrive: a DataView in JupyterLab, elsewhere perhaps an ArrayBuffer or an array.

export type Buffer = DataView | ArrayBuffer | Uint8Array;

export function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  const view =
    buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer)
      : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return view.slice(); // aligned, and free of the message that it came in
}

export function float64(buffer: Buffer): Float64Array {
  return new Float64Array(bytes(buffer).buffer);
}

export function float32(buffer: Buffer): Float32Array {
  return new Float32Array(bytes(buffer).buffer);
}
