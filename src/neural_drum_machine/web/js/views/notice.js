/** Short messages at the foot of the page. */

import { byId } from "./dom.js";

/** @import { Store } from "../model/store.js" */

const SECONDS = 6;

/** Show the state's notices, each for a while. @param {Store} store */
export function startNotices(store) {
  const box = byId("notice");
  let timer = 0;
  store.subscribe(({ notice }, before) => {
    if (notice === before.notice) return;
    clearTimeout(timer);
    box.classList.toggle("on", notice !== null);
    if (!notice) return; // the text stays while it fades
    box.textContent = notice.sentence;
    box.classList.toggle("bad", notice.isError);
    timer = window.setTimeout(() => store.dispatch({ type: "notice-ended" }), 1000 * SECONDS);
  });
}
