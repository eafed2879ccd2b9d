/** Two sounds of the library as A and B, and the morph between them. */

import { recipeOf } from "../model/recipe.js";
import { chosenInverter } from "../model/state.js";
import { WHOLE } from "../model/trim.js";

/** @import { App } from "./app.js" */
/** @import { Kept } from "../model/kit.js" */

export class Ends {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** What A and B were made of last. @type {{of: string, a: Kept, b: Kept}|null} */
    this._made = null;
    /** @type {Promise<boolean>|null} while A and B are made */
    this._making = null;
    this._t = 0;
  }

  /**
   * Make the sound between two, which become A and B.
   * @param {number} one the number of a sound @param {number} other
   * @param {number} t 0 to 1
   * @param {boolean} isEnd whether the slider is released
   */
  async morph(one, other, t, isEnd) {
    const app = this._app;
    const { a, b } = app.project;
    const made = this._made;
    this._t = t;
    if (!(made && made.of === `${one} ${other}` && made.a === a && made.b === b)) {
      this._making ??= this._make(one, other).finally(() => (this._making = null));
      if (!(await this._making)) return;
      if (t !== this._t) return; // the slider has gone on
    }
    app.morph.drag(t);
    if (isEnd) await app.gesture.release();
  }

  /** @param {number} one @param {number} other @returns {Promise<boolean>} whether they are A and B now */
  async _make(one, other) {
    const app = this._app;
    try {
      const [a, b] = await Promise.all([this._taken(one), this._taken(other)]);
      const had = app.project.a || app.project.b;
      app.change({ a, b, morph: 0 });
      this._made = { of: `${one} ${other}`, a, b };
      app.notice(`These two are A and B now.${had ? " Undo brings back the A and B that were there." : ""}`);
      void app.morph.load();
      return true;
    } catch (error) {
      app.report(error);
      return false;
    }
  }

  /** Take a sound in without making it the present one. @param {number} id @returns {Promise<Kept>} */
  async _taken(id) {
    const app = this._app;
    const sound = await app.client.ask("library_take", { sound: id, channels: 2, ...chosenInverter(app.state) });
    const recipe = recipeOf(sound);
    app.cache.keep(recipe, sound);
    return { recipe, trim: WHOLE };
  }
}
