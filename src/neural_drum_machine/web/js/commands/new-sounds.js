/** Commands that make another sound: of a category, random, a variation, another take or inverter. */

import { movedOf, recallOf, sidesOf } from "../model/recipe.js";
import { categoryOf, chosenInverter, hasItsSound, takeOf } from "../model/state.js";
import { WHOLE } from "../model/trim.js";

/** @import { App } from "./app.js" */
/** @import { Recipe } from "../model/recipe.js" */

export class NewSounds {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** @type {Map<string, Recipe>} the last sound of each category */
    this._last = new Map();
    this._isDrawing = false;
    /** @type {(() => Promise<void>)|null} */
    this._next = null;
  }

  /** Edit the last sound of a category, or else its centre. @param {string} category */
  async choose(category) {
    const app = this._app;
    const { recipe } = app.project;
    if (recipe) this._last.set(recipe.category, recipe);
    const last = this._last.get(category);
    app.store.dispatch({ type: "draw-forgotten" });
    const how = { change: { trim: WHOLE }, original: null };
    const locked = app.wishes.locked(category);
    if (last) await app.request("recall", { ...recallOf(last), ...locked }, how);
    else await app.request("generate", { category, p1: 0, p2: 0, p3: 0, ...chosenInverter(app.state), ...locked }, how);
  }

  random() {
    return this._inTurn(() => this._random());
  }

  variation() {
    return this._inTurn(() => this._variation());
  }

  /** Another hit of the same drum. */
  nextTake() {
    return this._inTurn(() => this._nextTake());
  }

  /**
   * Run one command after the other. While one runs, only the last of the others is remembered.
   * @param {() => Promise<void>} command
   */
  async _inTurn(command) {
    this._next = command;
    if (this._isDrawing) return;
    this._isDrawing = true;
    try {
      while (this._next) {
        const now = this._next;
        this._next = null;
        await now();
      }
    } finally {
      this._isDrawing = false;
    }
  }

  async _random() {
    const { state, store } = this._app;
    const { wild } = this._app.project;
    const category = categoryOf(state);
    const locked = this._app.wishes.locked(category);
    const values = { category, wild, take: takeOf(state), ...chosenInverter(state), ...locked };
    if (!(await this._app.request("random", values, { change: { trim: WHOLE }, original: null }))) return;
    const { sound } = store.state;
    if (sound) store.dispatch({ type: "draw-remembered", seed: sound.seed });
  }

  async _variation() {
    const app = this._app;
    app.store.dispatch({ type: "draw-forgotten" });
    if (!(await this.ensureRecent()) || !app.state.sound) return;
    const { amount, wild } = app.project;
    const locked = app.wishes.locked(categoryOf(app.state)); // the server keeps the wish of the sound itself
    const { exemplars = [], id: of } = app.state.sound;
    const values = { of, amount, wild, take: takeOf(app.state), ...chosenInverter(app.state), ...locked, ...sidesOf(exemplars) };
    await app.request("variation", values);
  }

  async _nextTake() {
    const { project: { recipe }, state: { hello } } = this._app;
    if (!recipe || !hello) return;
    const take = (recipe.take + 1) % hello.limits.takes;
    await this._app.request("recall", { ...movedOf(recipe), take });
  }

  /** Render the same sound with another inverter. @param {string} inverter */
  async invertWith(inverter) {
    const { recipe } = this._app.project;
    if (!recipe) return;
    await this._app.request("recall", { ...movedOf(recipe), inverter }, { change: { inverter } });
  }

  /** Make the server know the sound by its id, if it has forgotten it. Resolves to whether it does. */
  async ensureRecent() {
    const { client, project: { recipe }, state } = this._app;
    if (!recipe) return false;
    if (hasItsSound(state) && state.sound && client.isRecent(state.sound)) return true;
    return this._app.request("recall", recallOf(recipe), { play: false, step: false });
  }
}
