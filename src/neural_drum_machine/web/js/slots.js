/** A and B: two sounds that are kept, and what lies between them. */

import { recallOf } from "./project.js";

/** @typedef {"a"|"b"} Slot */

export class Slots {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
  }

  /** @param {Slot} slot */
  keep(slot) {
    const { recipe, trim } = this._app.project;
    if (recipe) this._app.change({ [slot]: { recipe, trim }, morph: slot === "a" ? 0 : 1 });
  }

  /** @param {Slot} slot */
  async hear(slot) {
    const kept = this._app.project[slot];
    if (!kept) return;
    await this._app.restore(kept.recipe, { trim: kept.trim, morph: slot === "a" ? 0 : 1 });
  }

  /** Have the samples of both at hand, to be seen. */
  async load() {
    const { library, project } = this._app;
    const kept = [project.a, project.b].filter((each) => each !== null);
    await Promise.all(kept.map(({ recipe }) => library.get(recipe).catch(() => null)));
    this._app.dispatchEvent(new Event("slots"));
  }

  /** @param {number} t 0: A, 1: B, exactly */
  morph(t) {
    const app = this._app;
    const { a, b } = app.project;
    if (!a || !b) return;
    const change = { morph: t };
    [app.original, app.drawn] = [null, null];
    if (t === 0 || t === 1) {
      app.hand.drag(() => ["recall", recallOf((t ? b : a).recipe)], change);
      return;
    }
    // Of a sound that is itself a morph, the category that it is nearer to.
    const nearer = (/** @type {import("./project.js").Recipe} */ r) => (r.to && r.t >= 0.5 ? r.to : r.category);
    const values = {
      category: nearer(a.recipe), code: a.recipe.code, to: nearer(b.recipe),
      to_code: b.recipe.code, t, take: a.recipe.take, ...app.inverter,
    };
    app.hand.drag(() => ["morph", values], change);
  }
}
