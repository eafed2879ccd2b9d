/** Sounds heard through the model: files, and the present sound as another drum. */

import { named } from "./dom.js";
import { keyOf } from "./project.js";
import { WHOLE } from "./shape.js";

export class Hearing {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    /** The last file, and what the sound is called that came of it. */
    /** @type {{name: string, file: ArrayBuffer, key: string}|null} */
    this._last = null;
  }

  /**
   * Hear a file.
   * @param {string} name
   * @param {ArrayBuffer} file
   * @param {{category?: string, play?: boolean}} [how] `category`: guessed if absent
   * @returns {Promise<boolean|null>} whether a sound came of it; null if another was asked for meanwhile
   */
  async upload(name, file, { category, play = true } = {}) {
    const app = this._app;
    app.drawn = null;
    const values = { ...(category && { category }), ...app.inverter };
    const taken = await app.waits.during(
      category ? `Hearing ${name} as ${named(category)} …` : `Hearing ${name} …`,
      () => app.request("upload", values, { file, change: { trim: WHOLE }, play, yields: true }),
    );
    if (taken && app.project.recipe) {
      this._last = { name, file, key: keyOf(app.project.recipe) };
      void app.maps.show(app.category);
    }
    return taken;
  }

  /**
   * Hear the present sound as a drum of another category. What came of a file is heard from the
   * file once more: it has what the model did not keep.
   * @param {string} category
   * @returns {Promise<boolean|null>} as of `upload`
   */
  async as(category) {
    const app = this._app;
    const { recipe } = app.project;
    if (!recipe) return false;
    if (this._last?.key === keyOf(recipe)) {
      return this.upload(this._last.name, this._last.file, { category });
    }
    return app.waits.during(`Hearing it as ${named(category)} …`, () => this._encode(category));
  }

  /** @param {string} category */
  async _encode(category) {
    const app = this._app;
    app.drawn = null;
    if (!(await app.drums.known()) || !app.sound) return false;
    const { id: of, samples } = app.sound;
    const values = { of, category, take: app.take, ...app.inverter };
    const how = { change: { trim: WHOLE }, original: samples, yields: true };
    const taken = await app.request("encode", values, how);
    if (taken) void app.maps.show(category);
    return taken;
  }
}
