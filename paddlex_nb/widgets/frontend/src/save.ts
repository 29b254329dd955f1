// Files that the browser saves; nothing goes over the network.

export type Cell = string | number | null;

/** A table as CSV. Texts that a spreadsheet would take for a formula get an apostrophe before. */
export function csv(rows: Cell[][]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(content: Cell): string {
  if (content === null) return "";
  if (typeof content === "number") return String(content);
  const guarded = /^[=+\-@\t\r]/.test(content) ? `'${content}` : content;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A file name out of a title, in any script. */
export function fileName(title: string, ending: string): string {
  const name = title
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80);
  return `${name || "paddlex"}.${ending}`;
}

export function saveCsv(title: string, rows: Cell[][]): void {
  // the mark tells spreadsheets that the file is UTF-8
  save(new Blob(["\ufeff", csv(rows)], { type: "text/csv;charset=utf-8" }), fileName(title, "csv"));
}

export function savePicture(title: string, canvas: HTMLCanvasElement): void {
  canvas.toBlob((blob) => {
    if (blob) save(blob, fileName(title, "png"));
  }, "image/png");
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
