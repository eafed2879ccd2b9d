/** Sounds by their recipes: from memory, or recalled by the server. */

import { keyOf, recallOf } from "../model/recipe.js";

/** @import { Client } from "./client.js" */
/** @import { Sound } from "./sound-message.js" */
/** @import { Recipe } from "../model/recipe.js" */

/** The number of sounds in memory. */
export const CAPACITY = 48;
/** Recalls at a time. The server lets more of a client's requests wait: the rest is for other requests. */
const AT_ONCE = 4;

export class SoundCache {
  /** @param {Pick<Client, "ask">} client */
  constructor(client) {
    this._client = client;
    /** @type {Map<string, Sound>} the least recently used first */
    this._sounds = new Map();
    this._running = 0;
    /** @type {(() => void)[]} */
    this._queue = [];
  }

  get size() {
    return this._sounds.size;
  }

  /** Forget everything. */
  clear() {
    this._sounds.clear();
  }

  /** @param {Recipe} recipe @param {Sound} sound */
  keep(recipe, sound) {
    const key = keyOf(recipe);
    this._sounds.delete(key);
    this._sounds.set(key, sound);
    for (const oldest of this._sounds.keys()) {
      if (this._sounds.size <= CAPACITY) break;
      this._sounds.delete(oldest);
    }
  }

  /**
   * @param {Recipe} recipe
   * @returns {Promise<Sound>} rejected with a Refusal if the server does not make it
   */
  async get(recipe) {
    const found = this._sounds.get(keyOf(recipe));
    if (found) {
      this.keep(recipe, found);
      return found;
    }
    if (this._running >= AT_ONCE) {
      await new Promise((/** @type {(value: void) => void} */ go) => this._queue.push(go));
    }
    this._running += 1;
    try {
      const sound = await this._client.ask("recall", recallOf(recipe));
      this.keep(recipe, sound);
      return sound;
    } finally {
      this._running -= 1;
      this._queue.shift()?.();
    }
  }
}
