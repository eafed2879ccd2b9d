/** Encoding: the model's version of a sound file, or of the present sound as another category. */

import { categoryLabel } from "../model/labels.js";
import { keyOf } from "../model/recipe.js";
import { categoryOf, chosenInverter, takeOf } from "../model/state.js";
import { WHOLE } from "../model/trim.js";

/** @import { App } from "./app.js" */

/** Characters of a file's name that are sent to the server. */
const MAX_NAME = 256;

export class Encoder {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** The last file, and the key of the sound that was made of it. */
    /** @type {{name: string, file: ArrayBuffer, key: string}|null} */
    this._last = null;
  }

  /**
   * Encode a sound file.
   * @param {string} name of the file
   * @param {ArrayBuffer} file
   * @param {{category?: string, play?: boolean}} [how] the server guesses the category if it is absent
   * @returns {Promise<boolean|null>} whether it is the present sound now; null if another was asked for meanwhile
   */
  async upload(name, file, { category, play = true } = {}) {
    const app = this._app;
    app.store.dispatch({ type: "draw-forgotten" });
    const values = {
      name: [...name].slice(0, MAX_NAME).join(""), ...(category && { category }), ...chosenInverter(app.state),
    };
    const isTaken = await this._during(
      category ? `Encoding ${name} as ${categoryLabel(category)} …` : `Encoding ${name} …`,
      () => app.take(() => app.client.upload(file, values), { change: { trim: WHOLE }, play, yields: true }),
    );
    if (isTaken && app.project.recipe) {
      this._last = { name, file, key: keyOf(app.project.recipe) };
      void app.maps.load(categoryOf(app.state));
    }
    return isTaken;
  }

  /**
   * Encode the present sound as another category. If it came from a file, the file is encoded again: it
   * has details that the reconstruction lacks.
   * @param {string} category
   * @returns {Promise<boolean|null>} as for `upload`
   */
  async encodeAs(category) {
    const app = this._app;
    const { recipe } = app.project;
    if (!recipe) return false;
    if (this._last?.key === keyOf(recipe)) {
      return this.upload(this._last.name, this._last.file, { category });
    }
    return this._during(`Encoding this sound as ${categoryLabel(category)} …`, () => this._encode(category));
  }

  /**
   * Show that a task is in progress, for as long as it takes.
   * @template T
   * @param {string} words
   * @param {() => Promise<T>} task
   */
  async _during(words, task) {
    const { store } = this._app;
    store.dispatch({ type: "wait-began", words });
    try {
      return await task();
    } finally {
      store.dispatch({ type: "wait-ended" });
    }
  }

  /** @param {string} category */
  async _encode(category) {
    const app = this._app;
    app.store.dispatch({ type: "draw-forgotten" });
    if (!(await app.newSounds.ensureRecent()) || !app.state.sound) return false;
    const { id: of, samples } = app.state.sound;
    const values = { of, category, take: takeOf(app.state), ...chosenInverter(app.state) };
    const isTaken = await app.request("encode", values, {
      change: { trim: WHOLE }, original: samples, yields: true,
    });
    if (isTaken) void app.maps.load(category);
    return isTaken;
  }
}
