import assert from "node:assert/strict";
import { test } from "node:test";
import { HANDLES, large, pulled, spanned, WHOLE } from "../src/box.ts";
import { extent, lines, neighbour, sure, under } from "../src/shapes.ts";
import { keyAct } from "../src/viewer_keys.ts";
import { described } from "../src/viewer_tip.ts";
import { Zoom } from "../src/viewer_zoom.ts";

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

test("a shape's extent", () => {
  assert.deepEqual(
    extent({ kind: "polygon", class: 0, points: [0.4, 0.1, 0.9, 0.5, 0.2, 0.7] }),
    [0.2, 0.1, 0.9, 0.7],
  );
});

test("a box has four corners, around it", () => {
  const box = { kind: "box", class: 0, points: [0.1, 0.2, 0.3, 0.4] };
  assert.deepEqual(lines(box), [[0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.1, 0.4]]);
});

test("a hole is no part of its object, a second part is", () => {
  const square = (left, side) => [left, 0, left + side, 0, left + side, 1, left, 1];
  const points = [...square(0, 0.6), ...square(0.2, 0.2), ...square(0.8, 0.1)];
  const ring = { kind: "polygon", class: 0, points, rings: [4, 4, 4] };
  const at = [0.1, 0.3, 0.5, 0.7, 0.85].map((x) => under([ring], x, 0.5) === ring);
  assert.deepEqual(at, [true, false, true, false, true]);
  assert.equal(lines(ring).length, 3);
  assert.deepEqual(extent(ring), [0, 0, 0.9, 1]);
});

test("objects follow each other around, however many outlines each has", () => {
  const shapes = [{ number: 4 }, { number: 4 }, {}, { number: 9 }];
  assert.deepEqual([neighbour(shapes, null, 1), neighbour(shapes, null, -1)], [4, 9]);
  assert.deepEqual(
    [neighbour(shapes, 4, 1), neighbour(shapes, 9, 1), neighbour(shapes, 4, -1)],
    [9, 4, 9],
  );
  assert.equal(neighbour(shapes, 77, 1), 4, "an object that is gone counts as none");
  assert.equal(neighbour([{}], null, 1), undefined);
});

test("a box drawn in any direction lies in the picture", () => {
  assert.deepEqual(spanned([0.8, 0.2], [-0.5, 1.5]), [0, 0.2, 0.8, 1]);
  assert.ok(!large(spanned([0.5, 0.5], [0.5, 0.9])) && large([0, 0, 0.01, 0.01]));
});

test("a handle moves its sides, and may pass the other side", () => {
  const box = [0.25, 0.25, 0.5, 0.5];
  const moved = HANDLES.map((handle) => pulled(box, handle, [0.125, 0.125]));
  assert.deepEqual(moved[0], [0.375, 0.375, 0.5, 0.5]);
  assert.deepEqual(moved[1], [0.25, 0.375, 0.5, 0.5]);
  assert.deepEqual(moved[7], [0.25, 0.25, 0.625, 0.625]);
  assert.deepEqual(pulled(box, HANDLES[3], [0.5, 0]), [0.5, 0.25, 0.75, 0.5]);
});

test("a box moved as a whole keeps its size at the picture's edge", () => {
  assert.deepEqual(pulled([0.25, 0.25, 0.5, 0.75], WHOLE, [-1, 1]), [0, 0.5, 0.25, 1]);
});

test("what lies under the pointer is said in pixels where they are known", () => {
  const shape = { kind: "box", class: 0, points: [0, 0, 0.5, 0.25], score: 0.918 };
  assert.equal(
    described({ class: 0, shape }, "cat", [200, 100]),
    "cat · 0.92 · 100 × 25 px · 12.5 %",
  );
  assert.equal(
    described({ class: 0, shape: { ...shape, score: undefined } }, "cat", [0, 0]),
    "cat · 12.5 %",
  );
  assert.equal(
    described({ class: 0, shape: { ...shape, note: "<b>, difficult" } }, "cat", [200, 100]),
    "cat · 0.92 · 100 × 25 px · 12.5 % · <b>, difficult",
  );
  assert.equal(described({ class: 3, shape: null }, "road", [200, 100]), "road");
});

test("keys do what they say, and leave the host's own alone", () => {
  const done = [];
  const spy = (name) =>
    new Proxy(
      { active: name === "editor" },
      {
        get: (target, act) =>
          target[act] ?? ((...values) => done.push([name, act, ...values].join(" "))),
      },
    );
  const press = (key, more = {}) =>
    keyAct({ key, ...more }, spy("viewer"), spy("editor"), spy("opacity"))?.();
  for (const key of ["ArrowLeft", "Escape", "0", "3", "]", "k", "n", "Delete"]) press(key);
  press("z", { ctrlKey: true });
  press("a", { ctrlKey: true });
  press("ArrowRight", { altKey: true });
  press("x");
  assert.deepEqual(
    done,
    [
      "viewer turn -1",
      "viewer close ",
      "viewer fit ",
      "editor setClass 2",
      "opacity turn 1",
      "editor turn -1",
      "editor draw true",
      "editor remove ",
      "editor undo ",
    ].map((line) => line.trimEnd()),
  );
  assert.equal(keyAct({ key: "3" }, spy("viewer"), { active: false }, spy("opacity")), undefined);
});

test("the place under the pointer stays where it is, and the picture in its pane", () => {
  const zoom = new Zoom();
  const pane = { clientWidth: 400, clientHeight: 300 };
  const whole = zoom.frame(pane, 200, 150);
  assert.deepEqual(whole, { left: 0, top: 0, width: 400, height: 300, scale: 2 });
  zoom.by(2, [100, 50]);
  const close = zoom.frame(pane, 200, 150);
  const share = ({ left, width }) => (200 + 100 - left) / width;
  assert.equal(share(close), share(whole));
  zoom.by(1e9);
  assert.equal(zoom.level, 40);
  zoom.by(1e-9);
  assert.deepEqual(zoom.frame(pane, 200, 150), whole);
});
