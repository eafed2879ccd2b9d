/** What takes a while, said for as long as it does. */

export class Waits {
  /** @param {import("./app.js").App} app fires `busy` when there is something else to say */
  constructor(app) {
    this._app = app;
    this._count = 0;
    /** "" if nothing takes a while. */
    this.words = "";
  }

  /**
   * @template T
   * @param {string} words
   * @param {() => Promise<T>} work
   */
  async during(words, work) {
    this._count += 1;
    this._say(words);
    try {
      return await work();
    } finally {
      this._count -= 1;
      if (!this._count) this._say("");
    }
  }

  /** @param {string} words */
  _say(words) {
    this.words = words;
    this._app.dispatchEvent(new Event("busy"));
  }
}
