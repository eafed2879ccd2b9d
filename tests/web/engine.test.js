import assert from "node:assert/strict";
import { test } from "node:test";
import { fft } from "../../src/neural_drum_machine/web/js/model/fft.js";
import { between } from "../../src/neural_drum_machine/web/js/engine/latent.js";
import { loudness } from "../../src/neural_drum_machine/web/js/engine/loudness.js";
import { RandomState } from "../../src/neural_drum_machine/web/js/engine/random.js";
import { strokeOf } from "../../src/neural_drum_machine/web/js/engine/strike.js";
import { Turns } from "../../src/neural_drum_machine/web/js/engine/turns.js";
import { Qualities, wishOf } from "../../src/neural_drum_machine/web/js/engine/wish.js";

test("random numbers are those of NumPy's RandomState", () => {
  const random = new RandomState(42);
  assert.deepEqual([random.uniform(), random.uniform()], [0.3745401188473625, 0.9507143064099162]);
  const normals = [...new RandomState(0).normals(3)];
  normals.forEach((each, i) => assert.ok(Math.abs(each - [1.764052345967664, 0.4001572083672233, 0.9787379841057392][i]) < 1e-15));
  assert.deepEqual(new RandomState(3).permutation(6), [3, 5, 4, 1, 0, 2]);
  assert.equal(new RandomState(7).seed(), 327741615);
});

test("a transform of a cosine is a line", () => {
  const real = Float64Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 64));
  const [x, y] = [real.slice(), new Float64Array(64)];
  fft(x, y);
  x.forEach((each, i) => assert.ok(Math.abs(each - (i === 5 || i === 59 ? 32 : 0)) < 1e-12));
});

const sine = (seconds, hz = 997, rate = 44100) => Float32Array.from({ length: seconds * rate }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

test("a sine of 997 Hz at full scale has −3.01 LUFS, and silence none", () => {
  assert.ok(Math.abs(loudness(sine(1), 44100) + 3.01) < 0.02);
  assert.equal(loudness(new Float32Array(999), 44100), -Infinity);
});

test("a stroke changes with its softness, and a blend's is between those of its categories", () => {
  const curves = { exponents: Array(12).fill(2), changes: { kick: Array(12).fill(1), tom: Array(12).fill(3) } };
  const stroke = strokeOf(curves, { kick: 0.5, tom: 0.5 }, 64);
  assert.deepEqual([stroke.attack, stroke.decay, stroke.bands.length], [0.5, 0.5, 10]);
  assert.ok(Math.abs(stroke.level + 10.4) < 0.05);
  assert.ok(Math.abs(strokeOf(curves, { kick: 1 }, 1).level + 40) < 1e-9);
});

const qualities = new Qualities({
  qualities: [{ name: "pitch", unit: "Hz", logarithmic: true, limits: [20, 2000] }, { name: "body", unit: "dB", logarithmic: false, limits: [-80, 80] }],
  wishes: { kick: { pitch: [40, 60, 160], body: [0, 10, 20] }, clap: { body: [0, 1, 2] } },
});

test("a wish is what a category has, and a value that a drum may have", () => {
  assert.deepEqual(wishOf({ id: 3, category: "kick", pitch: 49, decay: undefined }), { pitch: 49 });
  qualities.check({ pitch: 49, body: -3 }, "kick");
  assert.throws(() => qualities.check({ pitch: 49 }, "clap"), { code: "out-of-range", message: "clap has no pitch that can be wished for; it has body" });
  assert.throws(() => qualities.check({ pitch: 5 }, "kick"), { code: "out-of-range", message: "pitch must lie between 20 and 2000 Hz, got 5" });
});

test("the nearest recordings come first, and one without a value is far away", () => {
  const values = [80, NaN, 40, 160, 79, 100, 20, 85].map((pitch) => ({ pitch, body: 5 }));
  assert.deepEqual(qualities.nearest(values, { pitch: 80, loudness: -9 }, "kick"), [0, 4, 7, 5, 2, 3]);
});

test("exemplars between two sounds sum to one, and are an end's own at the ends", () => {
  assert.deepEqual(between([1, 1], [2, 1], 0), [1, 1]);
  assert.deepEqual(between([1, 1], [2, 1], 1), [2, 1]);
  assert.deepEqual(between([1, 1], [2, 1], 0.25), [1, 0.75, 2, 0.25]);
  assert.deepEqual(between([1, 1], [], 0.25), [1, 1]);
  const many = between([1, 0.5, 2, 0.3, 3, 0.2], [4, 0.6, 5, 0.4], 0.5);
  assert.deepEqual(many.filter((_, i) => i % 2 === 0), [1, 2, 4, 5]);
  assert.ok(Math.abs(many.filter((_, i) => i % 2).reduce((a, b) => a + b) - 1) < 1e-5);
});

test("a newer drag replaces the one that waits; drags and others alternate", () => {
  const turns = new Turns();
  const request = (type, id) => ({ type, id });
  assert.equal(turns.add(request("move", 1)), null);
  assert.equal(turns.add(request("random", 2)), null);
  assert.equal(turns.add(request("move", 3)).id, 1);
  assert.equal(turns.next().id, 3);
  turns.add(request("move", 4));
  assert.deepEqual([turns.next().id, turns.next().id, turns.next()], [2, 4, null]);
});

test("layers wait for drags, and what waits can be withdrawn", () => {
  const turns = new Turns();
  for (const [type, id] of [["layers", 1], ["move", 2]]) turns.add({ type, id });
  assert.equal(turns.next().id, 2);
  turns.add({ type: "move", id: 3 });
  assert.equal(turns.next().id, 3);
  assert.equal(turns.withdraw(1).id, 1);
  assert.deepEqual([turns.withdraw(1), turns.next()], [null, null]);
});
