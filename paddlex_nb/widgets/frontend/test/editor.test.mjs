import assert from "node:assert/strict";
import { test } from "node:test";
import { Editor } from "../src/viewer_editor.ts";
import { FakeModel } from "./fakes.mjs";

/** An editor of a picture with one object, and what it asked for. */
function editor(corrections) {
  const asked = [];
  const said = [];
  const shape = { kind: "box", class: 1, number: 5, points: [0.25, 0.25, 0.5, 0.5] };
  const pane = {
    shapes: [shape],
    labels: { querySelectorAll: () => [], append: () => {} },
    spot: () => [0, 0],
  };
  const source = { correct: (correction, answer) => asked.push({ ...correction, answer }) };
  const model = new FakeModel({ corrections, classes: ["a", "b", "c"] });
  const made = new Editor(model, source, {
    index: () => 3,
    pane: () => pane,
    size: () => [100, 100],
    classes: () => [2],
    changed: () => {},
    redraw: () => said.push("redrawn"),
    reload: () => said.push("asked again"),
    complain: (problem) => said.push(problem),
  });
  made.place = () => {};
  return [made, asked, said];
}

test("a class is given to the picture, the chosen object, or the next new box", () => {
  const [ofPicture, askedOfPicture] = editor("class");
  ofPicture.setClass(1);
  ofPicture.setClass(9);
  assert.deepEqual(
    askedOfPicture.map(({ what, class: index }) => [what, index]),
    [["image_class", 1]],
  );
  assert.equal(ofPicture.shownClass, 2);
  const [ofObject, asked] = editor("boxes");
  ofObject.setClass(2);
  assert.deepEqual([asked, ofObject.shownClass], [[], 2]);
  ofObject.turn(1);
  assert.equal(ofObject.shownClass, 1);
  ofObject.setClass(0);
  assert.deepEqual(
    [asked[0].what, asked[0].object, asked[0].class, asked[0].index],
    ["object_class", 5, 0, 3],
  );
});

test("a box that keys move is kept once", () => {
  const [made, asked] = editor("boxes");
  assert.equal(made.key({ key: "ArrowRight", altKey: true }), false, "nothing is chosen");
  made.turn(1);
  made.key({ key: "ArrowRight", altKey: true });
  made.key({ key: "ArrowDown", shiftKey: true });
  made.leave();
  assert.deepEqual(
    asked.map(({ what, box }) => [what, box]),
    [["box", [0.26, 0.25, 0.51, 0.51]]],
  );
  made.leave();
  assert.equal(asked.length, 1);
});

test("a new box is drawn by Enter, and Escape gives it up", () => {
  const [made, asked] = editor("boxes");
  made.draw(true);
  assert.ok(made.key({ key: "Escape" }) && !made.drawing);
  made.draw(true);
  assert.ok(made.key({ key: "Enter" }) && !made.drawing);
  assert.deepEqual([asked[0].what, asked[0].box], ["add", [0.375, 0.375, 0.625, 0.625]]);
  asked[0].answer("", 8);
  assert.ok(made.undoable);
  made.undo();
  asked[1].answer("", null);
  assert.ok(!made.undoable);
});

test("a correction that was refused is said and cannot be taken back", () => {
  const [made, asked, said] = editor("boxes");
  made.turn(1);
  made.remove();
  asked[0].answer("the disk is full", null);
  assert.deepEqual([said, made.undoable], [["asked again", "the disk is full"], false]);
});

test("what was just corrected can be taken back before the kernel has answered", () => {
  const [made, asked] = editor("boxes");
  made.turn(1);
  made.setClass(0);
  made.undo();
  made.undo();
  assert.deepEqual(
    asked.map(({ what }) => what),
    ["object_class", "undo"],
  );
  for (const { answer } of asked) answer("", null);
  assert.ok(!made.undoable);
  made.setClass(2);
  assert.ok(made.undoable, "nothing was undone twice");
});

test("a move by keys that is not kept yet ends with undo, and with the object", () => {
  const [undone, asked] = editor("boxes");
  undone.turn(1);
  undone.key({ key: "ArrowRight", altKey: true });
  undone.undo();
  undone.leave();
  assert.deepEqual(asked, []);
  const [deleted, others] = editor("boxes");
  deleted.turn(1);
  deleted.key({ key: "ArrowRight", altKey: true });
  deleted.remove();
  deleted.turn(1);
  deleted.leave();
  assert.deepEqual(
    others.map(({ what }) => what),
    ["delete"],
  );
});

test("what is corrected is shown, and gone on from, before the kernel has answered", () => {
  const [made, asked, said] = editor("boxes");
  made.turn(1);
  made.setClass(0);
  assert.deepEqual([made.shownClass, said], [0, ["redrawn"]]);
  for (let press = 0; press < 2; press++) {
    made.key({ key: "ArrowRight", altKey: true });
    made.turn(1); // keeps it
  }
  assert.deepEqual(
    asked.slice(1).map(({ box }) => box),
    [
      [0.26, 0.25, 0.51, 0.5],
      [0.27, 0.25, 0.52, 0.5],
    ],
  );
});
