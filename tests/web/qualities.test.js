import assert from "node:assert/strict";
import { test } from "node:test";
import { noteName, readValue, spokenValue, valueWords } from "../../src/neural_drum_machine/web/js/model/quality-words.js";
import {
  ends, isMet, offered, place, qualitiesOf, stepped, valueAt, wishBetween, withValue,
} from "../../src/neural_drum_machine/web/js/model/qualities.js";
import { HELLO } from "./support/values.js";

const Q = Object.fromEntries(HELLO.qualities.map((quality) => [quality.name, quality]));
const range = (name, category = "kick") => HELLO.wishes[category][name];
const isNear = (one, other) => assert.ok(Math.abs(one - other) <= 1e-9 * Math.abs(other), `${one} is not ${other}`);

test("a category has its qualities in the server's order", () => {
  assert.deepEqual(qualitiesOf(HELLO, "snare").map(({ name }) => name), ["pitch", "decay", "noisiness", "air"]);
  assert.deepEqual([qualitiesOf(HELLO, "gong"), qualitiesOf(null, "kick")], [[], []]);
  assert.deepEqual(offered(HELLO, "clap", { pitch: 49, decay: 0.4 }), { decay: 0.4 });
});

test("equal steps of a knob are equal ratios where ratios sound equal", () => {
  const steps = [0, 1, 2].map((i) => valueAt(Q.decay, place(Q.decay, 0.1) + i));
  isNear(steps[1] / steps[0], steps[2] / steps[1]);
  assert.deepEqual([place(Q.body, -3), valueAt(Q.body, -3)], [-3, -3]);
  for (const quality of HELLO.qualities) {
    const value = (quality.limits[0] + quality.limits[1]) / 3;
    isNear(valueAt(quality, place(quality, value)), value);
  }
});

test("a knob reaches a quarter of the recordings' spread beyond them, and never beyond what can be asked", () => {
  const [low, high] = ends(Q.pitch, range("pitch")).map((at) => 2 ** at);
  isNear(low, 40 * (40 / 150) ** 0.25);
  isNear(high, 150 * (150 / 40) ** 0.25);
  assert.deepEqual(ends(Q.noisiness, [0.1, 0.5, 1]), [0, 1]);
});

test("arrow keys move a pitch by semitones from wherever it is, and other values by shares of the knob", () => {
  const pitch = range("pitch");
  for (const [from, way, want] of [[50, 1, "G#1"], [50, -1, "G1"], [48.999429, 1, "G#1"], [48.999429, -1, "F#1"]]) {
    const to = stepped(Q.pitch, pitch, from, way, false);
    assert.equal(noteName(to), want);
    assert.ok(Math.abs(readValue(Q.pitch, want) - to) < 1e-6);
  }
  const [low, high] = ends(Q.body, range("body"));
  isNear(stepped(Q.body, range("body"), 10, 1, false), 10 + (high - low) / 40);
  isNear(stepped(Q.body, range("body"), 10, -1, true), 10 - (high - low) / 200);
  assert.equal(stepped(Q.body, range("body"), high, 1, false), high);
});

for (const [name, value, words, spoken] of [
  ["pitch", 49, "49 Hz G1", "49 hertz, G1"],
  ["pitch", 92.5, "92.5 Hz F#2", "92.5 hertz, F sharp 2"],
  ["pitch", 440, "440 Hz A4", "440 hertz, A4"],
  ["decay", 0.4, "0.40 s", "0.4 seconds"],
  ["decay", 0.08, "80 ms", "80 milliseconds"],
  ["attack", 0.0042, "4.2 ms", "4.2 milliseconds"],
  ["brightness", 2400, "2.4 kHz", "2.4 kilohertz"],
  ["brightness", 240.4, "240 Hz", "240 hertz"],
  ["noisiness", 0.5, "0.50", "0.5"],
  ["body", -12.34, "−12.3 dB", "minus 12.3 decibels"],
  ["air", -0.01, "0.0 dB", "0 decibels"],
  ["loudness", -14, "−14.0 LUFS", "minus 14 LUFS"],
]) {
  test(`${name} ${value} is written ${words}`, () => {
    assert.deepEqual([valueWords(Q[name], value), spokenValue(Q[name], value)], [words, spoken]);
  });
}

for (const [name, text, want] of [
  ["pitch", "A1", 55], ["pitch", " a4 ", 440], ["pitch", "Bb1", 55 * 2 ** (1 / 12)], ["pitch", "F#2", 55 * 2 ** (9 / 12)],
  ["pitch", "A1+50", 55 * 2 ** (0.5 / 12)], ["pitch", "A1-25", 55 * 2 ** (-0.25 / 12)], ["pitch", "55 Hz", 55], ["pitch", "55", 55],
  ["decay", "600 ms", 0.6], ["decay", "0.6", 0.6], ["decay", "0,6 s", 0.6], ["decay", ".6S", 0.6],
  ["brightness", "2.5 kHz", 2500], ["brightness", "2500", 2500], ["noisiness", "40 %", 0.4],
  ["body", "−3 dB", -3], ["loudness", "-14", -14],
]) {
  test(`${text} as ${name} is ${want}`, () => isNear(readValue(Q[name], text), want));
}

for (const [name, text, sentence] of [
  ["pitch", "H1", "“H1” is not a value of pitch. Type a note such as G1, or a number such as 55 Hz."],
  ["pitch", "3 s", /“3 s” is not a value of pitch/],
  ["decay", "long", "“long” is not a value of decay. Type a number such as 0.4 s or 400 ms."],
  ["decay", "G1", /not a value of decay/],
  ["decay", "9", "Decay must lie between 3.0 ms and 3.00 s."],
  ["noisiness", "NaN", /a number from 0 to 1/],
  ["noisiness", "1e3", /not a value/],
  ["loudness", "3", "Loudness must lie between −60.0 LUFS and 0.0 LUFS."],
]) {
  test(`${text} as ${name} is refused`, () => {
    assert.throws(() => readValue(Q[name], text), typeof sentence === "string" ? { message: sentence } : sentence);
  });
}

test("a note that is written is read as the same frequency", () => {
  for (let key = 24; key < 96; key++) {
    const hz = 440 * 2 ** ((key - 69) / 12);
    isNear(readValue(Q.pitch, noteName(hz)), hz);
  }
});

test("a wish is met within the quality's tolerance", () => {
  assert.equal(isMet(Q.decay, 0.4, 0.4 * 2 ** 0.16), true);
  assert.equal(isMet(Q.decay, 0.4, 0.4 * 2 ** -0.17), false);
  assert.equal(isMet(Q.loudness, -14, -14.4), true);
  assert.equal(isMet(Q.loudness, -14, -14.6), false);
});

test("a value is added to others, replaced and left out", () => {
  assert.deepEqual(withValue({ pitch: 49 }, "decay", 0.4), { pitch: 49, decay: 0.4 });
  assert.deepEqual(withValue({ pitch: 49 }, "pitch", 55), { pitch: 55 });
  assert.deepEqual(withValue({ pitch: 49, decay: 0.4 }, "pitch", null), { decay: 0.4 });
});

test("between two sounds a value goes from what one is asked to have to what the other has", () => {
  const kick = { category: "kick", wish: { decay: 0.1, body: 20 }, values: { decay: 0.11, pitch: 50, noisiness: 0.2, body: 19 } };
  const snare = { category: "snare", wish: { noisiness: 0.8 }, values: { decay: 0.4, noisiness: 0.7, air: -20, body: 3 } };
  const half = wishBetween(HELLO, [kick, snare], 0.5);
  assert.deepEqual(Object.keys(half), ["decay", "noisiness"]); // snares have no wish for body; nobody asked for a pitch
  isNear(half.decay, 0.2);
  isNear(half.noisiness, 0.5);
  assert.deepEqual(wishBetween(HELLO, [{ ...kick, wish: {} }, { ...snare, wish: {} }], 0.5), {});
  // A wish that the other sound cannot answer, such as a pitch of one that is not tonal, is left out.
  assert.deepEqual(wishBetween(HELLO, [{ ...kick, wish: { pitch: 50 } }, snare], 0.5).pitch, undefined);
});
