import assert from "node:assert/strict";
import { test } from "node:test";
import { ChartPoints } from "../src/chart_points.ts";
import { percent, short, value } from "../src/format.ts";
import { layout, moved, place, reveal, touched, visible } from "../src/grid_layout.ts";
import { between, has, put, size, union } from "../src/grid_selection.ts";
import { cellSide, labelStep, MatrixTable } from "../src/matrix_table.ts";
import { csv, fileName } from "../src/save.ts";
import { extent, sure, under } from "../src/shapes.ts";

const float64 = (...numbers) => new DataView(new Float64Array(numbers).buffer);
const float32 = (...numbers) => new DataView(new Float32Array(numbers).buffer);
const points = (replace, series, marks = []) => ({ kind: "points", replace, series, marks });

test("texts in a CSV cannot become formulas, numbers stay numbers", () => {
  assert.equal(
    csv([
      ["=1+1", "+a", "-b", "@c", "plain"],
      [-1.5, null, 'say "x", y', "a\nb", 0],
    ]),
    `'=1+1,'+a,'-b,'@c,plain\r\n-1.5,,"say ""x"", y","a\nb",0\r\n`,
  );
});

test("file names keep letters of any script and nothing else", () => {
  assert.equal(fileName("混淆矩阵 / ../test", "csv"), "混淆矩阵-test.csv");
  assert.equal(fileName("///", "png"), "paddlex.png");
});

test("numbers have sensible digits", () => {
  assert.deepEqual(
    [value(0.123456), value(0), value(1e-5), value(NaN), value(1234567)],
    ["0.1235", "0", "1.00e-5", "–", "1.23e+6"],
  );
  assert.deepEqual(
    [short(999), short(9999), short(12_345), short(3_400_000)],
    ["999", "9999", "12k", "3.4M"],
  );
  assert.equal(percent(1 / 3), "33.3 %");
});

test("columns fill the width and every picture has a place in the window that shows it", () => {
  for (let width = 240; width <= 1400; width += 7) {
    const at = layout(width, 112, 100_000);
    assert.ok(at.columns >= 2 && at.width >= 100 && at.columns * at.width <= width + 9, `${width}`);
    const [start, stop] = visible(at, 0, 600, 100_000);
    assert.ok(start === 0 && stop % at.columns === 0 && (stop / at.columns) * at.height >= 600);
  }
  assert.ok(layout(300, 112, 10, 2).columns === 1, "truth and prediction take twice the room");
});

test("a sheet that browsers could not draw is compressed, and its ends are reached", () => {
  const at = layout(600, 112, 5_000_000);
  assert.ok(at.sheet === 12_000_000 && at.ratio > 1);
  const bottom = at.sheet - 600;
  const [start, stop] = visible(at, bottom, 600, 5_000_000);
  assert.equal(stop, 5_000_000);
  const top = reveal(at, 4_999_999, 0, 600);
  const { top: drawn } = place(at, 4_999_999, top);
  assert.ok(drawn - top >= 0 && drawn - top + at.height <= 601 && start < 4_999_999);
});

test("a window moves no further than a picture needs", () => {
  const at = layout(1000, 112, 1000);
  assert.equal(reveal(at, 0, 0, 600), 0);
  assert.equal(reveal(at, at.columns * 2, 3 * at.height, 600), 2 * at.height);
  assert.equal(reveal(at, at.columns * 9, 0, 5 * at.height), 5 * at.height);
});

test("a rectangle touches runs of pictures, row by row", () => {
  const at = layout(1000, 112, 30);
  const { columns, width, height } = at;
  assert.deepEqual(touched(at, 30, 1, 1, width + 1, height + 1), [
    [0, 2],
    [columns, columns + 2],
  ]);
  assert.deepEqual(touched(at, 30, 0, 100 * height, 10, 101 * height), []);
});

test("choices of many are runs", () => {
  assert.deepEqual(put([], 3, 6, true), [3, 6]);
  assert.deepEqual(put([0, 5], 5, 8, true), [0, 8]);
  assert.deepEqual(put([0, 10], 3, 6, false), [0, 3, 6, 10]);
  assert.deepEqual(put([0, 3, 6, 10], 2, 7, true), [0, 10]);
  assert.deepEqual(
    union(
      [1, 2],
      [
        [4, 5],
        [2, 4],
      ],
    ),
    [1, 5],
  );
  assert.deepEqual(between(7, 3), [3, 8]);
  assert.equal(size([0, 3, 6, 10]), 7);
  const chosen = Array.from({ length: 11 }, (_, at) => has([0, 3, 6, 10], at));
  assert.deepEqual(chosen, [true, true, true, false, false, false, true, true, true, true, false]);
});

test("the smallest shape under the pointer is found", () => {
  const large = { kind: "box", points: [0, 0, 1, 1], class: 0 };
  const small = { kind: "polygon", points: [0.2, 0.2, 0.6, 0.2, 0.2, 0.6], class: 1 };
  assert.equal(under([large, small], 0.3, 0.3), small);
  assert.equal(under([large, small], 0.55, 0.55), large);
  assert.equal(under([small], 0.9, 0.9), undefined);
});

test("what has no score is always shown", () => {
  const shapes = [{ score: 0.2 }, { score: 0.5 }, {}];
  assert.deepEqual(sure(shapes, { threshold: 0.5, hidden: [] }), [{ score: 0.5 }, {}]);
  assert.deepEqual(sure([{ class: 1 }, { class: 2 }], { threshold: 0, hidden: [1] }), [
    { class: 2 },
  ]);
});

test("keys move through the sheet and stop at both ends", () => {
  const at = { ...layout(1000, 112, 100_000), columns: 8, height: 100 };
  assert.equal(moved("PageDown", 3, 100_000, at, 350), 27);
  assert.equal(moved("ArrowUp", 3, 100_000, at, 350), 0);
  assert.equal(moved("End", 3, 100_000, at, 350), 99_999);
  assert.equal(moved("ArrowRight", 99_999, 100_000, at, 350), 99_999);
  assert.equal(moved("a", 3, 100_000, at, 350), null);
  assert.equal(moved("ArrowRight", 0, 0, at, 350), null);
});

test("series of different steps share one axis, and a NaN is a gap", () => {
  const data = new ChartPoints();
  data.take(points(true, ["a", "b"], [{ x: 2, label: "best" }]), [
    float64(1, 2, 3),
    float32(5, NaN, 7),
    float64(2),
    float32(1),
  ]);
  data.take(points(false, ["b"]), [float64(4), float32(2)]);
  assert.deepEqual(data.table(["a", "b", "none"]), [
    [1, 2, 3, 4],
    [5, null, 7, undefined],
    [undefined, 1, undefined, 2],
    [undefined, undefined, undefined, undefined],
  ]);
  assert.deepEqual([data.last("a"), data.last("b"), data.last("none")], [7, 2, null]);
  data.take(points(true, ["a"]), [float64(1), float32(9)]);
  assert.deepEqual(data.table(["a", "b"]), [[1], [9], [undefined]]);
  assert.deepEqual(data.marks, []);
});

test("a buffer may begin anywhere in its message", () => {
  const message = new Uint8Array(21);
  message.set(new Uint8Array(new Float64Array([1.5]).buffer), 5);
  message.set(new Uint8Array(new Float32Array([2.5]).buffer), 13);
  const data = new ChartPoints();
  data.take(points(true, ["a"]), [
    new DataView(message.buffer, 5, 8),
    new DataView(message.buffer, 13, 4),
  ]);
  assert.deepEqual(data.table(["a"]), [[1.5], [2.5]]);
});

test("a class without samples has no share", () => {
  const table = new MatrixTable(["a", "b"], new Float64Array([3, 1, 0, 0]));
  assert.equal(table.share(0, 1), 0.25);
  assert.equal(table.share(1, 0), null);
  assert.equal(table.strength(1, 0), 0);
  assert.ok(table.strength(0, 1) > 0.1 && table.strength(0, 0) <= 1);
  assert.deepEqual(table.rows("t", false), [
    ["t", "a", "b"],
    ["a", 3, 1],
    ["b", 0, 0],
  ]);
});

test("cells are never too small to hit and labels never touch", () => {
  for (const size of [2, 10, 100, 1000]) {
    for (const room of [380, 1300]) {
      const side = cellSide(room, size, 0);
      assert.ok(side >= 8 && side <= 48);
      assert.ok(labelStep(side) * side >= 14);
    }
  }
  assert.ok(cellSide(700, 100, 2) > cellSide(700, 100, 0));
});

test("a shape's extent", () => {
  assert.deepEqual(
    extent({ kind: "polygon", class: 0, points: [0.4, 0.1, 0.9, 0.5, 0.2, 0.7] }),
    [0.2, 0.1, 0.9, 0.7],
  );
});
