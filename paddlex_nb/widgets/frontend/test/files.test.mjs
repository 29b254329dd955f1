import assert from "node:assert/strict";
import { test } from "node:test";
import { filled, percent, short, value } from "../src/format.ts";
import { colour, colours } from "../src/palette.ts";
import { csv, fileName } from "../src/save.ts";

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

test("hidden classes and the value that is no class are transparent", () => {
  const table = new Uint8Array(colours([1]).buffer);
  const opacity = (index) => table[4 * index + 3];
  assert.deepEqual([opacity(0), opacity(1), opacity(254), opacity(255)], [255, 0, 255, 0]);
  assert.match(colour(12_345), /^#[0-9a-f]{6}$/i);
});

test("a word agrees with the count before it", () => {
  const text = "{count} {count:image|images} of {name}";
  assert.equal(filled(text, { count: "1", name: "a" }), "1 image of a");
  assert.equal(filled(text, { count: "1,001", name: "{count}" }), "1,001 images of {count}");
  assert.equal(filled(text, {}), text);
});
