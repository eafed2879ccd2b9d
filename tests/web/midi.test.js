import assert from "node:assert/strict";
import { test } from "node:test";
import { hitOf } from "../../src/neural_drum_machine/web/js/input/midi.js";

const hit = (...data) => hitOf(new Uint8Array(data), 8);

test("notes 36 to 43 are the drum pads, on every channel", () => {
  assert.deepEqual(hit(0x90, 36, 64), { pad: 0, semitones: 0, velocity: 64 / 127 });
  assert.deepEqual(hit(0x99, 43, 127), { pad: 7, semitones: 0, velocity: 1 });
});

test("other notes play the sound, transposed from middle C", () => {
  assert.deepEqual(hit(0x90, 60, 127), { pad: -1, semitones: 0, velocity: 1 });
  assert.deepEqual(hit(0x90, 67, 127), { pad: -1, semitones: 7, velocity: 1 });
  assert.equal(hit(0x90, 35, 1).semitones, -25);
});

test("the end of a note, and other messages, play nothing", () => {
  for (const data of [[0x80, 36, 64], [0x90, 36, 0], [0xb0, 1, 2], [0xf8]]) assert.equal(hit(...data), null);
});
