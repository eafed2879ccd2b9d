/** Other drums: of a category, by chance, near this one, hit again, made in another way. */

import { recallOf } from "./project.js";
import { WHOLE } from "./shape.js";

const TAKES = 64;

export class Drums {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    /** @type {Map<string, import("./project.js").Recipe>} the last sound of each category */
    this._left = new Map();
    this._isDrawing = false;
    /** @type {(() => Promise<void>)|null} */
    this._wish = null;
  }

  /** @param {string} category */
  async choose(category) {
    const app = this._app;
    const { recipe } = app.project;
    if (recipe) this._left.set(recipe.category, recipe);
    const before = this._left.get(category);
    [app.original, app.drawn] = [null, null];
    const change = { trim: WHOLE };
    if (before) await app.request("recall", recallOf(before), { change });
    else await app.request("generate", { category, p1: 0, p2: 0, p3: 0, ...app.inverter }, { change });
    void app.maps.show(category);
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
   * One after another: while one is waited for, only the last wish is remembered.
   * @param {() => Promise<void>} draw
   */
  async _inTurn(draw) {
    this._wish = draw;
    if (this._isDrawing) return;
    this._isDrawing = true;
    try {
      while (this._wish) {
        const now = this._wish;
        this._wish = null;
        await now();
      }
    } finally {
      this._isDrawing = false;
    }
  }

  async _random() {
    const app = this._app;
    const { category, inverter, take } = app;
    app.original = null;
    const values = { category, wild: app.project.wild, take, ...inverter };
    if (await app.request("random", values, { change: { trim: WHOLE } })) {
      app.drawn = app.sound?.seed ?? null;
      app.moved = false;
    }
  }

  async _variation() {
    const app = this._app;
    app.drawn = null;
    if (!(await this.known())) return;
    const { amount, wild } = app.project;
    const values = { of: app.sound?.id, amount, wild, take: app.take, ...app.inverter };
    await app.request("variation", values);
  }

  async _nextTake() {
    const { recipe } = this._app.project;
    if (!recipe) return;
    await this._app.request("recall", { ...recallOf(recipe), take: (recipe.take + 1) % TAKES });
  }

  /** @param {string} inverter */
  async invertWith(inverter) {
    const { recipe } = this._app.project;
    if (!recipe) return;
    await this._app.request("recall", { ...recallOf(recipe), inverter }, { change: { inverter } });
  }

  /** Let the server know the sound, unless it still does. */
  async known() {
    const { client, isThere, project: { recipe }, sound } = this._app;
    if (!recipe) return false;
    if (isThere && sound && client.isRemembered(sound)) return true;
    return this._app.request("recall", recallOf(recipe), { play: false, step: false });
  }
}
