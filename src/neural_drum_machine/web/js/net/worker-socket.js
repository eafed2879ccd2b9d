/** A worker that answers as the server does, with the surface of a WebSocket. */

import { trustedUrl } from "./trusted-url.js";

/** The window's event after all that sounds need was loaded. */
export const ALL_LOADED = "ndm-all-loaded";

/** In a kit that has voices of the user's own. Binary messages hold files. */
const OWN = '"own":["';

/** @implements {Pick<WebSocket, "send"|"readyState"|"onopen"|"onclose"|"onmessage"|"binaryType">} */
export class WorkerSocket {
  /** @param {Worker} [worker] for tests */
  constructor(worker) {
    /** @type {BinaryType} */
    this.binaryType = "arraybuffer";
    /** @type {0|1|2|3} */
    this.readyState = WebSocket.CONNECTING;
    /** @type {((event: Event) => void)|null} */
    this.onopen = null;
    /** @type {((event: MessageEvent) => void)|null} */
    this.onmessage = null;
    /** @type {((event: CloseEvent) => void)|null} */
    this.onclose = null;
    this._worker = worker ?? new Worker(trustedUrl(new URL("../engine/worker.js", import.meta.url)), { type: "module" });
    this._worker.onmessage = (event) => {
      if (event.data === null) this._open();
      else if (event.data === true) dispatchEvent(new Event(ALL_LOADED));
      else this.onmessage?.(event);
    };
    this._worker.onerror = () => this._close();
  }

  /** @param {string|ArrayBufferLike|Blob|ArrayBufferView} data */
  send(data) {
    if (typeof data === "string" && !data.includes(OWN)) {
      this._worker.postMessage(data);
      return;
    }
    // Workers cannot decode files, so this page does.
    const answer = (/** @type {string} */ text) => this.onmessage?.(new MessageEvent("message", { data: text }));
    import("./own-audio.js").then(({ sendOwn }) => sendOwn(data, this._worker, answer)).catch(() => this._close());
  }

  _open() {
    this.readyState = WebSocket.OPEN;
    this.onopen?.(new Event("open"));
  }

  _close() {
    this._worker.terminate();
    this.readyState = WebSocket.CLOSED;
    this.onclose?.(new CloseEvent("close"));
  }
}
