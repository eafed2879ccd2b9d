/** A worker that answers as the server does, with the surface of a WebSocket. */

import { trustedUrl } from "./trusted-url.js";

/** The window's event after all that sounds need was loaded. */
export const ALL_LOADED = "ndm-all-loaded";

/** Messages with samples of the user's own, and kits with voices that have some. */
const OWN = /^\{"type":"(upload|own)"/;
const VOICES = /"own":\["/;

/** The header of a binary message. @param {Uint8Array} data */
function headOf(data) {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  return new TextDecoder().decode(data.subarray(4, 4 + length));
}

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
    if (data instanceof Uint8Array && OWN.test(headOf(data))) void this._sendOwn(data);
    else if (typeof data === "string" && VOICES.test(data)) void this._sendKit(data);
    else this._worker.postMessage(data);
  }

  /** Send a sample of the user's own. Workers cannot decode files, so this page does. @param {Uint8Array} data */
  async _sendOwn(data) {
    try {
      const { readOwn } = await import("./own-audio.js");
      this._post(await readOwn(data));
    } catch (error) {
      this._refuse(JSON.parse(headOf(data)).id, error);
    }
  }

  /** Send a kit, and before it the own sounds of its voices. @param {string} text */
  async _sendKit(text) {
    const asked = JSON.parse(text);
    try {
      const { ownsOf } = await import("./own-audio.js");
      for (const own of await ownsOf(asked)) this._post(own);
      this._worker.postMessage(text);
    } catch (error) {
      this._refuse(asked.id, error);
    }
  }

  /** @param {{asked: object, audio: {channels: Float32Array[]}}} message */
  _post(message) {
    this._worker.postMessage(message, message.audio.channels.map((each) => each.buffer));
  }

  /** @param {number} id @param {unknown} error */
  _refuse(id, error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const data = JSON.stringify({ type: "error", id, code: "bad-audio", sentence });
    this.onmessage?.(new MessageEvent("message", { data }));
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
