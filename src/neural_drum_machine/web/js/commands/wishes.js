/** Wishes: values that are asked of the sound, and locks, which ask them of new drums, too. */

import { offered, withValue } from "../model/qualities.js";
import { hasItsSound } from "../model/state.js";
import { askedOf } from "../model/taught-axes.js";

/** @import { App } from "./app.js" */

export class Wishes {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
  }

  /** Ask for a value while a control moves; `gesture.release` ends it. @param {string} name @param {number} value */
  drag(name, value) {
    this._app.gesture.setWish(name, value);
  }

  /** Ask for a value, or take the wish back. @param {string} name @param {number|null} value null takes it back */
  async set(name, value) {
    const { gesture, project: { locks, recipe } } = this._app;
    if (!recipe || (value === null && !(name in askedOf(recipe)) && !(name in locks))) return;
    gesture.setWish(name, value);
    await gesture.release();
  }

  /** Lock a value, or unlock it. A locked one is that of the present sound. @param {string} name */
  async toggleLock(name) {
    const app = this._app;
    const { locks, recipe } = app.project;
    if (name in locks) {
      app.change({ locks: withValue(locks, name, null) });
      return;
    }
    if (!recipe || !hasItsSound(app.state)) return;
    try {
      const value = askedOf(recipe)[name] ?? (await app.measures.get(recipe))[name];
      // Other locks may have changed while the sound was measured.
      if (value !== undefined) app.change({ locks: withValue(app.project.locks, name, value) });
    } catch (error) {
      app.report(error);
    }
  }

  /** The locked values that a category has. @param {string} category */
  locked(category) {
    return offered(this._app.state.hello, category, this._app.project.locks);
  }
}
