/** The controls of the selected step: velocity, chance, repeats, flam, nudge. */

import { PLAIN } from "../../model/beat.js";
import { projectOf } from "../../model/state.js";
import { atRest } from "../controls/key-repeat.js";
import { byId, write } from "../dom.js";

/** @import { Step } from "../../model/beat.js" */
/** @import { State } from "../../model/state.js" */

/** Values in words, shown and spoken. @type {Record<keyof Step, [shown: (v: number) => string, spoken: (v: number) => string]>} */
const WORDS = {
  velocity: [String, (v) => `${v} of 127`],
  chance: [(v) => `${Math.round(100 * v)} %`, (v) => `${Math.round(100 * v)} percent`],
  repeats: [(v) => `×${v}`, (v) => `${v} strokes`],
  flam: [(v) => (v ? `${v} ms` : "off"), (v) => (v ? `${v} milliseconds` : "off")],
  nudge: [(v) => (v ? `${v > 0 ? "+" : "−"}${Math.abs(Math.round(v))} ms` : "0 ms"), (v) => `${Math.abs(v)} milliseconds ${v < 0 ? "early" : "late"}`],
};
const NAMES = /** @type {(keyof Step)[]} */ (Object.keys(WORDS));

export class StepEditor {
  /** @param {(pad: number, at: number, values: Partial<Step>, isStep: boolean) => void} set */
  constructor(set) {
    this._place = { pad: 0, at: 0 };
    for (const name of NAMES) {
      const input = /** @type {HTMLInputElement} */ (byId(`step-${name}`));
      const take = (/** @type {boolean} */ isStep) => set(this._place.pad, this._place.at, { [name]: Number(input.value) }, isStep);
      input.addEventListener("input", () => take(false));
      input.addEventListener("change", atRest(() => take(true)));
    }
  }

  /** @param {State} state */
  show({ step: place, ...state }) {
    this._place = place;
    const { beat, pads } = projectOf(/** @type {State} */ ({ step: place, ...state }));
    const step = beat.patterns[beat.shown][place.pad][place.at];
    write(byId("step-name"), `${pads[place.pad]?.name ?? `Pad ${place.pad + 1}`} · step ${place.at + 1}`);
    for (const name of NAMES) {
      const input = /** @type {HTMLInputElement} */ (byId(`step-${name}`));
      const value = (step ?? PLAIN)[name];
      input.value = String(value);
      input.disabled = !step;
      input.setAttribute("aria-valuetext", step ? WORDS[name][1](value) : "no stroke on this step");
      write(byId(`step-${name}-reading`), step ? WORDS[name][0](value) : "–");
    }
  }
}
