import assert from "node:assert/strict";
import { test } from "node:test";
import { isLink, linkIn, readLink, writeLink } from "../../src/neural_drum_machine/web/js/formats/link.js";
import { OwnSounds } from "../../src/neural_drum_machine/web/js/net/own-sounds.js";
import { HELLO, padSound, padsWith, project, recipe } from "./support/values.js";

const TRIM = { start: 0, end: 150, fadeIn: 0, fadeOut: 20 };
// As the server writes numbers of single precision: in nine digits.
const CODE = [0.1, -1.25, 1 / 3, 1e-7].map((v) => Number(Math.fround(v).toPrecision(9)));
const NONE = new OwnSounds();

/** A link of a version that held one sound. */
function soundLink(version, changes = {}, model = HELLO.hash) {
  const { code, ...rest } = { ...recipe({ code: CODE }), ...changes };
  const base64 = (bytes) => Buffer.from(bytes).toString("base64url");
  return `#${version}.${base64(JSON.stringify({ ...rest, trim: TRIM, model }))}.${base64(new Float32Array(code).buffer)}`;
}

test("a link is the whole kit and beat, to the last digit", async () => {
  const own = new OwnSounds();
  own.keep(70_000, "TkRNQQ==");
  const beat = { ...project().beat, tempo: 97.5, swing: 0.6, song: [0, 1], isSong: true };
  const pads = padsWith({ ...padSound({ code: CODE, wish: { decay: 0.35 } }), level: -3, name: "Boom" }, padSound({ category: "snare", exemplars: [70_000, 1] }));
  const work = project({ pads, beat, selected: 1, kitName: "Mine" });
  const link = await writeLink(work, HELLO.hash, own);
  assert.match(link, /^#4\.[\w-]+$/);
  assert.deepEqual(await readLink(link, HELLO), { project: work, own: { 70000: "TkRNQQ==" }, isOfModel: true });
  assert.equal((await readLink(link, { ...HELLO, hash: "beef" })).isOfModel, false);
});

test("a link is found in what is pasted, whatever host and port stand before it", async () => {
  const link = await writeLink(project(), HELLO.hash, NONE);
  assert.equal(linkIn(`Listen: http://127.0.0.1:9999/${link} !`), link);
  assert.equal(linkIn("kick.wav #1"), "");
});

test("links of older versions name one sound", async () => {
  for (const version of [1, 2, 3]) {
    assert.deepEqual(await readLink(soundLink(version), HELLO), { recipe: recipe({ code: CODE }), trim: TRIM, isOfModel: true });
  }
  const hash = "0123456789abcdef".repeat(4);
  const link = soundLink(3, {}, hash.slice(0, 12));
  for (const [other, isOfModel] of [[hash, true], ["ff", false]]) {
    assert.equal((await readLink(link, { ...HELLO, hash: other })).isOfModel, isOfModel);
  }
});

test("an incomplete link, and one that names no sound, is none", async () => {
  const link = await writeLink(project(), HELLO.hash, NONE);
  const wrong = [{ category: "gong" }, { exemplars: [1] }, { exemplars: [0, 2] }].map((each) => soundLink(3, each));
  for (const each of ["#1.garbage", "#2.garbage", "#1.x.y", "#4.", link.slice(0, 40), link.slice(0, -9), link.replace("#4", "#9"), ...wrong]) {
    assert.equal(await readLink(each, HELLO), null, each);
    assert.equal(isLink(each), true, each);
  }
});

test("other addresses are not links", async () => {
  for (const each of ["", "#", "#nothing", "#top.of.page"]) {
    assert.equal(isLink(each), false);
    assert.equal(await readLink(each, HELLO), null);
  }
});
