/** "Give me 8": several new sounds side by side, to compare, keep and star. */

import { keyOf, recallOf, recipeOf, sidesOf } from "../model/recipe.js";
import { categoryOf, chosenInverter } from "../model/state.js";
import { WHOLE } from "../model/trim.js";

/** @import { App } from "./app.js" */
/** @import { Kept } from "../model/kit.js" */
/** @import { Sound } from "../net/sound-message.js" */

/** Sounds at a time. */
const COUNT = 8;

export class Tray {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** Counts the fillings: a new one ends the last. */
    this._turn = 0;
  }

  /** Fill the tray. @param {boolean} isLike whether the sounds are variations of the present one */
  async fill(isLike) {
    const app = this._app;
    const turn = ++this._turn;
    const { amount, recipe, trim, wild } = app.project;
    const category = categoryOf(app.state);
    const asked = { ...chosenInverter(app.state), ...app.wishes.locked(category), wild };
    /** @type {Kept[]} */
    const tray = [];
    app.store.dispatch({ type: "tray-filled", tray: [] });
    /** @type {Sound|null} */
    let origin = null;
    try {
      for (let k = 0; k < COUNT; k++) {
        // The server finds the sound that is varied by its id, as long as it remembers it.
        if (isLike && recipe && !(origin && app.client.isRecent(origin))) {
          origin = await app.client.ask("recall", recallOf(recipe));
        }
        const sound = origin
          ? await app.client.ask("variation", { ...asked, amount, of: origin.id, ...sidesOf(origin.exemplars ?? []) })
          : await app.client.ask("random", { ...asked, category });
        if (turn !== this._turn) return;
        const made = recipeOf(sound);
        app.cache.keep(made, sound);
        tray.push({ recipe: made, trim: isLike ? trim : WHOLE });
        app.store.dispatch({ type: "tray-filled", tray: [...tray] });
      }
    } catch (error) {
      app.report(error);
    }
  }

  /** Hear a sound of the tray, or another one that is kept. @param {Kept} kept */
  async listen({ recipe }) {
    const { cache, output } = this._app;
    output.wake();
    try {
      const sound = await cache.get(recipe);
      output.preview(sound.channels, sound.sr);
    } catch (error) {
      this._app.report(error);
    }
  }

  /** Take a kept sound to the selected pad. @param {Kept} kept @param {{play?: boolean}} [how] */
  async take({ recipe, trim }, { play = true } = {}) {
    const { recipe: now } = this._app.project;
    if (now && keyOf(now) === keyOf(recipe)) {
      if (play) this._app.play();
      return;
    }
    await this._app.restore(recipe, { change: { trim }, play });
  }

  close() {
    this._turn += 1;
    this._app.store.dispatch({ type: "tray-filled", tray: null });
  }
}
