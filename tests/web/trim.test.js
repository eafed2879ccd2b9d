import assert from "node:assert/strict";
import { test } from "node:test";
import { WHOLE, fitTrim, isWhole, trimmed } from "../../src/neural_drum_machine/web/js/model/trim.js";

test("a trim is fitted to the length of its sound", () => {
  assert.deepEqual(fitTrim(WHOLE, 200), { start: 0, end: 200, fadeIn: 0, fadeOut: 0 });
  assert.deepEqual(fitTrim({ start: -5, end: 900, fadeIn: 900, fadeOut: 9 }, 200), { start: 0, end: 200, fadeIn: 200, fadeOut: 0 });
  assert.deepEqual(fitTrim({ start: 500, end: 1, fadeIn: 0, fadeOut: 0 }, 200), { start: 195, end: 200, fadeIn: 0, fadeOut: 0 });
  assert.deepEqual(fitTrim({ start: 50, end: 150, fadeIn: 60, fadeOut: 60 }, 200), { start: 50, end: 150, fadeIn: 60, fadeOut: 40 });
});

test("the samples are cut, and faded by half a cosine", () => {
  const samples = new Float32Array(100).fill(1);
  const [out, other] = trimmed([samples, samples.map((v) => -v)], 1000, { start: 10, end: 50, fadeIn: 4, fadeOut: 2 });
  assert.equal(out.length, 40);
  const gain = (x) => Math.fround(0.5 - 0.5 * Math.cos(Math.PI * x));
  assert.deepEqual([...out.slice(0, 5)], [0, 0.25, 0.5, 0.75, 1].map(gain));
  assert.deepEqual([...out.slice(-3)], [1, 0.5, 0].map(gain));
  assert.deepEqual(other, out.map((v) => -v));
  assert.equal(samples[10], 1); // a copy
});

test("the whole is exactly the samples", () => {
  const samples = new Float32Array([0.1, 0.2, 0.3]);
  assert.deepEqual(trimmed([samples], 22050, WHOLE), [samples]);
  assert.equal(isWhole(WHOLE), true);
  assert.equal(isWhole({ ...WHOLE, fadeIn: 1 }), false);
});
