import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, matching, nextSort, received, sorted } from "../src/record_rows.ts";

const rows = [
  ["a", ["alpha", "0.5"], ["alpha", 0.5], "night"],
  ["b", ["Beta", "–"], ["Beta", null], ""],
  ["c", ["gamma 10", "0.25"], ["gamma 10", 0.25], "Night shift"],
  ["d", ["gamma 9", "0.5"], ["gamma 9", 0.5], ""],
].map(received);
const ids = (some) => some.map((row) => row.id).join("");

test("rows are sorted either way, those without a value last", () => {
  assert.equal(ids(sorted(rows, 0, false)), "abdc"); // numbers in words by their value
  assert.equal(ids(sorted(rows, 0, true)), "cdba");
  const unknown = rows.map((row) => ({ ...row, texts: ["", row.orders[1] === null ? "" : "x"] }));
  assert.equal(ids(sorted(unknown, 1, false)), "cadb");
  assert.equal(ids(sorted(unknown, 1, true)), "adcb"); // equal ones stay as given
});

test("every word of a search has to occur, wherever", () => {
  assert.equal(ids(matching(rows, "  NIGHT ")), "ac");
  assert.equal(ids(matching(rows, "night gamma")), "c");
  assert.equal(ids(matching(rows, "")), "abcd");
  assert.equal(ids(matching(rows, "nothing")), "");
});

test("a head pressed again turns the order, and then gives it up", () => {
  assert.equal(nextSort("", "best"), "best");
  assert.equal(nextSort("best", "best"), "-best");
  assert.equal(nextSort("-best", "best"), "");
  assert.equal(nextSort("-best", "name"), "name");
});

test("rows are chosen one by one, or all from the one pressed before", () => {
  assert.deepEqual(chosen(rows, ["a"], "c", null), ["a", "c"]);
  assert.deepEqual(chosen(rows, ["a", "c"], "c", null), ["a"]);
  assert.deepEqual(chosen(rows, ["a"], "b", "d"), ["a", "b", "c", "d"]);
  assert.deepEqual(chosen(rows, ["a"], "b", "gone"), ["a", "b"]);
});
