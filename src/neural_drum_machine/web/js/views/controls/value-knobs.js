/** The knobs of what can be asked of the sound: six of its category at once, the rest behind "More". */

import { isMet, qualities, qualitiesOf } from "../../model/qualities.js";
import { valueWords } from "../../model/quality-words.js";
import { categoryOf, projectOf, valuesOf } from "../../model/state.js";
import { askedOf } from "../../model/taught-axes.js";
import { byId, write } from "../dom.js";
import { ValueKnob } from "./value-knob.js";

/** @import { Quality, Values } from "../../model/qualities.js" */
/** @import { State } from "../../model/state.js" */
/** @import { Commands } from "./value-knob.js" */

/** The number of knobs that are always shown. */
const FIRST = 6;

export class ValueKnobs {
  /** @param {Commands} commands */
  constructor(commands) {
    this._commands = commands;
    /** @type {ValueKnob[]} */
    this._knobs = [];
    this._isOpen = false;
    this._more = /** @type {HTMLButtonElement} */ (byId("more-values"));
    /** @type {State|null} */
    this._state = null;
    this._more.addEventListener("click", () => {
      this._isOpen = !this._isOpen;
      if (this._state) this.show(this._state);
    });
  }

  /** @param {State} state */
  show(state) {
    this._state = state;
    const { hello } = state;
    if (!hello) return;
    if (!this._knobs.length) this._fill(qualities(hello));
    if (state.moving > 0) return; // the knobs are ahead of the sound
    const category = categoryOf(state);
    const { locks, recipe } = projectOf(state);
    const wish = recipe ? askedOf(recipe) : {};
    const names = qualitiesOf(hello, category).map(({ name }) => name);
    const fresh = valuesOf(state);
    // Until the sound is measured again, the last values of its category stay.
    const values = fresh ?? (state.measured?.category === category ? state.measured.values : {});
    for (const each of this._knobs) {
      const { quality, box } = each;
      const { name } = quality;
      const n = names.indexOf(name);
      const isHidden = n < 0 || (n >= FIRST && !this._isOpen);
      if (box.hidden !== isHidden) box.hidden = isHidden; // the same value again costs a new layout
      if (n < 0) continue;
      const asked = wish[name] ?? null;
      each.show({
        range: hello.wishes[category][name], asked, measured: values[name] ?? null, isFresh: fresh !== null,
        locked: locks[name] ?? null, reached: asked === null || !fresh ? "" : reachedWords(quality, asked, fresh),
      });
    }
    this._showMore(names.slice(FIRST).filter((name) => name in wish || name in locks), names.length > FIRST);
  }

  /** @param {Quality[]} all */
  _fill(all) {
    this._knobs = all.map((quality) => new ValueKnob(quality, this._commands));
    byId("values").append(...this._knobs.map(({ box }) => box));
  }

  /** @param {string[]} set the hidden values that are asked for or locked @param {boolean} isThere */
  _showMore(set, isThere) {
    this._more.hidden = !isThere;
    this._more.setAttribute("aria-expanded", String(this._isOpen));
    write(this._more, this._isOpen ? "Less" : set.length ? "More •" : "More");
    const words = set.length && !this._isOpen ? `, asked for or locked: ${set.join(", ")}` : "";
    this._more.title = `${this._isOpen ? "Less" : "More"} values${words}`;
    this._more.setAttribute("aria-label", this._more.title);
  }
}

/** How a sound differs from what was asked; "" if it does not. @param {Quality} quality @param {number} asked @param {Values} values */
function reachedWords(quality, asked, values) {
  const value = values[quality.name];
  if (value === undefined) return `no clear ${quality.name}`;
  return isMet(quality, asked, value) ? "" : `reached ${valueWords(quality, value)}`;
}
