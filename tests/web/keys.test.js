import assert from "node:assert/strict";
import { test } from "node:test";
import { PAD_CODES, keyCommand } from "../../src/neural_drum_machine/web/js/input/key-commands.js";
import { padLabels } from "../../src/neural_drum_machine/web/js/input/key-layout.js";

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false };
const press = (key, code, more = {}) => keyCommand({ key, code, ...NONE, ...more }, true)?.name ?? null;
const letters = (text) => new Map(PAD_CODES.map((code, n) => [code, [...text][n]]));
const CTRL = { ctrlKey: true };

test("US: letters, digits and signs", () => {
  const keys = ["n", "v", "x", "b", "c", "m", "l"];
  const names = ["random", "variation", "take", "tap", "record", "mute", "library"];
  assert.deepEqual(keys.map((key) => press(key, `Key${key.toUpperCase()}`)), names);
  assert.deepEqual([press(" ", "Space"), press("Enter", "Enter"), press("8", "Digit8")], ["run", "play", "eight"]);
  assert.deepEqual(keyCommand({ key: "3", code: "Digit3", ...NONE }, true), { name: "pattern", n: 2 });
  assert.equal(press("?", "Slash", { shiftKey: true }), "help");
  assert.equal(press("z", "KeyZ"), null);
});

test("German, Swiss and Czech: Ctrl+Z and Ctrl+Y go by the letter, which lies in the other's place", () => {
  assert.equal(press("z", "KeyY", CTRL), "undo");
  assert.equal(press("Z", "KeyY", { ...CTRL, shiftKey: true }), "redo");
  assert.equal(press("y", "KeyZ", CTRL), "redo");
  assert.equal(press("z", "KeyY", { metaKey: true }), "undo");
  assert.equal(press("z", "KeyZ", CTRL), "undo"); // and so it is in the USA
});

test("French (AZERTY): the pads lie in the two rows of letters, labelled as they are there", () => {
  assert.deepEqual(keyCommand({ key: "q", code: "KeyA", ...NONE }, true), { name: "drum-pad", n: 8, velocity: 127 });
  assert.equal(press("w", "KeyZ", CTRL), null);
  assert.equal(press("z", "KeyW", CTRL), "undo");
  assert.equal(press("?", "KeyM", { shiftKey: true }), "help");
  assert.deepEqual(padLabels(letters("azertyuiqsdfghjk")).slice(0, 9), ["A", "Z", "E", "R", "T", "Y", "U", "I", "Q"]);
});

test("Dvorak: a command keeps its letter, and the pad in its place has no key", () => {
  const layout = letters("',.pyfgcaoeuidht");
  assert.deepEqual(padLabels(layout), ["'", ",", ".", "P", "Y", "F", "G", "", "A", "O", "E", "U", "I", "D", "H", "T"]);
  assert.equal(press("c", "KeyI"), "record");
  assert.equal(press("h", "KeyJ"), "drum-pad");
});

test("Russian and Greek: a key without a Latin letter has the US letter in its place", () => {
  assert.equal(press("я", "KeyZ", CTRL), "undo");
  assert.equal(press("т", "KeyN"), "random");
  assert.equal(press("ф", "KeyA"), "drum-pad");
  assert.deepEqual(padLabels(letters("йцукенгшфывапрол")).slice(0, 2), ["Й", "Ц"]);
});

test("all sixteen pads, softly with Shift", () => {
  const hits = PAD_CODES.map((code) => keyCommand({ key: "", code, ...NONE, shiftKey: true }, true));
  assert.deepEqual(hits.map(({ n }) => n), Array.from({ length: 16 }, (_, n) => n));
  assert.equal(hits.every(({ velocity }) => velocity === 64), true);
});

test("without single keys only Space, Enter and combinations are left", () => {
  const only = (key, code, more = {}) => keyCommand({ key, code, ...NONE, ...more }, false)?.name ?? null;
  for (const [key, code] of [["n", "KeyN"], ["a", "KeyA"], ["1", "Digit1"], ["?", "Slash"]]) assert.equal(only(key, code), null);
  assert.equal(only(" ", "Space"), "run");
  assert.equal(only("z", "KeyZ", CTRL), "undo");
});

test("a held key plays once, but undo repeats; the browser keeps its own combinations", () => {
  assert.equal(press("n", "KeyN", { repeat: true }), null);
  assert.equal(press("z", "KeyZ", { ...CTRL, repeat: true }), "undo");
  assert.equal(press("n", "KeyN", CTRL), null);
  assert.equal(press("a", "KeyA", { altKey: true }), null);
  assert.equal(press("z", "KeyZ", { ...CTRL, altKey: true }), null); // AltGr
});

test("an unknown layout has US labels", () => assert.equal(padLabels(new Map()).join(""), "QWERTYUIASDFGHJK"));
