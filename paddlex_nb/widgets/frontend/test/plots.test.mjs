import assert from "node:assert/strict";
import { test } from "node:test";
import { ChartPoints } from "../src/chart_points.ts";
import { layers, smoothed } from "../src/chart_smooth.ts";
import { tick } from "../src/format.ts";
import { cellSide, labelStep, moved, revealed, same, seen } from "../src/matrix_layout.ts";
import { MatrixTable } from "../src/matrix_table.ts";
import { sentence } from "../src/matrix_words.ts";
import { binName, neighbour, pressed } from "../src/plot_choice.ts";

const float64 = (...numbers) => new DataView(new Float64Array(numbers).buffer);
const float32 = (...numbers) => new DataView(new Float32Array(numbers).buffer);
const points = (replace, series, marks = null) => ({ kind: "points", replace, series, marks });

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

test("a cell says how many there are and of how many", () => {
  const table = new MatrixTable(["cat", "dog"], new Float64Array([3, 1, 0, 0]));
  const text = (key, values) => `${key} ${JSON.stringify(values ?? {})}`;
  assert.match(sentence(table, [0, 1], text), /"predicted":"dog","n":"1".*25 %/);
  assert.match(sentence(table, [1, 0], text), /"true":"dog".*no_samples/);
});

test("only the cells on the screen are drawn, and one around them", () => {
  assert.deepEqual(seen({ from: 0, room: 100 }, 50, 1000), [0, 1, 2]);
  assert.deepEqual(seen({ from: 100, room: 100 }, 50, 1000), [1, 2, 3, 4]);
  assert.deepEqual(seen({ from: 0, room: 1000 }, 50, 2), [0, 1]);
  assert.deepEqual(seen({ from: 0, room: 100 }, 50, 0), []);
});

test("a window moves no further than a cell needs", () => {
  assert.equal(revealed({ from: 100, room: 200 }, 50, 0), 0);
  assert.equal(revealed({ from: 100, room: 200 }, 50, 3), 100);
  assert.equal(revealed({ from: 100, room: 200 }, 50, 9), 300);
});

test("arrows walk through the matrix from its first cell, and stop at its edges", () => {
  assert.deepEqual(moved("ArrowDown", null, 3), [0, 0]);
  assert.deepEqual(moved("ArrowDown", [2, 1], 3), [2, 1]);
  assert.deepEqual(moved("ArrowRight", [2, 1], 3), [2, 2]);
  assert.deepEqual([moved("a", [0, 0], 3), moved("ArrowUp", null, 0)], [null, null]);
  assert.ok(
    same(null, null) && same([1, 2], [1, 2]) && !same([1, 2], null) && !same([1, 2], [2, 1]),
  );
});

test("bars are chosen one by one, cells one at a time, columns as a run", () => {
  assert.deepEqual(pressed("bars", [1], 3, null), [1, 3]);
  assert.deepEqual(pressed("bars", [1, 3], 1, null), [3]);
  assert.deepEqual(pressed("cells", [1], 3, null), [3]);
  assert.deepEqual(pressed("cells", [3], 3, null), []);
  assert.deepEqual(pressed("columns", [2], 5, 2), [2, 3, 4, 5]);
  assert.deepEqual(pressed("columns", [2, 3, 4, 5], 1, 2), [1, 2]);
  assert.deepEqual(pressed("columns", [2, 3], 3, null), [3], "one of a run stays, alone");
});

test("keys walk through bars and cells", () => {
  assert.deepEqual([neighbour("ArrowDown", 1, 9, 3), neighbour("ArrowDown", 8, 9, 3)], [4, 8]);
  assert.deepEqual([neighbour("Home", 4, 9, 3), neighbour("End", 4, 9, 3)], [0, 8]);
  assert.equal(neighbour("x", 4, 9, 3), null);
});

test("only the last column holds its end", () => {
  assert.deepEqual([binName([0, 10, 20], 0), binName([0, 10, 20], 1)], ["0 – <10", "10 – 20"]);
});

test("a smoothed curve begins where the curve begins, and gaps stay", () => {
  assert.deepEqual(
    smoothed([4, 4, 4], 0.9).map((y) => Number(y.toFixed(9))),
    [4, 4, 4],
  );
  const [first, gap, none, last] = smoothed([1, null, undefined, 3], 0.5);
  assert.deepEqual([first, gap, none], [1, null, undefined]);
  assert.ok(Math.abs(last - (0.25 * 1 + 0.5 * 3) / 0.75) < 1e-12);
  assert.deepEqual(smoothed([1, 5], 0), [1, 5]);
});

test("what was measured lies behind a smoothed curve, and nothing behind a plain one", () => {
  const data = [
    [1, 2],
    [2, 4],
  ];
  assert.deepEqual(layers(data, 0, false), [
    [1, 2],
    [undefined, undefined],
    [2, 4],
  ]);
  const [xs, faint, drawn] = layers(data, 0.5, false);
  assert.deepEqual([xs, faint], data);
  assert.equal(drawn[0], 2);
  assert.ok(drawn[1] > 2 && drawn[1] < 4);
});

test("a logarithmic axis has nothing from zero downwards", () => {
  const data = [
    [1, 2, 3, 4],
    [0, -1, 5, null],
  ];
  assert.deepEqual(layers(data, 0, true)[2], [null, null, 5, null]);
});

test("marks are sent anew when they change, and else stay", () => {
  const data = new ChartPoints();
  data.take(points(false, ["a"], [{ x: 1, label: "best" }]), [float64(1), float32(9)]);
  data.take(points(false, ["a"]), [float64(2), float32(8)]);
  assert.equal(data.marks.length, 1);
  data.take(points(false, [], [{ x: 2, label: "best" }]), []);
  assert.deepEqual(data.marks, [{ x: 2, label: "best" }]);
});

test("ticks that differ look different", () => {
  assert.deepEqual([0.0005, 0.001, 0.30000000000000004].map(tick), ["0.0005", "0.001", "0.3"]);
});
