/** A gesture: a control is dragged, many sounds come on the way, and undo takes back all of it at once. */

import { clamp } from "../model/numbers.js";
import { withValue } from "../model/qualities.js";
import { movedOf, recipeOf } from "../model/recipe.js";
import { categoryOf, chosenInverter, takeOf } from "../model/state.js";
import { askedOf, withAmount, withAsked } from "../model/taught-axes.js";

/** @import { App } from "./app.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { TaughtAxis } from "../net/messages.js" */
/** @import { SoundType, Values } from "../net/client.js" */

/** A request with its type. @typedef {{[T in SoundType]: [T, Values[T]]}[SoundType]} Asked */
/**
 * @typedef {object} Running
 * @property {Project} before
 * @property {Recipe|null} base the sound that it began with
 * @property {Promise<boolean|null>} last whether the last sound asked for was taken
 */

/** Milliseconds between hits while a drag plays as it moves. */
const REPEAT = 90;

export class Gesture {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** @type {number[]} where the sound was last asked to be */
    this._place = [];
    /** @type {Running|null} */
    this._running = null;
  }

  /** Whether a control is held. */
  get isHeld() {
    return this._running !== null;
  }

  /** Whether a request of a drag is unanswered. Until then controls stay where they were dragged. */
  get isMoving() {
    return this._app.state.moving > 0;
  }

  /**
   * Ask for a sound on the way. `release` ends the gesture.
   * @param {(base: Recipe) => Asked|Promise<Asked>} ask
   * @param {Partial<Project>} [change]
   */
  drag(ask, change = {}) {
    const app = this._app;
    const before = this._running?.before ?? app.project;
    const base = this._running?.base ?? app.project.recipe;
    if (!base) return;
    app.output.wake();
    const play = () => app.state.options.isContinuous && performance.now() - app.playedAt >= REPEAT;
    const asked = ask(base);
    const send = (/** @type {Asked} */ [type, values]) =>
      app.client.ask(/** @type {SoundType} */ (type), /** @type {any} */ (values));
    const last = app.take(() => (asked instanceof Promise ? asked.then(send) : send(asked)), { play, step: false, change });
    this._running = { before, base, last };
    app.store.dispatch({ type: "move-asked" });
    void last.finally(() => app.store.dispatch({ type: "move-answered" }));
  }

  /**
   * Change the project on the way, without a new sound. `release` ends the gesture.
   * @param {Partial<Project>} change
   */
  hold(change) {
    const { project } = this._app;
    this._running ??= { before: project, base: project.recipe, last: Promise.resolve(false) };
    this._app.change(change, false);
  }

  /**
   * End the gesture. All its changes become one step.
   * @returns {Promise<boolean>} whether anything changed
   */
  async release() {
    const app = this._app;
    const running = this._running;
    this._running = null;
    if (!running) return false;
    const isTaken = await running.last;
    if (this._running || app.project === running.before) return false;
    const { sound } = app.state;
    if (sound) app.cache.keep(recipeOf(sound), sound);
    app.store.dispatch({ type: "project-settled", before: running.before });
    if (isTaken && app.heard !== app.state.sound) app.play(); // where the hand has come to rest
    return true;
  }

  /**
   * Move the sound on its axes.
   * @param {{p1?: number, p2?: number, p3?: number}} to
   */
  move(to) {
    const { project, store } = this._app;
    if (!project.recipe) return;
    this.drag((base) => {
      const now = this.isMoving ? this._place : (project.recipe ?? base).p;
      this._place = [to.p1 ?? now[0], to.p2 ?? now[1], to.p3 ?? now[2]];
      return ["move", { ...movedOf(base), ...this._placeValues(this._place) }];
    });
    store.dispatch({ type: "draw-moved" });
  }

  /**
   * Ask for a value of the sound, or take the wish for it back. A lock on it follows.
   * @param {string} name of the quality
   * @param {number|null} value null takes it back
   */
  setWish(name, value) {
    const { project: { locks }, store } = this._app;
    // With another wish the same seed draws another drum.
    store.dispatch({ type: "draw-forgotten" });
    const change = name in locks ? { locks: withValue(locks, name, value) } : {};
    this.drag((base) => this._again(withAsked(base, withValue(askedOf(base), name, value))), change);
  }

  /**
   * Move the sound along a taught axis, from where it was without one.
   * @param {TaughtAxis} axis @param {number} amount
   * @param {Partial<Project>} [change]
   */
  setAmount(axis, amount, change) {
    this._app.store.dispatch({ type: "draw-forgotten" });
    this.drag((base) => this._again(withAmount(base, axis, amount)), change);
  }

  /**
   * The request for a sound where it is. A move to its own place changes nothing, and of many only the newest
   * is made; a recall waits for its turn.
   * @param {Recipe} recipe
   * @returns {Asked}
   */
  _again(recipe) {
    const { p1, p2, p3 } = this._placeValues(recipe.p);
    const isWithin = [p1, p2, p3].every((v, i) => v === recipe.p[i]);
    const values = movedOf(recipe);
    return isWithin ? ["move", { ...values, p1, p2, p3 }] : ["recall", values];
  }

  /** Strike the drum more softly, or harder. @param {number} velocity 1 to 127 */
  setVelocity(velocity) {
    this.drag((base) => this._again({ ...base, velocity }));
  }

  /** Mix the generator's sound with one's own. @param {number} blend 0 to 1 */
  setBlend(blend) {
    this.drag((base) => ["recall", { ...movedOf(base), blend }]);
  }

  /** Set how far random draws reach. A sound that was just drawn changes with it. @param {number} wild */
  setWild(wild) {
    const { project: { recipe }, state } = this._app;
    const { draw } = state;
    if (!draw || draw.seed < 0 || !recipe) {
      this.hold({ wild });
      return;
    }
    const values = {
      category: categoryOf(state), seed: draw.seed, wild, take: takeOf(state), ...chosenInverter(state), ...askedOf(recipe),
    };
    // A sound that was moved since it was drawn keeps its place.
    const place = this._placeValues(recipe.p);
    this.drag(() => (draw.isMoved ? ["generate", { ...values, ...place }] : ["random", values]), { wild });
  }

  /** A place as a request has it. @param {number[]} p */
  _placeValues(p) {
    const most = this._app.state.hello?.limits.control ?? 0;
    const [p1, p2, p3] = p.map((v) => clamp(v, -most, most));
    return { p1, p2, p3 };
  }
}
