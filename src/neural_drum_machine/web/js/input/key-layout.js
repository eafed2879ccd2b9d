/** The drum pads' keys: the same places on every keyboard, labelled as its layout labels them. */

import { COMMAND_LETTERS, PAD_CODES } from "./key-commands.js";

/**
 * The labels of the drum pads' keys. Where a layout has the letter of a command in a pad's place, the
 * command has the key, and the pad has none.
 * @param {ReadonlyMap<string, string>} layout letters by code; of a code that is missing, the US letter
 */
export function padLabels(layout) {
  return PAD_CODES.map((code) => {
    const letter = layout.get(code) ?? code.slice(-1);
    return letter.toLowerCase() in COMMAND_LETTERS ? "" : letter.toUpperCase();
  });
}

/**
 * Find out the keyboard's layout, and follow it. A browser may tell the layout; every key that is
 * pressed tells its own letter.
 * @param {(labels: string[]) => void} changed
 */
export function followLayout(changed) {
  /** @type {Map<string, string>} */
  const layout = new Map();
  changed(padLabels(layout));
  const learn = (/** @type {string} */ code, /** @type {string|undefined} */ letter) => {
    if (!letter || [...letter].length !== 1 || !PAD_CODES.includes(code)) return;
    if (layout.get(code)?.toLowerCase() === letter.toLowerCase()) return;
    layout.set(code, letter);
    changed(padLabels(layout));
  };
  addEventListener("keydown", ({ altKey, code, ctrlKey, key, metaKey }) => {
    if (!altKey && !ctrlKey && !metaKey) learn(code, key);
  }, true);
  /** @type {{getLayoutMap(): Promise<ReadonlyMap<string, string>>}|undefined} */
  const keyboard = /** @type {any} */ (navigator).keyboard;
  keyboard?.getLayoutMap().then(
    (map) => PAD_CODES.forEach((code) => learn(code, map.get(code))),
    () => {}, // not allowed: keys that are pressed will tell
  );
}
