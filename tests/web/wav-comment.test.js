import assert from "node:assert/strict";
import { test } from "node:test";
import { readWavComment, wavComment } from "../../src/neural_drum_machine/web/js/formats/wav-comment.js";
import { WHOLE } from "../../src/neural_drum_machine/web/js/model/trim.js";
import { HELLO, recipe } from "./support/values.js";

const TRIM = { start: 1, end: null, fadeIn: 0, fadeOut: 0 };
const PLAIN = { level: 0, pan: 0, pitch: 0 };
const RECORDING = { name: "kit/kick/1.flac", source: "kit", licence: "CC0-1.0", attribution: "somebody" };

test("a comment has what recalls the sound, in the order of the server's own files", () => {
  const blend = recipe({ to: "snare", t: 0.5, exemplars: [3, 0.5, 8, 0.5] });
  assert.equal(wavComment(blend, TRIM, "cafe", [RECORDING]), '{"neural_drum_machine":1,"model":"cafe",'
    + '"inverter":"refined","category":"kick","seed":null,"take":0,"to":"snare","t":0.5,"exemplars":[[3,0.5],[8,0.5]],'
    + '"recordings":[{"name":"kit/kick/1.flac","source":"kit","licence":"CC0-1.0","attribution":"somebody"}],'
    + '"code":[0.5,-1.25],"trim":{"start":1,"end":null,"fadeIn":0,"fadeOut":0}}');
  const plain = JSON.parse(wavComment(recipe(), WHOLE, "cafe"));
  const asked = wavComment(recipe({ wish: { decay: 0.4 } }), WHOLE, "cafe");
  assert.equal(asked, JSON.stringify(plain).replace('"code"', '"wish":{"decay":0.4},"code"'));
  const native = wavComment(recipe({ engine: "native" }), WHOLE, "cafe");
  assert.equal(native, JSON.stringify(plain).replace('"code"', '"engine":"native","code"'));
  for (const name of ["engine", "trim", "to", "exemplars", "recordings", "wish"]) assert.equal(name in plain, false, name);
});

test("a comment is read back", () => {
  const sound = recipe({ seed: 7, take: 3, to: "snare", t: 0.5, exemplars: [3, 1], wish: { decay: 0.4, pitch: 49 }, engine: "native" });
  assert.deepEqual(readWavComment(wavComment(sound, TRIM, "cafe"), HELLO), { recipe: sound, shares: [], trim: TRIM, mix: PLAIN, model: "cafe" });
  assert.deepEqual(readWavComment(wavComment(recipe(), WHOLE, "cafe"), HELLO), { recipe: recipe(), shares: [], trim: WHOLE, mix: PLAIN, model: "cafe" });
});

test("what of the mix is in the samples is told, and brought within its limits", () => {
  const mix = { level: -6.25, pan: 0.5, pitch: 3 };
  const comment = wavComment(recipe(), TRIM, "cafe", [], mix);
  assert.deepEqual(readWavComment(comment, HELLO).mix, mix);
  const odd = JSON.stringify({ ...JSON.parse(comment), mix: { level: 900, pan: "left" } });
  assert.deepEqual(readWavComment(odd, HELLO).mix, { level: 24, pan: 0, pitch: 0 });
  assert.equal(wavComment(recipe(), TRIM, "cafe", [], PLAIN).includes("mix"), false);
});

test("own sounds are told by their shares, in the order of their forms, and the model's by number", () => {
  const sound = recipe({ exemplars: [70_000, 0.25, 3, 0.5, 70_001, 0.25], blend: 0.5 });
  const comment = JSON.parse(wavComment(sound, WHOLE, "cafe", [RECORDING]));
  assert.deepEqual([comment.anchors, comment.exemplars, comment.blend], [[{ share: 0.25 }, { share: 0.25 }], [[3, 0.5]], 0.5]);
  const read = readWavComment(JSON.stringify(comment), HELLO);
  assert.deepEqual([read.shares, read.recipe.exemplars, read.recipe.blend], [[0.25, 0.25], [3, 0.5], 0.5]);
});

for (const text of [
  "", "null", "12", "made with love", "{}", '{"neural_drum_machine":2,"category":"kick","code":[1]}',
  '{"neural_drum_machine":1,"category":"gong","code":[1]}', '{"neural_drum_machine":1,"category":"kick","code":[]}',
  '{"neural_drum_machine":1,"category":"kick","code":[1],"exemplars":5}',
  '{"neural_drum_machine":1,"category":"kick","code":[1],"exemplars":[[1]]}',
]) {
  test(`no recipe: ${text}`, () => assert.equal(readWavComment(text, HELLO), null));
}

test("a softer stroke is in the comment, and a sound at full velocity has none", () => {
  const soft = JSON.parse(wavComment(recipe({ velocity: 40 }), TRIM, "cafe"));
  assert.equal(soft.velocity, 40);
  assert.equal(readWavComment(JSON.stringify(soft), HELLO).recipe.velocity, 40);
  const loud = wavComment(recipe(), TRIM, "cafe");
  assert.ok(!("velocity" in JSON.parse(loud)));
  assert.equal(readWavComment(loud, HELLO).recipe.velocity, 127);
  assert.equal(readWavComment(JSON.stringify({ ...soft, velocity: 900 }), HELLO).recipe.velocity, 127);
});
