/** The dark and the light theme: the system's, or the one that was chosen. */

import { readStored, writeStored } from "../commands/browser-storage.js";
import { byId } from "../views/dom.js";

const KEY = "ndm.theme";
const WORDS = { auto: "as the system", dark: "dark", light: "light" };

/** @param {() => void} changed called when the colours have changed */
export function startTheme(changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  /** @type {keyof typeof WORDS} */
  let choice = "auto";
  const stored = readStored(KEY);
  if (stored && stored in WORDS) choice = /** @type {keyof typeof WORDS} */ (stored);
  const button = byId("theme");
  const apply = () => {
    document.documentElement.dataset.theme =
      choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    button.setAttribute("aria-label", `Colours: ${WORDS[choice]}`);
    button.textContent = WORDS[choice].charAt(0).toUpperCase() + WORDS[choice].slice(1);
    changed();
  };
  button.addEventListener("click", () => {
    const order = /** @type {(keyof typeof WORDS)[]} */ (Object.keys(WORDS));
    choice = order[(order.indexOf(choice) + 1) % order.length];
    writeStored(KEY, choice);
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
