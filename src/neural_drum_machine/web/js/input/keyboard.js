/** The computer's keyboard. Keys that a control needs itself stay with the control. */

import { keyCommand } from "./key-commands.js";

/** @import { CommandName, KeyCommand } from "./key-commands.js" */

/**
 * @param {Record<CommandName, () => void>} commands
 * @param {(n: number, velocity: number) => void} pressPad
 * @param {(n: number) => void} showPattern
 * @param {() => boolean} hasSingleKeys
 */
export function startKeyboard(commands, pressPad, showPattern, hasSingleKeys) {
  // A control that was focused with a pointer does not take keys from the page.
  let byPointer = false;
  addEventListener("pointerdown", () => (byPointer = true), true);
  addEventListener("keydown", ({ key }) => key === "Tab" && (byPointer = false), true);
  addEventListener("change", ({ target }) => {
    const box = /** @type {HTMLElement} */ (target);
    if (byPointer && box.matches("input[type=checkbox]")) box.blur();
  });
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const command = keyCommand(event, hasSingleKeys());
    if (!command || belongsTo(/** @type {HTMLElement} */ (event.target), command, byPointer)) return;
    event.preventDefault();
    if (command.name === "drum-pad") pressPad(command.n, command.velocity);
    else if (command.name === "pattern") showPattern(command.n);
    else commands[command.name]();
  });
}

/**
 * Whether the focused control has the key for itself.
 * @param {HTMLElement} target
 * @param {KeyCommand} command
 * @param {boolean} byPointer
 */
function belongsTo(target, { name }, byPointer) {
  if (target.matches("textarea, input[type=text], input[type=search]")) return true;
  // A number takes digits and Enter; letters are free.
  if (target.matches("input[type=number]")) return name !== "run" && name !== "undo" && name !== "redo";
  if (name === "undo" || name === "redo") return false;
  if (target.matches("select")) return !byPointer || isOpen(target);
  if (name === "play" && target.matches("button, a, summary, [role=button]")) return true;
  if (name === "play") return !byPointer && target.matches("input, [role=slider]");
  return name === "run" && !byPointer && target.matches("button, a, summary, [role=button], input[type=checkbox], input[type=radio]");
}

/** Whether a list of choices is open. Some browsers do not tell. @param {Element} list */
function isOpen(list) {
  try {
    return list.matches(":open");
  } catch {
    return false;
  }
}
