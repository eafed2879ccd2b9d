/** Short messages at the foot of the page. */

import { byId } from "./dom.js";

/** @import { Store } from "../model/store.js" */

/** How long a message is shown. Its time passes only while the page can be seen. */
export const SECONDS = 6;

/** Show the state's notices, each for a while. @param {Store} store */
export function startNotices(store) {
  const box = byId("notice");
  let timer = 0;
  const endLater = () => {
    clearTimeout(timer);
    if (document.hidden || !store.state.notice) return;
    timer = window.setTimeout(() => store.dispatch({ type: "notice-ended" }), 1000 * SECONDS);
  };
  // A link may be opened in a tab that the user looks at later.
  document.addEventListener("visibilitychange", endLater);
  store.subscribe(({ notice }, before) => {
    if (notice === before.notice) return;
    endLater();
    box.classList.toggle("on", notice !== null);
    if (!notice) return; // the text stays while it fades
    box.textContent = notice.sentence;
    box.classList.toggle("bad", notice.isError);
  });
}
