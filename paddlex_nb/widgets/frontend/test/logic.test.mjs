import assert from "node:assert/strict";
import { test } from "node:test";
import { ChartPoints } from "../src/chart_points.ts";
import { percent, short, value } from "../src/format.ts";
import { layout, moved, pageStart } from "../src/grid_layout.ts";
import { cellSide, labelStep, MatrixTable } from "../src/matrix_table.ts";
import { csv, fileName } from "../src/save.ts";
import { extent, sure } from "../src/shapes.ts";

const float64 = (...numbers) => new DataView(new Float64Array(numbers).buffer);
const float32 = (...numbers) => new DataView(new Float32Array(numbers).buffer);
const points = (replace, series, marks = []) => ({ kind: "points", replace, series, marks });

test("texts in a CSV cannot become formulas, numbers stay numbers", () => {
  assert.equal(
    csv([["=1+1", "+a", "-b", "@c", "plain"], [-1.5, null, 'say "x", y', "a\nb", 0]]),
    `'=1+1,'+a,'-b,'@c,plain\r\n-1.5,,"say ""x"", y","a\nb",0\r\n`,
  );
});

test("file names keep letters of any script and nothing else", () => {
  assert.equal(fileName("混淆矩阵 / ../test", "csv"), "混淆矩阵-test.csv");
  assert.equal(fileName("///", "png"), "paddlex.png");
});

test("numbers have sensible digits", () => {
  assert.deepEqual([value(0.123456), value(0), value(1e-5), value(NaN), value(1234567)], ["0.1235", "0", "1.00e-5", "–", "1.23e+6"]);
  assert.deepEqual([short(999), short(9999), short(12_345), short(3_400_000)], ["999", "9999", "12k", "3.4M"]);
  assert.equal(percent(1 / 3), "33.3 %");
});

test("a page fills the width with 24 to 60 pictures", () => {
  for (let width = 240; width <= 1400; width += 7) {
    const { columns, size } = layout(width);
    assert.ok(size >= 24 && size <= 60 && size % columns === 0, `${width}: ${size}`);
  }
});

test("pictures with truth and prediction take twice the room", () => {
  for (let width = 240; width <= 1400; width += 7) {
    const { columns, size } = layout(width, 2);
    assert.ok(columns >= 1 && size >= 12 && size <= 30 && size % columns === 0, `${width}: ${size}`);
    assert.ok(columns === 1 || columns * 2 * 88 < width);
  }
});

test("what has no score is always shown", () => {
  const shapes = [{ score: 0.2 }, { score: 0.5 }, {}];
  assert.deepEqual(sure(shapes, 0.5), [{ score: 0.5 }, {}]);
});

test("keys move through pages and stop at both ends", () => {
  const page = { columns: 8, size: 24 };
  assert.equal(moved("PageDown", 3, 100_000, page), 27);
  assert.equal(moved("ArrowUp", 3, 100_000, page), 0);
  assert.equal(moved("End", 3, 100_000, page), 99_999);
  assert.equal(moved("ArrowRight", 99_999, 100_000, page), 99_999);
  assert.equal(moved("a", 3, 100_000, page), null);
  assert.equal(moved("ArrowRight", 0, 0, page), null);
  assert.equal(pageStart(99_999, 24), 99_984);
});

test("series of different steps share one axis, and a NaN is a gap", () => {
  const data = new ChartPoints();
  data.take(points(true, ["a", "b"], [{ x: 2, label: "best" }]), [float64(1, 2, 3), float32(5, NaN, 7), float64(2), float32(1)]);
  data.take(points(false, ["b"]), [float64(4), float32(2)]);
  assert.deepEqual(data.table(["a", "b", "none"]), [
    [1, 2, 3, 4], [5, null, 7, undefined], [undefined, 1, undefined, 2], [undefined, undefined, undefined, undefined],
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
  data.take(points(true, ["a"]), [new DataView(message.buffer, 5, 8), new DataView(message.buffer, 13, 4)]);
  assert.deepEqual(data.table(["a"]), [[1.5], [2.5]]);
});

test("a class without samples has no share", () => {
  const table = new MatrixTable(["a", "b"], new Float64Array([3, 1, 0, 0]));
  assert.equal(table.share(0, 1), 0.25);
  assert.equal(table.share(1, 0), null);
  assert.equal(table.strength(1, 0), 0);
  assert.ok(table.strength(0, 1) > 0.1 && table.strength(0, 0) <= 1);
  assert.deepEqual(table.rows("t", false), [["t", "a", "b"], ["a", 3, 1], ["b", 0, 0]]);
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
  assert.deepEqual(extent({ kind: "polygon", class: 0, points: [0.4, 0.1, 0.9, 0.5, 0.2, 0.7] }), [0.2, 0.1, 0.9, 0.7]);
});
