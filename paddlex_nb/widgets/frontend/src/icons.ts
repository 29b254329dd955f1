// What is drawn on buttons: paths in a square of 16 units. Each part bundles those that it uses.
export const picture = "M2 3h12v10H2zM2 11l3.5-4 3 3 2-2 3.5 3.5M10.5 6h.01";
export const table = "M2 3h12v10H2zM2 6.3h12M2 9.6h12M6.5 3v10";
export const back = "M10 3 5 8l5 5";
export const forward = "M6 3l5 5-5 5";
export const plus = "M8 3v10M3 8h10";
export const minus = "M3 8h10";
export const fit = "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4";
export const close = "M3.5 3.5l9 9M12.5 3.5l-9 9";
export const shapes = "M2 2h8v7H2zM6 6.5h8V14H6z";
export const undo = "M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6";
export const remove = "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5 5 13.5h6l.5-9M7 7v4M9 7v4";
export const draw = "M3 3h10v10H3zM8 6v4M6 8h4";
export const help =
  "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1v.6M8 12h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z";
