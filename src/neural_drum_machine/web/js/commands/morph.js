/** A and B: two sounds that are kept, and the morph between them. */

import { wishBetween } from "../model/qualities.js";
import { morphOf, nearerCategory, recallOf } from "../model/recipe.js";
import { chosenInverter, slotSamplesOf } from "../model/state.js";

/** @import { App } from "./app.js" */
/** @import { Slot } from "../model/project.js" */
/** @import { Values } from "../model/qualities.js" */
/** @import { Recipe } from "../model/recipe.js" */

/** Where the slider has A and B. @type {Record<Slot, number>} */
const ENDS = { a: 0, b: 1 };

export class Morph {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
  }

  /** Keep the present sound as A or B. @param {Slot} slot */
  async keep(slot) {
    const { recipe, trim } = this._app.project;
    if (!recipe) return;
    this._app.change({ [slot]: { recipe, trim }, morph: ENDS[slot] });
    await this.load();
  }

  /** Edit A or B. @param {Slot} slot */
  async edit(slot) {
    const kept = this._app.project[slot];
    if (kept) await this._app.restore(kept.recipe, { change: { trim: kept.trim, morph: ENDS[slot] } });
  }

  /** Load the samples of A and B, for their pictures. */
  async load() {
    await Promise.all([this._load("a"), this._load("b")]);
  }

  /** @param {Slot} slot */
  async _load(slot) {
    const { cache, project, state, store } = this._app;
    const recipe = project[slot]?.recipe;
    if (!recipe || slotSamplesOf(state, slot)) return;
    // Without a server there is no picture; it is loaded when the connection is back.
    const sound = await cache.get(recipe).catch(() => null);
    if (sound) store.dispatch({ type: "slot-loaded", slot, loaded: { recipe, channels: sound.channels } });
  }

  /** Move the morph slider. @param {number} t 0 is exactly A, 1 exactly B */
  drag(t) {
    const { gesture, project: { a, b }, state, store } = this._app;
    if (!a || !b) return;
    store.dispatch({ type: "original-dropped" });
    store.dispatch({ type: "draw-forgotten" });
    if (t === 0 || t === 1) {
      gesture.drag(() => ["recall", recallOf((t ? b : a).recipe)], { morph: t });
      return;
    }
    const asked = (/** @type {Values} */ wish) =>
      /** @type {["morph", ReturnType<typeof morphOf>]} */ (["morph", { ...morphOf(a.recipe, b.recipe, t, wish), ...chosenInverter(state) }]);
    const wish = this._wishBetween([a.recipe, b.recipe], t);
    gesture.drag(() => (wish instanceof Promise ? wish.then(asked) : asked(wish)), { morph: t });
  }

  /**
   * The wish of a sound between two. If one of them has a wish, both must have been measured.
   * @param {Recipe[]} recipes @param {number} t
   * @returns {Values|Promise<Values>}
   */
  _wishBetween(recipes, t) {
    const { measures, state: { hello } } = this._app;
    if (recipes.every(({ wish }) => !Object.keys(wish).length)) return {};
    const between = (/** @type {Values[]} */ values) =>
      wishBetween(hello, recipes.map((each, i) => ({ category: nearerCategory(each), wish: each.wish, values: values[i] })), t);
    const known = recipes.map((recipe) => measures.peek(recipe)).filter((values) => values !== null);
    if (known.length === recipes.length) return between(known);
    return Promise.all(recipes.map((recipe) => measures.get(recipe))).then(between);
  }
}
