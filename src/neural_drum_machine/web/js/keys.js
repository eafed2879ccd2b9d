/** The computer's keyboard. What is typed into a field stays there. */

/** By place on the keyboard, so that it is the same on every layout. */
const PAD_CODES = [
  ["Digit1", "KeyA"], ["Digit2", "KeyS"], ["Digit3", "KeyD"], ["Digit4", "KeyF"],
  ["Digit5", "KeyG"], ["Digit6", "KeyH"], ["Digit7", "KeyJ"], ["Digit8", "KeyK"],
];

/**
 * @param {{pad: (n: number, velocity: number) => void, play: () => void, random: () => void,
 *   variation: () => void, take: () => void, undo: () => void, redo: () => void,
 *   keep: () => void, help: () => void}} act
 */
export function startKeys(act) {
  // Who put the focus where it is: keys belong to a control only if keys went there.
  let byPointer = false;
  addEventListener("pointerdown", () => (byPointer = true), true);
  addEventListener("keydown", ({ key }) => key === "Tab" && (byPointer = false), true);
  addEventListener("change", ({ target }) => {
    const box = /** @type {HTMLElement} */ (target);
    if (byPointer && box.matches("input[type=checkbox]")) box.blur();
  });
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (document.querySelector("dialog[open]")) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.altKey && event.code === "KeyZ") {
      event.preventDefault();
      event.shiftKey ? act.redo() : act.undo();
      return;
    }
    if (command && event.code === "KeyY") {
      event.preventDefault();
      act.redo();
      return;
    }
    if (command || event.altKey || event.repeat) return;
    if (target.matches("textarea, input[type=text], input[type=number]")) return;
    if (target.matches("select") && (!byPointer || isOpen(target))) return;
    const pad = PAD_CODES.findIndex((codes) => codes.includes(event.code));
    if (pad >= 0) {
      event.preventDefault();
      act.pad(pad, event.shiftKey ? 0.45 : 1);
      return;
    }
    if (event.key === "?") {
      act.help();
      return;
    }
    // A button or a box that has the focus has Space for itself.
    const ownSpace = target.matches("button, a, summary, [role=button], input[type=checkbox]");
    if (event.code === "Space" && ownSpace) return;
    const action = {
      Space: act.play, KeyR: act.random, KeyV: act.variation, KeyT: act.take, KeyP: act.keep,
    }[event.code];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** Whether a list of choices is shown; where the browser does not say, none is. @param {Element} list */
function isOpen(list) {
  try {
    return list.matches(":open");
  } catch {
    return false;
  }
}
