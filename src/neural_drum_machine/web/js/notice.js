/** Short messages at the page's foot, and the line that says that the server is away. */

import { byId } from "./dom.js";

const SECONDS = 6;
/** What does nothing without a server. */
const ASKING = ["random", "variation", "take", "hear-as", "inverter", "open-sound"];
let timer = 0;

/** @param {string} sentence @param {"plain"|"bad"} [kind] */
export function notice(sentence, kind = "plain") {
  const box = byId("notice");
  box.textContent = sentence;
  box.classList.toggle("bad", kind === "bad");
  box.classList.add("on");
  clearTimeout(timer);
  timer = window.setTimeout(() => box.classList.remove("on"), 1000 * SECONDS);
}

/** Something has worked since: what went wrong before is told of no longer. */
export function troubleOver() {
  const { classList } = byId("notice");
  if (classList.contains("bad")) classList.remove("on");
}

/** @param {boolean} away */
export function serverAway(away) {
  byId("away").hidden = !away;
  for (const id of ASKING) /** @type {HTMLButtonElement} */ (byId(id)).disabled = away;
  document.body.classList.toggle("is-away", away);
}
