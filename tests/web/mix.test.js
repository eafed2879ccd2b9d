import assert from "node:assert/strict";
import { test } from "node:test";
import { dbOverFull, gainOf, isPlain, mixed, panGains } from "../../src/neural_drum_machine/web/js/model/mix.js";
import { resampled } from "../../src/neural_drum_machine/web/js/model/resample.js";

test("a level of 6 dB is about twice as much, and 0 dB changes nothing", () => {
  assert.equal(gainOf(0), 1);
  assert.ok(Math.abs(gainOf(6) - 1.995) < 1e-3);
});

test("the power of both channels is the same everywhere, and in the middle nothing changes", () => {
  for (let pan = -1; pan <= 1; pan += 0.05) {
    const [left, right] = panGains(pan);
    assert.ok(Math.abs(left ** 2 + right ** 2 - 2) < 1e-12);
  }
  const near = (one, other) => one.every((v, i) => Math.abs(v - other[i]) < 1e-12);
  assert.ok(near(panGains(0), [1, 1]));
  assert.ok(near(panGains(-1), [Math.SQRT2, 0]));
});

test("a mix that changes nothing leaves the very samples", () => {
  const channels = [new Float32Array([0.5, -0.25])];
  assert.equal(mixed(channels, { level: 0, pan: 0, pitch: 0 }), channels);
  assert.equal(isPlain({ level: 0, pan: 0, pitch: 0.1 }), false);
});

test("level and pan are in the samples: a mono sound that is aside has two channels", () => {
  const [left, right] = mixed([new Float32Array([0.25, 0.5])], { level: 20 * Math.log10(0.5), pan: 1, pitch: 0 });
  assert.ok(left.every((v) => Math.abs(v) < 1e-7));
  [0.125, 0.25].forEach((v, i) => assert.ok(Math.abs(right[i] - Math.SQRT2 * v) < 1e-6));
  const one = mixed([new Float32Array([0.25, 0.5])], { level: 20 * Math.log10(2), pan: 0, pitch: 0 });
  assert.deepEqual(one, [new Float32Array([0.5, 1])]);
  const wide = mixed([new Float32Array([0.25]), new Float32Array([0.5])], { level: 0, pan: -1, pitch: 0 });
  assert.ok(Math.abs(wide[0][0] - Math.SQRT2 * 0.25) < 1e-6 && Math.abs(wide[1][0]) < 1e-7);
});

test("how far sounds pass full scale is told for all of them together", () => {
  assert.equal(dbOverFull([[new Float32Array([0.9])], [new Float32Array([-1])]]), 0);
  assert.ok(Math.abs(dbOverFull([[new Float32Array([0.9]), new Float32Array([-2])], [new Float32Array([1.5])]]) - 6.02) < 0.01);
});

/** A tone of a frequency, as a share of the rate; 4000 samples, faded at both ends. */
const tone = (share) => Float32Array.from({ length: 4000 }, (_, i) => Math.sin(2 * Math.PI * share * i) * Math.sin((Math.PI * i) / 4000) ** 2);

test("a sound that plays faster is higher and shorter, and else the same", () => {
  for (const ratio of [2 ** (-24 / 12), 2 ** (-5 / 12), 2 ** (1 / 12), 2]) {
    const out = resampled(tone(0.05), ratio);
    assert.equal(out.length, Math.round(4000 / ratio));
    const error = out.reduce((most, v, n) => {
      const i = n * ratio;
      const want = Math.sin(2 * Math.PI * 0.05 * i) * Math.sin((Math.PI * i) / 4000) ** 2;
      return Math.max(most, Math.abs(v - want));
    }, 0);
    assert.ok(20 * Math.log10(error) < -80, `${ratio}: ${20 * Math.log10(error)} dB`);
  }
  const samples = tone(0.05);
  assert.equal(resampled(samples, 1), samples);
});

test("what would lie above half the rate is not folded back, and 20 kHz of 22.05 stays", () => {
  const peak = (samples) => samples.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  assert.ok(20 * Math.log10(peak(resampled(tone(0.3), 2))) < -80);
  assert.ok(Math.abs(20 * Math.log10(peak(resampled(tone(20 / 44.1), 0.5)))) < 0.1);
});
