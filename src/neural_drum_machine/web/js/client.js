/** The connection to the server: questions, their answers, and coming back when it was away. */

import { readSound, writeUpload } from "./wire.js";

/** Milliseconds to wait before each new try. */
const WAITS = [250, 500, 1000, 2000, 4000];
/** How many of a connection's last sounds the server remembers. */
const REMEMBERED = 64;

/** Why a question has no answer: `code` is the protocol's, `superseded` or `gone`. */
export class Refusal extends Error {
  /** @param {string} code @param {string} sentence */
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/**
 * Fires `open` (detail: the server's hello) and `close`.
 */
export class Client extends EventTarget {
  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    /** Counts connections: ids are known to the server within one only. */
    this.epoch = 0;
    this.isOpen = false;
    this._next = 1;
    this._tries = 0;
    /** @type {Map<number, {resolve: (r: any) => void, reject: (e: Error) => void}>} */
    this._waiting = new Map();
    /** @type {WebSocket|null} */
    this._socket = null;
  }

  /** Connect, and connect again for as long as the page is open. */
  connect() {
    clearTimeout(this._timer);
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this._socket = socket;
    socket.onopen = () => socket.send('{"type":"hello"}');
    socket.onmessage = (event) => this._hear(event.data);
    socket.onclose = () => this._lost(socket);
  }

  /** Do not wait for the next try. */
  hurry() {
    if (!this.isOpen && this._socket?.readyState === WebSocket.CLOSED) this.connect();
  }

  /**
   * Ask for something.
   * @param {string} type
   * @param {Record<string, any>} values
   * @returns {Promise<any>} the answer; rejected with a Refusal
   */
  ask(type, values) {
    return this._await((id, socket) => socket.send(JSON.stringify({ type, id, ...values })));
  }

  /**
   * Have a sound file encoded.
   * @param {ArrayBuffer} file
   * @param {Record<string, any>} values
   * @returns {Promise<import("./wire.js").Sound>}
   */
  upload(file, values) {
    return this._await((id, socket) =>
      socket.send(writeUpload({ type: "upload", id, ...values }, file)),
    );
  }

  /** Whether the server still knows a sound by its id. @param {import("./wire.js").Sound} sound */
  isRemembered({ id, epoch }) {
    return epoch === this.epoch && this._next - id <= REMEMBERED;
  }

  /** @param {(id: number, socket: WebSocket) => void} send @returns {Promise<any>} */
  _await(send) {
    const socket = this._socket;
    if (!this.isOpen || !socket) {
      return Promise.reject(new Refusal("gone", "The server is not there."));
    }
    const id = this._next++;
    return new Promise((resolve, reject) => {
      this._waiting.set(id, { resolve, reject });
      send(id, socket);
    });
  }

  /** @param {string|ArrayBuffer} data */
  _hear(data) {
    if (typeof data !== "string") {
      const sound = { ...readSound(data), epoch: this.epoch };
      this._settle(sound.id, (waiting) => waiting.resolve(sound));
      return;
    }
    const reply = JSON.parse(data);
    if (reply.type === "hello") {
      this.isOpen = true;
      this.epoch += 1;
      this._tries = 0;
      this.dispatchEvent(new CustomEvent("open", { detail: reply }));
    } else if (reply.type === "superseded") {
      this._settle(reply.id, (w) => w.reject(new Refusal("superseded", "A newer one came.")));
    } else if (reply.type === "error") {
      this._settle(reply.id, (w) => w.reject(new Refusal(reply.code, reply.sentence)));
    } else if ("id" in reply) {
      this._settle(reply.id, (waiting) => waiting.resolve(reply));
    }
  }

  /** @param {number} id @param {(waiting: any) => void} how */
  _settle(id, how) {
    const waiting = this._waiting.get(id);
    this._waiting.delete(id);
    if (waiting) how(waiting);
  }

  /** @param {WebSocket} socket */
  _lost(socket) {
    if (socket !== this._socket) return;
    const wasOpen = this.isOpen;
    this.isOpen = false;
    const waiting = [...this._waiting.values()];
    this._waiting.clear();
    for (const { reject } of waiting) reject(new Refusal("gone", "The server is not there."));
    if (wasOpen || this._tries === 0) this.dispatchEvent(new Event("close"));
    const wait = WAITS[Math.min(this._tries, WAITS.length - 1)];
    this._tries += 1;
    this._timer = setTimeout(() => this.connect(), wait);
  }
}
