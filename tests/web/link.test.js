import assert from "node:assert/strict";
import { test } from "node:test";
import { isLink, readLink, writeLink } from "../../src/neural_drum_machine/web/js/formats/link.js";
import { HELLO, recipe } from "./support/values.js";

const TRIM = { start: 0, end: 150, fadeIn: 0, fadeOut: 20 };
// As the server writes numbers of single precision: in nine digits.
const CODE = [0.1, -1.25, 1 / 3, 1e-7].map((v) => Number(Math.fround(v).toPrecision(9)));

test("a link is the sound and its trim, to the last digit", () => {
  const sound = recipe({ code: CODE, seed: 9, take: 3, to: "snare", t: 0.4, p: [0.5, -2, 1] });
  const link = writeLink(sound, TRIM);
  assert.match(link, /^#1\.[\w-]+\.[\w-]+$/);
  assert.deepEqual(readLink(link, HELLO), { recipe: sound, trim: TRIM });
});

test("an incomplete link, and one of another model, name no sound", () => {
  const link = writeLink(recipe({ code: CODE }), TRIM);
  const broken = ["#1.garbage", "#1.x.y", link.slice(0, 40), link.slice(0, -2), writeLink(recipe({ category: "gong" }), TRIM)];
  for (const each of broken) {
    assert.equal(readLink(each, HELLO), null, each);
    assert.equal(isLink(each), true, each);
  }
});

test("other addresses are not links", () => {
  for (const each of ["", "#", "#nothing", "#top.of.page"]) {
    assert.equal(isLink(each), false);
    assert.equal(readLink(each, HELLO), null);
  }
});
