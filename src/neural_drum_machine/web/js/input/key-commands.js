/**
 * What a key press means. Commands go by the letter that a key types, so that Ctrl+Z is where the
 * keyboard says Z; drum pads go by the key's place, so that they lie side by side on every layout.
 */

/** The part of a KeyboardEvent that decides. @typedef {Pick<KeyboardEvent, "key"|"code"|"ctrlKey"|"metaKey"|"altKey"|"shiftKey"|"repeat">} KeyPress */
/** @typedef {"play"|"random"|"variation"|"take"|"keep"|"undo"|"redo"|"help"|"library"} CommandName */
/** @typedef {{name: CommandName}|{name: "drum-pad", n: number, velocity: number}} KeyCommand */

/** The keys of the eight drum pads by place: the home row, and the digits above it. */
export const PAD_LETTER_CODES = ["KeyA", "KeyS", "KeyD", "KeyF", "KeyG", "KeyH", "KeyJ", "KeyK"];
export const PAD_DIGIT_CODES = ["Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7", "Digit8"];

/** @type {Readonly<Record<string, CommandName>>} */
export const COMMAND_LETTERS = Object.freeze({ r: "random", v: "variation", t: "take", p: "keep", l: "library" });
/** The velocity of a drum pad that is played with Shift. */
const SOFT = 0.45;

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
  if (press.code === "Space") return { name: "play" };
  if (!hasSingleKeys) return null;
  if (press.key === "?") return { name: "help" };
  if (letter in COMMAND_LETTERS) return { name: COMMAND_LETTERS[letter] };
  const n = Math.max(PAD_LETTER_CODES.indexOf(press.code), PAD_DIGIT_CODES.indexOf(press.code));
  return n < 0 ? null : { name: "drum-pad", n, velocity: press.shiftKey ? SOFT : 1 };
}

/**
 * The Latin letter that a key types. On a keyboard without Latin letters it is the US letter in its place.
 * @param {KeyPress} press
 */
function letterOf({ code, key }) {
  if (/^[ -~]$/.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(-1).toLowerCase() : "";
}
