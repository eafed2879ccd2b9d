/**
 * The way to what makes the sounds: a WebSocket to the server of this page, or, on a page that `ndm site` wrote, a
 * worker with the engine. Both have the same surface and the same messages.
 */

import { trustedUrl } from "./trusted-url.js";
import { ALL_LOADED, WorkerSocket } from "./worker-socket.js";

/** What a client needs of a WebSocket. @typedef {Pick<WebSocket, "send"|"readyState"|"onopen"|"onclose"|"onmessage"|"binaryType">} Way */

/** Whether this page has no server. */
const isAlone = document.querySelector('meta[name="ndm-way"]')?.getAttribute("content") === "worker";

/** @returns {Way} */
export function openWay() {
  if (isAlone) keepOffline();
  return isAlone ? new WorkerSocket() : new WebSocket(`ws://${location.host}/ws`);
}

/** Keep the whole page in the browser, for times without a network. After all was loaded: it would take longer. */
function keepOffline() {
  const register = () => void navigator.serviceWorker?.register(trustedUrl(new URL("../../sw.js", import.meta.url)));
  addEventListener(ALL_LOADED, register, { once: true });
}
