/** The switch for shortcuts with single keys, as WCAG 2.1.4 asks for. The browser remembers it. */

import { readStored, writeStored } from "../commands/browser-storage.js";
import { byId } from "../views/dom.js";

/** @import { Store } from "../model/store.js" */

const KEY = "ndm.single-keys";

/** @param {Store} store */
export function startSingleKeys(store) {
  const box = /** @type {HTMLInputElement} */ (byId("single-keys"));
  const set = (/** @type {boolean} */ hasSingleKeys) => store.dispatch({ type: "option-set", options: { hasSingleKeys } });
  box.checked = readStored(KEY) !== "off";
  set(box.checked);
  box.addEventListener("change", () => {
    writeStored(KEY, box.checked ? "on" : "off");
    set(box.checked);
  });
}
