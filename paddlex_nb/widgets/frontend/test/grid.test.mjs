import assert from "node:assert/strict";
import { test } from "node:test";
import { Choice } from "../src/grid_choice.ts";
import { layout, moved, place, reveal, touched, visible } from "../src/grid_layout.ts";
import { between, has, put, size, union } from "../src/grid_selection.ts";
import { FakeModel } from "./fakes.mjs";

test("columns fill the width and every picture has a place in the window that shows it", () => {
  for (let width = 240; width <= 1400; width += 7) {
    const at = layout({ width, side: 112, count: 100_000 });
    assert.ok(at.columns >= 2 && at.width >= 100 && at.columns * at.width <= width + 9, `${width}`);
    const [start, stop] = visible(at, 0, 600, 100_000);
    assert.ok(start === 0 && stop % at.columns === 0 && (stop / at.columns) * at.height >= 600);
  }
  assert.ok(
    layout({ width: 300, side: 112, count: 10, frames: 2 }).columns === 1,
    "truth and prediction take twice the room",
  );
});

test("a sheet that browsers could not draw is compressed, and its ends are reached", () => {
  const at = layout({ width: 600, side: 112, count: 5_000_000 });
  assert.ok(at.sheet === 12_000_000 && at.ratio > 1);
  const bottom = at.sheet - 600;
  const [start, stop] = visible(at, bottom, 600, 5_000_000);
  assert.equal(stop, 5_000_000);
  const top = reveal(at, 4_999_999, 0, 600);
  const { top: drawn } = place(at, 4_999_999, top);
  assert.ok(drawn - top >= 0 && drawn - top + at.height <= 601 && start < 4_999_999);
});

test("a window moves no further than a picture needs", () => {
  const at = layout({ width: 1000, side: 112, count: 1000 });
  assert.equal(reveal(at, 0, 0, 600), 0);
  assert.equal(reveal(at, at.columns * 2, 3 * at.height, 600), 2 * at.height);
  assert.equal(reveal(at, at.columns * 9, 0, 5 * at.height), 5 * at.height);
});

test("a rectangle touches runs of pictures, row by row", () => {
  const at = layout({ width: 1000, side: 112, count: 30 });
  const { columns, width, height } = at;
  assert.deepEqual(touched(at, 30, { left: 1, top: 1, right: width + 1, bottom: height + 1 }), [
    [0, 2],
    [columns, columns + 2],
  ]);
  assert.deepEqual(
    touched(at, 30, { left: 0, top: 100 * height, right: 10, bottom: 101 * height }),
    [],
  );
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

test("keys move through the sheet and stop at both ends", () => {
  const at = { ...layout({ width: 1000, side: 112, count: 100_000 }), columns: 8, height: 100 };
  assert.equal(moved("PageDown", 3, at, { count: 100_000, room: 350 }), 27);
  assert.equal(moved("ArrowUp", 3, at, { count: 100_000, room: 350 }), 0);
  assert.equal(moved("End", 3, at, { count: 100_000, room: 350 }), 99_999);
  assert.equal(moved("ArrowRight", 99_999, at, { count: 100_000, room: 350 }), 99_999);
  assert.equal(moved("a", 3, at, { count: 100_000, room: 350 }), null);
  assert.equal(moved("ArrowRight", 0, at, { count: 0, room: 350 }), null);
});

const choice = (traits) => {
  const model = new FakeModel({ selectable: true, selection: [], ...traits });
  return [model, new Choice(model)];
};

test("clicks choose one, a run up to it, or add and remove", () => {
  const [model, at] = choice();
  at.pick(3, false, false);
  assert.deepEqual(model.get("selection"), [3, 4]);
  at.pick(6, true, false);
  assert.deepEqual(model.get("selection"), [3, 7]);
  at.pick(1, true, false);
  assert.deepEqual(model.get("selection"), [1, 4], "a run begins where the last plain click was");
  at.pick(9, false, true);
  at.pick(2, false, true);
  assert.deepEqual(model.get("selection"), [1, 2, 3, 4, 9, 10]);
  at.pick(5, true, true);
  assert.deepEqual(model.get("selection"), [1, 6, 9, 10], "from the last click, beside the rest");
});

test("keys choose all, one, or none", () => {
  const [model, at] = choice();
  assert.ok(at.key({ key: "A", ctrlKey: true }, 20));
  assert.deepEqual([model.get("selection"), at.size], [[0, 20], 20]);
  assert.ok(at.key({ key: "Escape" }, 20));
  assert.deepEqual(model.get("selection"), []);
  assert.equal(
    at.key({ key: "Escape" }, 20),
    false,
    "there was nothing to give up: the host's turn",
  );
  at.go(4, false);
  assert.ok(at.key({ key: " " }, 20));
  at.go(6, true);
  assert.deepEqual(model.get("selection"), [4, 7]);
  assert.equal(at.key({ key: "a" }, 20), false);
});

test("a choice that does not change is not sent, and none is made where none may be", () => {
  const [model, at] = choice();
  at.pick(3, false, false);
  at.pick(3, false, false);
  assert.equal(model.saved, 1);
  const [fixed, none] = choice({ selectable: false });
  none.pick(3, false, false);
  assert.equal(none.key({ key: "a", ctrlKey: true }, 20), false);
  assert.deepEqual([fixed.saved, none.active, none.has(3), none.has(4)], [0, 3, true, false]);
});
