import assert from "node:assert/strict";
import { test } from "node:test";
import { ownSoundOf } from "../../src/neural_drum_machine/web/js/engine/own/own-sound.js";
import { distance } from "../../src/neural_drum_machine/web/js/engine/own/parts.js";
import { flacFile } from "../../src/neural_drum_machine/web/js/formats/flac.js";
import { formOf, readForm } from "../../src/neural_drum_machine/web/js/formats/own-form.js";
import { sha256 } from "../../src/neural_drum_machine/web/js/formats/sha256.js";
import { wavSamples } from "../../src/neural_drum_machine/web/js/formats/wav-samples.js";
import { doubled, halved } from "../../src/neural_drum_machine/web/js/model/halving.js";

const hit = (n = 3000, level = 0.5) => Float32Array.from({ length: n }, (_, i) => level * Math.sin(i / 7) * Math.exp(-i / 700));

test("a digest is that of SHA-256", () => {
  const hex = (text) => Buffer.from(sha256(new TextEncoder().encode(text))).toString("hex");
  assert.equal(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(hex("a".repeat(119)), "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
});

test("a form is read back with its header, and what is none is refused by name", () => {
  const about = { category: "kick", onset: 12, name: "mine", code: [0.25, -1 / 3] };
  const form = formOf([hit(3000, 1.5)], about);
  const { audio, header } = readForm(form);
  assert.deepEqual({ ...header, code: header.code.length }, { ...about, peak: header.peak, code: 2 });
  assert.ok(header.peak > 1.2 && header.peak < 1.5);
  assert.equal(String.fromCharCode(...audio.slice(0, 4)), "fLaC");
  const changed = (at, value) => form.with(at, value);
  assert.throws(() => readForm(changed(0, 65)), /does not begin with NDMA/);
  assert.throws(() => readForm(changed(4, 2)), /of version 2/);
  assert.throws(() => readForm(form.slice(0, 60)), /cut short/);
  assert.throws(() => readForm(changed(8, 65)), /damaged; take it from the original file again/);
  assert.throws(() => readForm(new Uint8Array(40_001)), /40001 bytes; the most is 40000/);
});

test("a constant sound takes a few bytes, and blocks that end in zeros do without them", () => {
  assert.ok(flacFile([new Int32Array(44100)], 44100).length < 250);
  const fine = Int32Array.from({ length: 8192 }, (_, i) => Math.round(90 * Math.sin(i * i)));
  const coarse = fine.map((each) => 16 * each);
  assert.ok(Math.abs(flacFile([coarse], 44100).length - flacFile([fine], 44100).length) < 20);
});

/** A WAV file of one channel. */
function wav(kind, bits, bytes, announced = bytes.length) {
  const out = new Uint8Array(44 + bytes.length);
  const view = new DataView(out.buffer);
  const word = (at, text) => out.set([...text].map((each) => each.charCodeAt(0)), at);
  word(0, "RIFF");
  word(8, "WAVEfmt ");
  for (const [at, value] of [[16, 16], [24, 44100], [40, announced]]) view.setUint32(at, value, true);
  for (const [at, value] of [[20, kind], [22, 1], [34, bits]]) view.setUint16(at, value, true);
  word(36, "data");
  out.set(bytes, 44);
  return out.buffer;
}

test("WAV files are read sample for sample, whatever their width", () => {
  const of = (...values) => [...wavSamples(wav(...values)).channels[0]];
  assert.deepEqual(of(1, 8, [0, 128, 192]), [-1, 0, 0.5]);
  assert.deepEqual(of(1, 16, [0, 0x80, 1, 0]), [-1, 1 / 32768]);
  assert.deepEqual(of(1, 24, [0, 0, 0x80, 1, 0, 0, 0xff, 0xff, 0xff]), [-1, 2 ** -23, -(2 ** -23)]);
  assert.deepEqual(of(1, 32, [0, 0, 0, 0x40]), [0.5]);
  assert.deepEqual(of(3, 32, [...new Uint8Array(Float32Array.of(-1.5, 0.1).buffer)]), [-1.5, Math.fround(0.1)]);
  assert.deepEqual(of(3, 64, [...new Uint8Array(Float64Array.of(0.25).buffer)]), [0.25]);
  assert.deepEqual(of(1, 16, [0, 0x40], 0xffffffff), [0.5]); // from a pipe
  assert.equal(wavSamples(wav(2, 4, [0, 0])), null);
  assert.equal(wavSamples(new ArrayBuffer(9)), null);
  assert.throws(() => wavSamples(wav(1, 16, [0, 0, 0, 0], 100)), /cut short: its header announces 100 bytes, 4 are there/);
});

test("an own sound begins shortly before its hit, and lasts ten seconds", () => {
  const long = Float32Array.from({ length: 12 * 44100 }, (_, i) => 0.1 * Math.sin(i / 9));
  const { sound, notes } = ownSoundOf([long, long], () => 44100);
  assert.equal(sound.onset, 2205);
  assert.deepEqual([sound.channels, sound.samples.length], [2, 2 * 441000]);
  assert.equal(sound.samples[440999], 0); // faded out
  assert.deepEqual(notes, ["Only its first 10 s are kept."]);
  const early = ownSoundOf([hit()], () => 3);
  assert.deepEqual([early.sound.onset, early.sound.samples.length, early.notes.length], [3, 3000, 0]);
});

test("of channels that cancel each other the louder one is kept, and of many their mean", () => {
  const one = hit();
  const { sound, notes } = ownSoundOf([one.map((each) => -0.9 * each), one], () => 0);
  assert.deepEqual([sound.channels, [...sound.samples]], [1, [...one]]);
  assert.deepEqual(notes, ["Its channels cancel each other, so only channel 2 is used."]);
  const three = ownSoundOf([one, one, one], () => 0).sound;
  assert.equal(three.channels, 1);
  three.samples.forEach((each, i) => assert.ok(Math.abs(each - one[i]) < 1e-6));
});

test("a second hit after silence is told", () => {
  const twice = new Float32Array(60000);
  twice.set(hit(), 0);
  twice.set(hit(), 44100);
  assert.deepEqual(ownSoundOf([twice], () => 0).notes, ["A second hit begins 1.00 s after the first."]);
});

test("half the rate and back leaves low sounds as they are", () => {
  const low = Float32Array.from({ length: 4001 }, (_, i) => Math.sin(i / 9) * Math.sin((Math.PI * i) / 4000));
  const back = doubled(halved(low), low.length);
  back.forEach((each, i) => assert.ok(Math.abs(each - low[i]) < 2e-3, `${i}`));
});

test("the distance is 0 at any gain of the same sound, and 1 to one with nothing in common", () => {
  const parts = (values) => ({ mel: Float32Array.from(values, (each) => Math.log(each + 0.01)), air: new Float32Array(), attack: new Float32Array() });
  assert.ok(distance(parts([1, 2, 3]), parts([2, 4, 6]), 0.01) < 1e-3);
  assert.ok(Math.abs(distance(parts([1, 2, 0]), parts([0, 0, 3]), 0.01) - 1) < 1e-3);
});
