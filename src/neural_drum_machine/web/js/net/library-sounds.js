/** The samples of library sounds, for playing under the finger: from memory, or asked for, newest first. */

/** @import { Client } from "./client.js" */
/** @import { LibrarySamples } from "./library-message.js" */

/** The sounds in memory, and the requests at a time. */
const [CAPACITY, AT_ONCE] = [400, 2];

export class LibrarySounds {
  /** @param {Pick<Client, "ask">} client */
  constructor(client) {
    this._client = client;
    /** @type {Map<number, Promise<LibrarySamples>>} the ones that were asked for first come first */
    this._sounds = new Map();
    this._running = 0;
    /** Tells the request that waits whether it may go on. @type {((may: boolean) => void)|null} */
    this._tell = null;
  }

  /** Forget everything. */
  clear() {
    this._sounds.clear();
  }

  /**
   * @param {number} id
   * @returns {Promise<LibrarySamples|null>} null if a newer request has taken its place; rejected with a Refusal
   */
  async get(id) {
    const known = this._sounds.get(id);
    if (known) return known;
    if (this._running >= AT_ONCE) {
      this._tell?.(false);
      const may = await new Promise((/** @type {(may: boolean) => void} */ tell) => (this._tell = tell));
      if (!may) return null;
    }
    this._running += 1;
    const asked = this._client.ask("library_audio", { sound: id, channels: 2 });
    this._sounds.set(id, asked);
    for (const oldest of this._sounds.keys()) {
      if (this._sounds.size <= CAPACITY) break;
      this._sounds.delete(oldest);
    }
    try {
      return await asked;
    } catch (error) {
      this._sounds.delete(id); // the file may be back the next time
      throw error;
    } finally {
      this._running -= 1;
      const tell = this._tell;
      this._tell = null;
      tell?.(true);
    }
  }
}
