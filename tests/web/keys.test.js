import assert from "node:assert/strict";
import { test } from "node:test";
import { PAD_DIGIT_CODES, PAD_LETTER_CODES, keyCommand } from "../../src/neural_drum_machine/web/js/input/key-commands.js";
import { padLabels } from "../../src/neural_drum_machine/web/js/input/key-layout.js";

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false };
const press = (key, code, more = {}) => keyCommand({ key, code, ...NONE, ...more }, true)?.name ?? null;
const letters = (text) => new Map(PAD_LETTER_CODES.map((code, n) => [code, [...text][n]]));
const CTRL = { ctrlKey: true };

test("US: letters, digits and signs", () => {
  const letters = ["r", "v", "t", "p", "l"];
  assert.deepEqual(letters.map((key) => press(key, `Key${key.toUpperCase()}`)), ["random", "variation", "take", "keep", "library"]);
  assert.equal(press(" ", "Space"), "play");
  assert.equal(press("?", "Slash", { shiftKey: true }), "help");
  assert.equal(press("x", "KeyX"), null);
});

test("German, Swiss and Czech: Ctrl+Z and Ctrl+Y go by the letter, which lies in the other's place", () => {
  assert.equal(press("z", "KeyY", CTRL), "undo");
  assert.equal(press("Z", "KeyY", { ...CTRL, shiftKey: true }), "redo");
  assert.equal(press("y", "KeyZ", CTRL), "redo");
  assert.equal(press("z", "KeyY", { metaKey: true }), "undo");
  assert.equal(press("z", "KeyZ", CTRL), "undo"); // and so it is in the USA
});

test("French (AZERTY): the pads lie in the home row, labelled with its letters", () => {
  assert.deepEqual(keyCommand({ key: "q", code: "KeyA", ...NONE }, true), { name: "drum-pad", n: 0, velocity: 1 });
  assert.equal(press("a", "KeyQ"), null);
  assert.equal(press("w", "KeyZ", CTRL), null);
  assert.equal(press("z", "KeyW", CTRL), "undo");
  assert.equal(keyCommand({ key: "&", code: "Digit1", ...NONE }, true).n, 0);
  assert.equal(press("?", "KeyM", { shiftKey: true }), "help");
  assert.deepEqual(padLabels(letters("qsdfghjk")), ["Q", "S", "D", "F", "G", "H", "J", "K"]);
});

test("Dvorak: a command keeps its letter, and the pad in its place is labelled with its digit", () => {
  const layout = letters("aoeuidht");
  assert.deepEqual(padLabels(layout), ["A", "O", "E", "U", "I", "D", "H", "8"]);
  assert.equal(press("t", "KeyK"), "take");
  assert.equal(press("h", "KeyJ"), "drum-pad");
});

test("Russian and Greek: a key without a Latin letter has the US letter in its place", () => {
  assert.equal(press("я", "KeyZ", CTRL), "undo");
  assert.equal(press("к", "KeyR"), "random");
  assert.equal(press("ф", "KeyA"), "drum-pad");
  assert.deepEqual(padLabels(letters("фывапрол")).slice(0, 2), ["Ф", "Ы"]);
});

test("all eight pads, from letters and digits, softly with Shift", () => {
  for (const codes of [PAD_LETTER_CODES, PAD_DIGIT_CODES]) {
    const hits = codes.map((code) => keyCommand({ key: "", code, ...NONE, shiftKey: true }, true));
    assert.deepEqual(hits.map(({ n }) => n), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(hits.every(({ velocity }) => velocity < 0.5), true);
  }
});

test("without single keys only Space and combinations are left", () => {
  const only = (key, code, more = {}) => keyCommand({ key, code, ...NONE, ...more }, false)?.name ?? null;
  for (const [key, code] of [["r", "KeyR"], ["a", "KeyA"], ["1", "Digit1"], ["?", "Slash"]]) assert.equal(only(key, code), null);
  assert.equal(only(" ", "Space"), "play");
  assert.equal(only("z", "KeyZ", CTRL), "undo");
});

test("a held key plays once, but undo repeats; the browser keeps its own combinations", () => {
  assert.equal(press("r", "KeyR", { repeat: true }), null);
  assert.equal(press("z", "KeyZ", { ...CTRL, repeat: true }), "undo");
  assert.equal(press("r", "KeyR", CTRL), null);
  assert.equal(press("a", "KeyA", { altKey: true }), null);
  assert.equal(press("z", "KeyZ", { ...CTRL, altKey: true }), null); // AltGr
});

test("an unknown layout has US labels", () => assert.equal(padLabels(new Map()).join(""), "ASDFGHJK"));
