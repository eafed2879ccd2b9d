/** Taking a sound file in as an own sound, and turning the present sound into another category. */

import { categoryLabel } from "../model/labels.js";
import { offered } from "../model/qualities.js";
import { movedOf, ownNumbers, recallOf, recipeOf } from "../model/recipe.js";
import { chosenInverter, takeOf } from "../model/state.js";
import { askedOf } from "../model/taught-axes.js";
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
    const values = { name: [...name].slice(0, MAX_NAME).join(""), channels: 2, ...chosenInverter(app.state) };
    const isTaken = await this._during(
      `Reading ${name} …`,
      () => app.take(() => app.client.upload(file, values), { change: { trim: WHOLE }, play, yields: true }),
    );
    return isTaken;
  }

  /**
   * Turn the present sound into another category. A sound of one's own is bent to it; a drawn one is encoded,
   * and is the generator's. Either keeps what was asked of it, as far as the category has it.
   * @param {string} category
   * @returns {Promise<boolean|null>} as for `upload`
   */
  async encodeAs(category) {
    const app = this._app;
    const { recipe } = app.project;
    if (!recipe) return false;
    if (ownNumbers(recipe.exemplars).length) {
      const { wish } = this.kept(category);
      const isTaken = await app.request("recall", { ...movedOf({ ...recipe, wish, along: null }), to: category, t: 1 }, { yields: true });
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
    const { channels, id: of } = app.state.sound;
    const values = { of, category, take: takeOf(app.state), ...chosenInverter(app.state) };
    const wish = this.kept(category).wish;
    const isTaken = await app.take(async () => {
      const sound = await app.client.ask("encode", values);
      if (!Object.keys(wish).length) return sound;
      return app.client.ask("recall", { ...recallOf(recipeOf(sound)), ...wish });
    }, { change: { trim: WHOLE }, original: channels, yields: true });
    return isTaken;
  }

  /**
   * What was asked of the present sound: the values that another category has, and the names of the others.
   * @param {string} category
   */
  kept(category) {
    const { project: { recipe }, state: { hello } } = this._app;
    const asked = recipe ? askedOf(recipe) : {};
    const wish = offered(hello, category, asked);
    return { wish, dropped: Object.keys(asked).filter((name) => !(name in wish)) };
  }
}
