import assert from "node:assert/strict";
import { test } from "node:test";
import { GridLoader } from "../src/grid_loader.ts";
import { GridSource } from "../src/grid_source.ts";
import { FakeModel } from "./fakes.mjs";

const described = (caption, facts = {}) => ({
  caption,
  note: "",
  size: [4, 3],
  out: false,
  picture: -1,
  layers: [],
  ...facts,
});

function source(first = {}) {
  const model = new FakeModel({ _first: first });
  return [model, new GridSource(model)];
}

test("pictures that were sent along need no request", () => {
  const jpeg = new DataView(new Uint8Array([255, 216, 255]).buffer);
  const [model, pictures] = source({
    side: 160,
    tiles: [described("a", { picture: 0 }), described("b")],
    buffers: [jpeg],
  });
  assert.equal(pictures.side, 160);
  assert.equal(pictures.thumbnail(0).url, "data:image/jpeg;base64,/9j/");
  assert.equal(pictures.thumbnail(1).url, "", "a picture that cannot be shown has no address");
  assert.equal(pictures.thumbnail(2), undefined);
  assert.deepEqual(model.sent, []);
});

test("a request that is taken back is cancelled in Python, and its answer dropped", () => {
  const [model, pictures] = source();
  const answers = [];
  const takeBack = pictures.load(0, 2, 160, (problem) => answers.push(problem));
  const [{ request }] = model.sent;
  takeBack();
  takeBack();
  assert.deepEqual(model.sent.slice(1), [{ kind: "cancel", request }]);
  model.arrive({ kind: "tiles", request, problem: "", tiles: [described("late"), described("b")] });
  assert.deepEqual([answers, pictures.thumbnail(0)], [[], undefined]);
});

test("lines below pictures and areas over them are those of the pictures that are kept", () => {
  const [model, pictures] = source();
  const layer = { classes: [1], note: "", shapes: [], mask: -1 };
  const box = { kind: "box", points: [0, 0, 1, 1], class: 0 };
  const answer = (layers) => {
    pictures.load(0, 1, 160, () => {});
    const { request } = model.sent.at(-1);
    model.arrive({ kind: "tiles", request, problem: "", tiles: [described("a", { layers })] });
  };
  answer([layer, { ...layer, shapes: [box] }]);
  assert.deepEqual([pictures.lines, pictures.hasAnnotations], [2, true]);
  pictures.forget();
  assert.deepEqual(
    [pictures.lines, pictures.hasAnnotations],
    [2, true],
    "they hold until others come",
  );
  answer([layer]);
  assert.deepEqual([pictures.lines, pictures.hasAnnotations], [1, false]);
});

test("a correction says what was wrong, or which object is new", () => {
  const [model, pictures] = source();
  const answers = [];
  pictures.correct({ what: "add" }, (...answer) => answers.push(answer));
  const [{ request, kind }] = model.sent;
  assert.equal(kind, "correct");
  model.arrive({ kind: "corrected", request, problem: "", number: 7 });
  assert.deepEqual(answers, [["", 7]]);
});

/** A source of which pictures are asked by hand. */
function asked() {
  const there = new Set();
  const requests = [];
  const pictures = {
    side: 160,
    thumbnail: (index) => (there.has(index) ? {} : undefined),
    load: (start, stop, _, answer) => {
      const request = { start, stop, takenBack: false };
      request.answer = (problem = "") => {
        if (!problem) for (let index = start; index < stop; index += 1) there.add(index);
        answer(problem);
      };
      requests.push(request);
      return () => {
        request.takenBack = true;
      };
    },
  };
  return [requests, pictures];
}

const ranges = (requests) => requests.map(({ start, stop }) => [start, stop]);

test("the window comes first, then what lies below it, and no more than that", () => {
  const [requests, pictures] = asked();
  const loader = new GridLoader(pictures, () => {});
  loader.want(0, 10, 1000);
  loader.want(0, 10, 1000);
  requests[0].answer();
  requests[1].answer();
  assert.deepEqual(ranges(requests), [
    [0, 10],
    [10, 20],
  ]);
});

test("what was scrolled past is taken back", async () => {
  const [requests, pictures] = asked();
  const loader = new GridLoader(pictures, () => {});
  loader.want(0, 10, 1000);
  loader.want(500, 510, 1000);
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.deepEqual(ranges(requests), [
    [0, 10],
    [500, 510],
  ]);
  assert.deepEqual(
    requests.map(({ takenBack }) => takenBack),
    [true, false],
  );
  loader.stop();
  assert.ok(requests[1].takenBack);
});

test("what failed is not asked for again until the window moves", () => {
  const [requests, pictures] = asked();
  const problems = [];
  const loader = new GridLoader(pictures, (problem) => problems.push(problem));
  loader.want(0, 10, 10);
  requests[0].answer("the disk is gone");
  loader.want(0, 10, 10);
  assert.deepEqual([requests.length, problems], [1, ["the disk is gone"]]);
  loader.want(0, 9, 10);
  assert.equal(requests.length, 2);
});
