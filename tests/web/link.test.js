import assert from "node:assert/strict";
import { test } from "node:test";
import { isLink, readLink, writeLink } from "../../src/neural_drum_machine/web/js/formats/link.js";
import { HELLO, recipe } from "./support/values.js";

const TRIM = { start: 0, end: 150, fadeIn: 0, fadeOut: 20 };
// As the server writes numbers of single precision: in nine digits.
const CODE = [0.1, -1.25, 1 / 3, 1e-7].map((v) => Number(Math.fround(v).toPrecision(9)));

test("a link is the sound and its trim, to the last digit", () => {
  const exemplars = [26, 0.25, 3, 0.75];
  const sound = recipe({ code: CODE, seed: 9, take: 3, to: "snare", t: 0.4, p: [0.5, -2, 1], exemplars, wish: { decay: 0.35, pitch: 49 } });
  const link = writeLink(sound, TRIM, HELLO.hash);
  assert.match(link, /^#3\.[\w-]+\.[\w-]+$/);
  assert.deepEqual(readLink(link, HELLO), { recipe: sound, trim: TRIM, isOfModel: true });
});

test("a link knows its model by the beginning of the hash", () => {
  const hash = "0123456789abcdef".repeat(4);
  const link = writeLink(recipe(), TRIM, hash);
  for (const [other, isOfModel] of [[hash, true], [`${hash.slice(0, 12)}ff`, true], ["ff", false]]) {
    assert.equal(readLink(link, { ...HELLO, hash: other }).isOfModel, isOfModel);
  }
});

test("a link of an older version names a sound without exemplars, of whatever model", () => {
  const { code, ...rest } = recipe({ code: CODE });
  delete rest.exemplars;
  delete rest.blend;
  delete rest.wish;
  const base64 = (bytes) => Buffer.from(bytes).toString("base64url");
  const link = `#1.${base64(JSON.stringify({ ...rest, trim: TRIM }))}.${base64(new Float32Array(code).buffer)}`;
  assert.deepEqual(readLink(link, HELLO), { recipe: recipe({ code: CODE }), trim: TRIM, isOfModel: true });
});

test("a link of the version before wishes is read", () => {
  const link = writeLink(recipe({ code: CODE }), TRIM, HELLO.hash).replace("#3", "#2");
  assert.deepEqual(readLink(link, HELLO), { recipe: recipe({ code: CODE }), trim: TRIM, isOfModel: true });
});

test("an incomplete link, and one of another model, name no sound", () => {
  const link = writeLink(recipe({ code: CODE }), TRIM, "cafe");
  const others = [{ category: "gong" }, { exemplars: [1] }, { exemplars: [0.5, 1] }, { exemplars: [0, 2] }];
  const wrong = others.map((each) => writeLink(recipe(each), TRIM, "cafe"));
  const broken = ["#1.garbage", "#2.garbage", "#1.x.y", link.slice(0, 40), link.slice(0, -2), link.replace("#3", "#4"), ...wrong];
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
