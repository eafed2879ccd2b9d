/** A key that is held down repeats: a control moves many times, and must come to rest only once. */

const MOVING = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
/** @type {Set<() => void>} */
const waiting = new Set();
let isHeld = false;

function release() {
  isHeld = false;
  const acts = [...waiting];
  waiting.clear();
  for (const act of acts) act();
}

addEventListener("keydown", ({ key }) => (isHeld ||= MOVING.includes(key)), true);
addEventListener("keyup", ({ key }) => MOVING.includes(key) && release(), true);
// In another window the key can be released unseen.
addEventListener("blur", release);
addEventListener("pointerdown", release, true);

/** Wrap a function so that it runs now, or once when the held key is released. @param {() => void} act */
export function atRest(act) {
  return () => void (isHeld ? waiting.add(act) : act());
}
