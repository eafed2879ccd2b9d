/**
 * What a key press means. Commands go by the letter that a key types, so that Ctrl+Z is where the
 * keyboard says Z; drum pads go by the key's place, so that they lie side by side on every layout.
 */

import { LOUDEST } from "../model/recipe.js";

/** The part of a KeyboardEvent that decides. @typedef {Pick<KeyboardEvent, "key"|"code"|"ctrlKey"|"metaKey"|"altKey"|"shiftKey"|"repeat">} KeyPress */
/** @typedef {"run"|"play"|"random"|"variation"|"take"|"eight"|"tap"|"record"|"mute"|"undo"|"redo"|"help"|"library"} CommandName */
/** @typedef {{name: CommandName}|{name: "drum-pad", n: number, velocity: number}|{name: "pattern", n: number}} KeyCommand */

/** The keys of the sixteen drum pads by place: two rows of letters. */
export const PAD_CODES = [
  "KeyQ", "KeyW", "KeyE", "KeyR", "KeyT", "KeyY", "KeyU", "KeyI", "KeyA", "KeyS", "KeyD", "KeyF", "KeyG", "KeyH", "KeyJ", "KeyK",
];
const PATTERN_CODES = ["Digit1", "Digit2", "Digit3", "Digit4"];

/** @type {Readonly<Record<string, CommandName>>} */
export const COMMAND_LETTERS = Object.freeze({
  n: "random", v: "variation", x: "take", b: "tap", c: "record", m: "mute", l: "library",
});
/** The velocity of a drum pad that is played with Shift. */
const SOFT = 64;

/**
 * @param {KeyPress} press
 * @param {boolean} hasSingleKeys whether letters, digits and signs alone are shortcuts
 * @returns {KeyCommand|null} null if the key means nothing to the page
 */
export function keyCommand(press, hasSingleKeys) {
  const letter = letterOf(press);
  if (press.altKey) return null;
  if (press.ctrlKey || press.metaKey) {
    if (letter === "z") return { name: press.shiftKey ? "redo" : "undo" };
    return letter === "y" ? { name: "redo" } : null;
  }
  if (press.repeat) return null;
  if (press.code === "Space") return { name: "run" };
  if (press.key === "Enter") return { name: "play" };
  if (!hasSingleKeys) return null;
  if (press.key === "?") return { name: "help" };
  const pattern = PATTERN_CODES.indexOf(press.code);
  if (pattern >= 0) return { name: "pattern", n: pattern };
  if (press.code === "Digit8") return { name: "eight" };
  if (letter in COMMAND_LETTERS) return { name: COMMAND_LETTERS[letter] };
  const n = PAD_CODES.indexOf(press.code);
  return n < 0 ? null : { name: "drum-pad", n, velocity: press.shiftKey ? SOFT : LOUDEST };
}

/**
 * The Latin letter that a key types. On a keyboard without Latin letters it is the US letter in its place.
 * @param {KeyPress} press
 */
function letterOf({ code, key }) {
  if (/^[ -~]$/.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(-1).toLowerCase() : "";
}
