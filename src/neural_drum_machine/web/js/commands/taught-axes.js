/** Axes that the user teaches: learned from sounds, opened from files, saved, and turned. */

import { AXIS_ENDING, readAxis, writeAxis } from "../formats/axis-file.js";
import { recallOf } from "../model/recipe.js";
import { MOST_AXES, amountOf, axesOf, isSameAxis } from "../model/taught-axes.js";

/** @import { App } from "./app.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { TaughtAxis } from "../net/messages.js" */

/** Sounds of each kind that an axis may be taught with. */
export const MOST_EXAMPLES = 24;

export class TaughtAxes {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
  }

  /** Move the sound while a control moves; `gesture.release` ends it. @param {TaughtAxis} axis @param {number} amount */
  drag(axis, amount) {
    this._app.gesture.setAmount(axis, amount);
  }

  /**
   * Learn an axis, which becomes one of the project.
   * @param {string} name
   * @param {readonly Recipe[]} more sounds with more of it
   * @param {readonly Recipe[]} less
   * @returns {Promise<TaughtAxis|null>} null if it was not learned; the user is told why
   */
  async teach(name, more, less) {
    const { client } = this._app;
    if (!this._hasRoom(name)) return null;
    try {
      /** @type {number[][]} */
      const sides = [];
      for (const side of [more, less]) {
        const ids = [];
        // One after the other: more at once would be refused.
        for (const recipe of side) ids.push((await client.ask("recall", recallOf(recipe))).id);
        sides.push(ids);
      }
      const { axis } = await client.ask("axis", { name, more: sides[0], less: sides[1] });
      this.add(axis);
      return axis;
    } catch (error) {
      this._app.report(error);
      return null;
    }
  }

  /** Make an axis one of the project, in the place of one of the same name. @param {TaughtAxis} axis @returns {boolean} whether it is */
  add(axis) {
    if (!this._hasRoom(axis.name)) return false;
    const { axes } = this._app.project;
    const at = axes.findIndex(({ name }) => name === axis.name);
    this._app.change({ axes: at < 0 ? [...axes, axis] : axes.with(at, axis) });
    return true;
  }

  /** Open the file of an axis. @param {string} file its name @param {string} text */
  open(file, text) {
    const { hello } = this._app.state;
    if (!hello) return;
    try {
      const axis = readAxis(file, text, hello);
      if (this.add(axis)) this._app.notice(`The axis ${axis.name} is a knob now.`);
    } catch (error) {
      this._app.notice(/** @type {Error} */ (error).message, true);
    }
  }

  /** The name and the text of an axis's file. @param {TaughtAxis} axis */
  file(axis) {
    const name = axis.name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "axis";
    return { name: `${name}${AXIS_ENDING}`, text: writeAxis(axis) };
  }

  /** Take an axis out of the project, and the present sound back from it. @param {TaughtAxis} axis */
  async remove(axis) {
    const { gesture, project } = this._app;
    const axes = project.axes.filter((each) => !isSameAxis(each, axis));
    if (amountOf(project.recipe, axis)) {
      gesture.setAmount(axis, 0, { axes });
      await gesture.release();
    } else this._app.change({ axes });
  }

  /** Whether an axis finds a place; if not, the user is told. @param {string} name */
  _hasRoom(name) {
    const { project } = this._app;
    if (project.axes.some((each) => each.name === name) || axesOf(project).length < MOST_AXES) return true;
    this._app.notice(`There are ${MOST_AXES} axes already. Remove one first.`, true);
    return false;
  }
}
