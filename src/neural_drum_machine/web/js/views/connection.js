/** Shows that the server is away, and disables the controls that need it. */

import { byId } from "./dom.js";

/** @import { Store } from "../model/store.js" */

const NEED_SERVER = ["random", "eight", "category", "inverter", "new-kit", "vary-kit", "swap"];

/** @param {Store} store */
export function startConnectionView(store) {
  store.subscribe(({ isAway }, before) => {
    if (isAway === before.isAway) return;
    byId("away").hidden = !isAway;
    for (const id of NEED_SERVER) /** @type {HTMLButtonElement} */ (byId(id)).disabled = isAway;
    document.body.classList.toggle("is-away", isAway);
  });
}
