/** What a hand holds and moves: many sounds on the way, one step back in the end. */

import { keyOf, recallOf, recipeOf } from "./project.js";

/** Milliseconds between hits while a drag is heard as it goes. */
const REPEAT = 90;
/** The farthest that P1 to P3 reach. */
const FARTHEST = 8;

export class Hand {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    /** Whether a drag is heard as it goes. */
    this.continuous = false;
    this._moving = 0;
    /** @type {number[]|null} where the sound was last asked to be */
    this._place = null;
    /** @type {{before: import("./project.js").Project, base: import("./project.js").Recipe|null,
     *   last: Promise<boolean>}|null} */
    this._gesture = null;
  }

  /** Whether what was asked for is not yet what is there: controls stay where the hand put them. */
  get isMoving() {
    return this._moving > 0;
  }

  /**
   * The sound is being moved; ends with `release`.
   * @param {(base: import("./project.js").Recipe) => [string, Record<string, any>]} ask
   * @param {Partial<import("./project.js").Project>} [change]
   */
  drag(ask, change = {}) {
    const app = this._app;
    const before = this._gesture?.before ?? app.project;
    const base = this._gesture?.base ?? app.project.recipe;
    if (!base) return;
    app.output.wake();
    const play = this.continuous && performance.now() - app.played >= REPEAT;
    const last = app.request(...ask(base), { play, step: false, change });
    this._gesture = { before, base, last };
    this._moving += 1;
    void last.finally(() => {
      this._moving -= 1;
      if (!this._moving) app.dispatchEvent(new Event("change"));
    });
  }

  /**
   * Something is being moved that asks for no sound; ends with `release`.
   * @param {Partial<import("./project.js").Project>} change
   */
  hold(change) {
    const { project } = this._app;
    this._gesture ??= { before: project, base: project.recipe, last: Promise.resolve(false) };
    this._app.change(change, false);
  }

  /** The hand rests: what came of it is one step back. Returns whether anything did. */
  async release() {
    const app = this._app;
    const gesture = this._gesture;
    this._gesture = null;
    if (!gesture) return false;
    const taken = await gesture.last;
    if (this._gesture || app.project === gesture.before) return false;
    if (app.sound) app.library.keep(keyOf(recipeOf(app.sound)), app.sound);
    app.settle(gesture.before);
    if (taken && !this.continuous) app.play();
    return true;
  }

  /**
   * Move the sound on its axes.
   * @param {{p1?: number, p2?: number, p3?: number}} to
   */
  move(to) {
    const { project } = this._app;
    this.drag((base) => {
      const now = (this.isMoving ? this._place : project.recipe?.p) ?? base.p;
      const p = [to.p1 ?? now[0], to.p2 ?? now[1], to.p3 ?? now[2]];
      this._place = p;
      return ["move", { ...recallOf(base), ...reached(p, project.range) }];
    });
    this._app.moved = true;
  }

  /** How far draws reach; a sound that was drawn goes along. @param {number} wild */
  setWild(wild) {
    const { category, drawn: seed, inverter, project, take } = this._app;
    const { recipe } = project;
    if (seed === null || seed < 0 || !recipe) {
      this.hold({ wild });
      return;
    }
    const values = { category, seed, wild, take, ...inverter };
    // Where a hand has put the sound since it was drawn, it stays.
    if (this._app.moved) {
      const place = reached(recipe.p, project.range);
      this.drag(() => ["generate", { ...values, ...place }], { wild });
    } else this.drag(() => ["random", values], { wild });
  }
}

/**
 * Positions as a request has them. A place outside the range stays where it is until it is moved itself.
 * @param {number[]} p
 * @param {number} chosen range
 */
function reached(p, chosen) {
  const range = Math.min(FARTHEST, Math.max(chosen, ...p.map(Math.abs)));
  const [p1, p2, p3] = p.map((v) => Math.min(1, Math.max(-1, v / range)));
  return { p1, p2, p3, range };
}
