/** The mix of the selected pad: level, pan, pitch, name, choke group, note, lock. */

import { projectOf } from "../../model/state.js";
import { Knob } from "../controls/knob.js";
import { atRest } from "../controls/key-repeat.js";
import { byId, make } from "../dom.js";

/** @import { Mix, Voicing } from "../../model/kit.js" */
/** @import { State } from "../../model/state.js" */

/**
 * @typedef {object} Commands
 * @property {(values: Partial<Mix>, isStep: boolean) => void} mix
 * @property {(values: Partial<Voicing>) => void} set
 */

/** The choke groups on offer. */
const GROUPS = ["none", "1 (hats)", "2", "3", "4"];
const KNOBS = /** @type {const} */ (["level", "pan", "pitch"]);
const WORDS = {
  level: (/** @type {number} */ v) => `${signed(v, 1)} dB`,
  pan: (/** @type {number} */ v) => (Math.abs(v) < 0.01 ? "middle" : `${Math.round(100 * Math.abs(v))} ${v < 0 ? "left" : "right"}`),
  pitch: (/** @type {number} */ v) => `${signed(v, 1)} st`,
};
const SPOKEN = { level: " decibels", pan: "", pitch: " semitones" };

export class MixSheet {
  /** @param {Commands} commands */
  constructor(commands) {
    this._knobs = KNOBS.map((name) => {
      const spoken = (/** @type {number} */ v) => (name === "pan" ? WORDS.pan(v) : `${v.toFixed(1)}${SPOKEN[name]}`);
      const knob = new Knob(byId(name), { rest: 0, words: WORDS[name], spoken });
      knob.addEventListener("drag", () => commands.mix({ [name]: knob.value }, false));
      knob.addEventListener("release", atRest(() => commands.mix({ [name]: knob.value }, true)));
      return { name, knob };
    });
    /** What the sheet shows, as a text. @type {string|undefined} */
    this._shown = "";
    this._name = /** @type {HTMLInputElement} */ (byId("pad-name"));
    this._choke = /** @type {HTMLSelectElement} */ (byId("pad-choke"));
    this._note = /** @type {HTMLInputElement} */ (byId("pad-note"));
    this._locked = /** @type {HTMLInputElement} */ (byId("pad-locked"));
    this._choke.append(...GROUPS.map((words, n) => make("option", { value: n, text: words })));
    this._name.addEventListener("change", () => commands.set({ name: this._name.value }));
    this._choke.addEventListener("change", () => commands.mix({ choke: Number(this._choke.value) }, true));
    this._note.addEventListener("change", () => commands.set({ note: Math.round(Number(this._note.value)) }));
    this._locked.addEventListener("change", () => commands.set({ locked: this._locked.checked }));
  }

  /** @param {State} state */
  show(state) {
    const { pads, selected } = projectOf(state);
    const pad = pads[selected];
    // A drag changes the pad's sound many times a second, and nothing of this sheet.
    const shown = JSON.stringify(pad && [pad.level, pad.pan, pad.pitch, pad.name, pad.choke, pad.note, pad.locked]);
    if (shown === this._shown) return;
    const isTyping = [this._name, this._note].some((each) => each === document.activeElement);
    this._shown = isTyping ? "" : shown;
    for (const { name, knob } of this._knobs) knob.show(pad?.[name] ?? 0);
    if (document.activeElement !== this._name) this._name.value = pad?.name ?? "";
    if (pad && pad.choke >= GROUPS.length && !this._choke.querySelector(`[value="${pad.choke}"]`)) {
      this._choke.append(make("option", { value: pad.choke, text: String(pad.choke) }));
    }
    this._choke.value = String(pad?.choke ?? 0);
    if (document.activeElement !== this._note) this._note.value = String(pad?.note ?? "");
    this._locked.checked = pad?.locked ?? false;
    for (const control of [this._name, this._choke, this._note, this._locked]) control.disabled = !pad;
  }
}

/** @param {number} value @param {number} digits */
function signed(value, digits) {
  const number = Number(value.toFixed(digits));
  return `${number > 0 ? "+" : ""}${String(number).replace("-", "−")}`;
}
