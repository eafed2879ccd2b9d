/** Dark and light: as the system has it, or as was chosen. */

import { byId } from "./dom.js";

const KEY = "ndm.theme";
const WORDS = { auto: "as the system", dark: "dark", light: "light" };

/** @param {() => void} changed called when colours are others */
export function startTheme(changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  /** @type {keyof typeof WORDS} */
  let choice = "auto";
  try {
    const stored = localStorage.getItem(KEY);
    if (stored && stored in WORDS) choice = /** @type {keyof typeof WORDS} */ (stored);
  } catch {
    // A browser may keep nothing; then nothing was chosen.
  }
  const button = byId("theme");
  const apply = () => {
    document.documentElement.dataset.theme =
      choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    button.setAttribute("aria-label", `Colours: ${WORDS[choice]}`);
    button.title = `Colours: ${WORDS[choice]}`;
    changed();
  };
  button.addEventListener("click", () => {
    const order = /** @type {(keyof typeof WORDS)[]} */ (Object.keys(WORDS));
    choice = order[(order.indexOf(choice) + 1) % order.length];
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // It holds until the page is closed.
    }
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
