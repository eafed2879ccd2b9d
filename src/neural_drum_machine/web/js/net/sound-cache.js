/** Sounds by their recipes: from memory, or recalled by the server. */

import { keepRecent } from "../model/keep-recent.js";
import { keyOf, recallOf } from "../model/recipe.js";

/** @import { Client } from "./client.js" */
/** @import { Sound } from "./sound-message.js" */
/** @import { Recipe } from "../model/recipe.js" */

/** The number of sounds in memory. */
export const CAPACITY = 96;
/** Recalls at a time. The server lets more of a client's requests wait: the rest is for other requests. */
const AT_ONCE = 4;
/** Milliseconds before a busy server is asked again. */
const WAITS = [200, 400, 800];

export class SoundCache {
  /** @param {Pick<Client, "ask">} client */
  constructor(client) {
    this._client = client;
    /** @type {Map<string, Sound>} the least recently used first */
    this._sounds = new Map();
    /** Recalls that are not answered yet, by key: no sound is asked for twice. @type {Map<string, Promise<Sound>>} */
    this._coming = new Map();
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
    keepRecent(this._sounds, keyOf(recipe), sound, CAPACITY);
  }

  /**
   * @param {Recipe} recipe
   * @returns {Promise<Sound>} rejected with a Refusal if the server does not make it
   */
  async get(recipe) {
    const key = keyOf(recipe);
    const found = this._sounds.get(key);
    if (found) {
      this.keep(recipe, found);
      return found;
    }
    const coming = this._coming.get(key) ?? this._recall(recipe).finally(() => this._coming.delete(key));
    this._coming.set(key, coming);
    return coming;
  }

  /** @param {Recipe} recipe */
  async _recall(recipe) {
    if (this._running >= AT_ONCE) {
      await new Promise((/** @type {(value: void) => void} */ go) => this._queue.push(go));
    }
    this._running += 1;
    try {
      const sound = await this._patiently(recipe);
      this.keep(recipe, sound);
      return sound;
    } finally {
      this._running -= 1;
      this._queue.shift()?.();
    }
  }

  /** Recall a sound; a server that is busy is asked again, so that no pad stays empty. @param {Recipe} recipe */
  async _patiently(recipe) {
    for (const wait of WAITS) {
      try {
        return await this._client.ask("recall", recallOf(recipe));
      } catch (error) {
        if (!(error instanceof Error) || !("code" in error) || error.code !== "busy") throw error;
        await new Promise((go) => setTimeout(go, wait));
      }
    }
    return this._client.ask("recall", recallOf(recipe));
  }
}
