/** Sounds by their recipes: from memory, or recalled by the server. */

import { keyOf, recallOf } from "./project.js";

/** Sounds that are kept, with their samples. */
const KEPT = 48;
/** Recalls at a time: the server lets eight of a client wait. */
const AT_ONCE = 4;

export class Library {
  /** @param {import("./client.js").Client} client */
  constructor(client) {
    this._client = client;
    /** @type {Map<string, import("./wire.js").Sound>} in the order of use */
    this._sounds = new Map();
    this._busy = 0;
    /** @type {(() => void)[]} */
    this._queue = [];
  }

  get size() {
    return this._sounds.size;
  }

  /** @param {string} key @param {import("./wire.js").Sound} sound */
  keep(key, sound) {
    this._sounds.delete(key);
    this._sounds.set(key, sound);
    if (this._sounds.size > KEPT) {
      this._sounds.delete(/** @type {string} */ (this._sounds.keys().next().value));
    }
  }

  /**
   * A sound whose samples are at hand, else undefined. What is looked at stays.
   * @param {import("./project.js").Recipe} recipe
   */
  peek(recipe) {
    const key = keyOf(recipe);
    const found = this._sounds.get(key);
    if (found) this.keep(key, found);
    return found;
  }

  /**
   * @param {import("./project.js").Recipe} recipe
   * @returns {Promise<import("./wire.js").Sound>}
   */
  async get(recipe) {
    const key = keyOf(recipe);
    const found = this._sounds.get(key);
    if (found) {
      this.keep(key, found);
      return found;
    }
    if (this._busy >= AT_ONCE) await new Promise((go) => this._queue.push(() => go(null)));
    this._busy += 1;
    try {
      const sound = await this._client.ask("recall", recallOf(recipe));
      this.keep(key, sound);
      return sound;
    } finally {
      this._busy -= 1;
      this._queue.shift()?.();
    }
  }
}
