/** The connection to the server: requests, their replies, and reconnecting. */

import { toBase64 } from "../model/base64.js";
import { ownNumbers } from "../model/recipe.js";
import { OwnSounds } from "./own-sounds.js";
import { answerOf } from "./library-message.js";
import { layersOf, readBinary, soundOf, writeBinary } from "./sound-message.js";

/** @import { AxisReply, CancelReply, GrooveReply, HelloReply, KitReply, OwnReply, PadMapReply, ProgressReply, Reply, Requests, StylesReply, ValuesReply } from "./messages.js" */
/** @import { LibraryAnswers, MadeFile } from "./library-message.js" */
/** @import { Sound, SoundLayers } from "./sound-message.js" */
/** @import { Way } from "./way.js" */

/**
 * The answers to requests that no sound answers.
 * @typedef {LibraryAnswers & {
 *   pad_map: PadMapReply, describe: ValuesReply, axis: AxisReply, kit: KitReply, layers: SoundLayers, kit_vary: KitReply, kit_swap: KitReply,
 *   styles: StylesReply, groove_export: MadeFile, humanize: MadeFile, export_kit: MadeFile, cancel: CancelReply,
 * }} Answers
 */
/** The types of requests that a sound answers. @typedef {Exclude<keyof Requests, "hello"|"ping"|"status"|"own"|"upload"|"groove_import"|keyof Answers>} SoundType */
/** The values of a request, which the connection gives its id. @typedef {{[T in keyof Requests]: Omit<Requests[T], "type"|"id">}} Values */
/** @typedef {{resolve: (reply: any) => void, reject: (error: Error) => void, progress?: (progress: ProgressReply) => void}} Waiting */
/**
 * How a request that takes long is followed: `progress` is told how far it has come, `signal` gives it up (it is then
 * refused as `cancelled`).
 * @typedef {{progress?: (progress: ProgressReply) => void, signal?: AbortSignal}} Following
 */

/** The requests whose sounds have two channels if drawn drums have a width. @type {ReadonlySet<string>} */
const WIDE = new Set(["generate", "random", "variation", "bend", "encode", "recall", "move", "morph", "layers", "library_between"]);
/** Milliseconds before each new attempt to connect. */
const DELAYS = [250, 500, 1000, 2000, 4000];

/** A request without an answer. `code` is an error code of the protocol, `superseded` or `away`. */
export class Refusal extends Error {
  /** @param {string} code @param {string} sentence */
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/** Fires `open` (detail: the server's hello) and `close`. */
export class Client extends EventTarget {
  /** @param {() => Way} open opens the way to what makes the sounds */
  constructor(open) {
    super();
    this._open = open;
    this.isOpen = false;
    /** @type {HelloReply|null} */
    this._hello = null;
    /** Counts the connections. */
    this._connection = 0;
    this._nextId = 1;
    this._attempts = 0;
    this._timer = 0;
    /** @type {Map<number, Waiting>} */
    this._waiting = new Map();
    /** @type {Way|null} */
    this._socket = null;
    this.owns = new OwnSounds();
  }

  /** Whether every request is answered. */
  get isIdle() {
    return this._waiting.size === 0;
  }

  /** Connect, and reconnect as long as the page is open. */
  connect() {
    clearTimeout(this._timer);
    const socket = this._open();
    socket.binaryType = "arraybuffer";
    this._socket = socket;
    socket.onopen = () => socket.send('{"type":"hello"}');
    socket.onmessage = (event) => this._receive(event.data);
    socket.onclose = () => this._lose(socket);
  }

  /** Reconnect now rather than after the delay. */
  hurry() {
    if (!this.isOpen && this._socket?.readyState === WebSocket.CLOSED) this.connect();
  }

  /**
   * Send a request.
   * @template {SoundType|keyof Answers} T
   * @param {T} type
   * @param {Values[T]} values
   * @param {Following} [following]
   * @returns {Promise<T extends keyof Answers ? Answers[T] : Sound>} rejected with a Refusal
   */
  ask(type, values, following) {
    const { exemplars = [], to_exemplars = [] } = /** @type {{exemplars?: number[], to_exemplars?: number[]}} */ (values);
    const asked = { ...(this._hello?.width && WIDE.has(type) && { channels: 2 }), ...values };
    const send = () => this._request((id, socket) => socket.send(JSON.stringify({ type, id, ...asked })), following);
    const own = [...exemplars, ...to_exemplars];
    return ownNumbers(own).length ? this._askWithOwn(send, own) : send();
  }

  /**
   * Send a request that names own sounds, once the server knows them.
   * @template T
   * @param {() => Promise<T>} send @param {number[]} exemplars
   */
  async _askWithOwn(send, exemplars) {
    await this._tell(this.owns.untold(exemplars));
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "unknown-sound") throw error;
      this.owns.forgetTold(); // the server has room for some hundreds
      const again = this.owns.untold(exemplars);
      if (!again.length) throw error;
      await this._tell(again);
      return send();
    }
  }

  /** Send the compact forms of own sounds. @param {number[]} numbers */
  async _tell(numbers) {
    for (const number of numbers) await this.tellForm(this.owns.bytes(number));
  }

  /**
   * Send a compact form.
   * @param {Uint8Array<ArrayBuffer>} form
   * @returns {Promise<number>} its number
   */
  async tellForm(form) {
    /** @type {OwnReply} */
    const { number } = await this._request((id, socket) => socket.send(writeBinary({ type: "own", id }, form.buffer)));
    this.owns.tell(number);
    this.owns.keep(number, toBase64(form));
    return number;
  }

  /**
   * Have a sound file encoded.
   * @param {ArrayBuffer} file
   * @param {Values["upload"]} values
   * @returns {Promise<Sound>} rejected with a Refusal
   */
  upload(file, values) {
    return this._request((id, socket) =>
      socket.send(writeBinary({ type: "upload", id, ...values }, file)),
    );
  }

  /**
   * Have a MIDI file read.
   * @param {ArrayBuffer} file
   * @param {Values["groove_import"]} values
   * @returns {Promise<GrooveReply>} rejected with a Refusal
   */
  importGroove(file, values) {
    return this._request((id, socket) =>
      socket.send(writeBinary({ type: "groove_import", id, ...values }, file)),
    );
  }

  /** Whether the server still finds a sound by its id. @param {Sound} sound */
  isRecent({ id, connection }) {
    const recent = this._hello?.limits.recent_sounds ?? 0;
    return connection === this._connection && this._nextId - id <= recent;
  }

  /** @param {(id: number, socket: Way) => void} send @param {Following} [following] @returns {Promise<any>} */
  _request(send, { progress, signal } = {}) {
    const socket = this._socket;
    if (!this.isOpen || !socket) return Promise.reject(away());
    const id = this._nextId++;
    return new Promise((resolve, reject) => {
      this._waiting.set(id, { resolve, reject, progress });
      send(id, socket);
      const giveUp = () => {
        if (this._waiting.has(id)) this.ask("cancel", { of: id }).catch(() => {}); // a closed connection ends it, too
      };
      if (signal?.aborted) giveUp();
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** @param {string|ArrayBuffer} data */
  _receive(data) {
    if (typeof data !== "string") {
      const { header, body } = readBinary(data);
      if (header.type === "layers") {
        this._answer(header.id, ({ resolve }) => resolve(layersOf(header, body)));
        return;
      }
      if (header.type !== "sound") {
        this._answer(header.id, ({ resolve }) => resolve(answerOf(header, body)));
        return;
      }
      const sound = { ...soundOf(header, body), connection: this._connection };
      if (sound.own && sound.exemplars) {
        this.owns.keep(sound.exemplars[0], sound.own);
        this.owns.tell(sound.exemplars[0]);
      }
      this._answer(sound.id, ({ resolve }) => resolve(sound));
      return;
    }
    /** @type {Reply} */
    const reply = JSON.parse(data);
    if (reply.type === "hello") {
      this.isOpen = true;
      this._hello = reply;
      this._connection += 1;
      this.owns.forgetTold();
      this._attempts = 0;
      this.dispatchEvent(new CustomEvent("open", { detail: reply }));
    } else if (reply.type === "superseded") {
      const refusal = new Refusal("superseded", "A newer request replaced this one.");
      this._answer(reply.id, ({ reject }) => reject(refusal));
    } else if (reply.type === "error") {
      const { code, id, sentence } = reply;
      this._answer(id, ({ reject }) => reject(new Refusal(code, sentence)));
    } else if (reply.type === "progress") {
      this._waiting.get(reply.id)?.progress?.(reply);
    } else if ("id" in reply) {
      this._answer(reply.id, ({ resolve }) => resolve(reply));
    }
  }

  /** @param {number} id @param {(waiting: Waiting) => void} how */
  _answer(id, how) {
    const waiting = this._waiting.get(id);
    this._waiting.delete(id);
    if (waiting) how(waiting);
  }

  /** @param {Way} socket */
  _lose(socket) {
    if (socket !== this._socket) return;
    const wasOpen = this.isOpen;
    this.isOpen = false;
    const waiting = [...this._waiting.values()];
    this._waiting.clear();
    for (const { reject } of waiting) reject(away());
    if (wasOpen || this._attempts === 0) this.dispatchEvent(new Event("close"));
    const delay = DELAYS[Math.min(this._attempts, DELAYS.length - 1)];
    this._attempts += 1;
    this._timer = setTimeout(() => this.connect(), delay);
  }
}

function away() {
  return new Refusal("away", "The server is not running.");
}
