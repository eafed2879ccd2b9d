/** A key that is held down repeats itself: it moves many times, and comes to rest once. */

const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
/** @type {Set<() => void>} */
const waiting = new Set();
let isHeld = false;

function letGo() {
  isHeld = false;
  const acts = [...waiting];
  waiting.clear();
  for (const act of acts) act();
}

addEventListener("keydown", ({ key }) => (isHeld ||= MOVES.includes(key)), true);
addEventListener("keyup", ({ key }) => MOVES.includes(key) && letGo(), true);
// Elsewhere it may be let go unseen.
addEventListener("blur", letGo);
addEventListener("pointerdown", letGo, true);

/** Something to be done now, but if a key is held then once, when it is let go. @param {() => void} act */
export function atRest(act) {
  return () => void (isHeld ? waiting.add(act) : act());
}
