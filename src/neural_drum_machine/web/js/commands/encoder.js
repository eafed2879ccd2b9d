/** Taking a sound file in as an own sound, and turning the present sound into another category. */

import { categoryLabel } from "../model/labels.js";
import { offered } from "../model/qualities.js";
import { ownNumbers, recallOf } from "../model/recipe.js";
import { categoryOf, chosenInverter, takeOf } from "../model/state.js";
import { WHOLE } from "../model/trim.js";

/** @import { App } from "./app.js" */

/** Characters of a file's name that are sent to the server. */
const MAX_NAME = 256;

export class Encoder {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
  }

  /**
   * Take a sound file in.
   * @param {string} name of the file
   * @param {ArrayBuffer} file
   * @param {{play?: boolean}} [how]
   * @returns {Promise<boolean|null>} whether it is the present sound now; null if another was asked for meanwhile
   */
  async upload(name, file, { play = true } = {}) {
    const app = this._app;
    app.store.dispatch({ type: "draw-forgotten" });
    const values = { name: [...name].slice(0, MAX_NAME).join(""), ...chosenInverter(app.state) };
    const isTaken = await this._during(
      `Reading ${name} …`,
      () => app.take(() => app.client.upload(file, values), { change: { trim: WHOLE }, play, yields: true }),
    );
    if (isTaken && app.project.recipe) void app.maps.load(categoryOf(app.state));
    return isTaken;
  }

  /**
   * Turn the present sound into another category. A sound of one's own is bent to it; a drawn one is encoded,
   * and is the generator's.
   * @param {string} category
   * @returns {Promise<boolean|null>} as for `upload`
   */
  async encodeAs(category) {
    const app = this._app;
    const { recipe } = app.project;
    if (!recipe) return false;
    if (ownNumbers(recipe.exemplars).length) {
      const wish = offered(app.state.hello, category, recipe.wish);
      const isTaken = await app.request("recall", { ...recallOf({ ...recipe, wish }), to: category, t: 1 }, { yields: true });
      if (isTaken) void app.maps.load(category);
      return isTaken;
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
