/** The knobs of taught axes: one for each axis of the project that is of the server's model. */

import { signed } from "../../model/labels.js";
import { projectOf } from "../../model/state.js";
import { MOST_AMOUNT, amountOf, axesOf, effectWords, isSameAxis } from "../../model/taught-axes.js";
import { byId, make } from "../dom.js";
import { atRest } from "./key-repeat.js";
import { Knob } from "./knob.js";

/** @import { State } from "../../model/state.js" */
/** @import { TaughtAxis } from "../../net/messages.js" */

/**
 * @typedef {object} Commands
 * @property {(axis: TaughtAxis, amount: number) => void} drag
 * @property {() => void} release
 */
/** @typedef {{axis: TaughtAxis, box: HTMLElement, knob: Knob}} AxisKnob */

export class AxisKnobs {
  /** @param {Commands} commands */
  constructor(commands) {
    this._commands = commands;
    /** @type {AxisKnob[]} */
    this._knobs = [];
  }

  /** @param {State} state */
  show(state) {
    const { hello, moving } = state;
    if (!hello || moving > 0) return; // the knobs are ahead of the sound
    const project = projectOf(state);
    const axes = axesOf(project).filter(({ model }) => model === hello.hash);
    const isShown = axes.length === this._knobs.length && axes.every((axis, n) => isSameAxis(axis, this._knobs[n].axis));
    if (!isShown) {
      this._knobs = axes.map((axis, n) => this._knob(axis, n, effectWords(axis, hello)));
      byId("axis-knobs").replaceChildren(...this._knobs.map(({ box }) => box));
    }
    for (const { axis, knob } of this._knobs) knob.show(amountOf(project.recipe, axis));
  }

  /** @param {TaughtAxis} axis @param {number} n @param {string} effect @returns {AxisKnob} */
  _knob(axis, n, effect) {
    const id = `axis-${n}`;
    const limits = { min: -MOST_AMOUNT, max: MOST_AMOUNT, step: 0.05, value: 0 };
    const box = make(
      "div", { class: "knob" }, make("label", { for: id, text: axis.name, title: axis.name }), make("div", { class: "dial", title: effect }),
      make("input", { id, class: "under", type: "range", ...limits }), make("output", { for: id }),
    );
    const knob = new Knob(box, { rest: 0, words: signed });
    knob.addEventListener("drag", () => this._commands.drag(axis, knob.value));
    knob.addEventListener("release", atRest(() => this._commands.release()));
    return { axis, box, knob };
  }
}
