/** The values that sounds have, as the server measures them: each sound once. */

import { isOf, keyOf, recallOf } from "../model/recipe.js";
import { hasItsSound, valuesOf } from "../model/state.js";
import { Refusal } from "../net/client.js";

/** @import { App } from "./app.js" */
/** @import { Values } from "../model/qualities.js" */
/** @import { Recipe } from "../model/recipe.js" */

/** The number of sounds whose values are remembered. */
const CAPACITY = 200;
/** Milliseconds without a request until the sound being edited is measured. */
const REST_MS = 150;

export class Measures {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** @type {Map<string, Values>} the oldest first */
    this._known = new Map();
    /** Sounds are measured one after the other: each takes as long as a sound. @type {Promise<unknown>} */
    this._last = Promise.resolve();
  }

  /** The values of a sound if they are known. @param {Recipe} recipe @returns {Values|null} */
  peek(recipe) {
    return this._known.get(keyOf(recipe)) ?? null;
  }

  /**
   * @param {Recipe} recipe
   * @returns {Promise<Values>} rejected with a Refusal
   */
  get(recipe) {
    const found = this._last.then(() => this.peek(recipe) ?? this._ask(recipe));
    this._last = found.catch(() => {});
    return found;
  }

  /** @param {Recipe} recipe */
  async _ask(recipe) {
    const { client, state } = this._app;
    const here = state.sound && isOf(state.sound, recipe) && client.isRecent(state.sound) ? state.sound : null;
    // The server measures what it has made lately; anything else is recalled first.
    const { id: of } = here ?? (await client.ask("recall", recallOf(recipe)));
    const { values } = await client.ask("describe", { of });
    this._known.set(keyOf(recipe), values);
    for (const oldest of this._known.keys()) {
      if (this._known.size <= CAPACITY) break;
      this._known.delete(oldest);
    }
    return values;
  }
}

/** Have the sound being edited measured whenever it comes to rest. @param {App} app */
export function startMeasuring(app) {
  const { gesture, measures, store } = app;
  let timer = 0;
  const show = (/** @type {Recipe} */ recipe, /** @type {Values} */ values) =>
    store.dispatch({ type: "sound-measured", recipe, values });
  const soon = () => {
    clearTimeout(timer);
    const { state, project: { recipe } } = app;
    const known = recipe && measures.peek(recipe);
    if (!recipe || valuesOf(state)) return;
    if (known) show(recipe, known);
    else timer = window.setTimeout(measure, REST_MS);
  };
  const measure = async () => {
    const { client, project: { recipe }, state } = app;
    if (!recipe || state.isAway || !hasItsSound(state)) return; // the next change of the state tries again
    if (gesture.isHeld || gesture.isMoving || !client.isIdle) {
      soon();
      return;
    }
    try {
      show(recipe, await measures.get(recipe));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the knobs show the wish alone
    }
  };
  store.subscribe((state, before) => {
    const hasNews = state.sound !== before.sound || state.history !== before.history || state.moving !== before.moving;
    if (hasNews || state.isAway !== before.isAway) soon();
  });
}
