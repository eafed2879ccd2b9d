/** The knob of a quality, with the value that the sound has or is asked to have, a lock, and a field to type in. */

import { ends, place, stepped, valueAt } from "../../model/qualities.js";
import { qualityLabel, readValue, spokenValue, valueWords } from "../../model/quality-words.js";
import { byId, make, write } from "../dom.js";
import { atRest } from "./key-repeat.js";
import { Knob } from "./knob.js";

/** @import { Quality } from "../../model/qualities.js" */

/**
 * @typedef {object} Shown
 * @property {readonly number[]} range the 5th, 50th and 95th percentile of recordings
 * @property {number|null} asked the value that was asked for
 * @property {number|null} measured the value that the sound has; null if it has none, or is not measured
 * @property {boolean} isFresh whether the sound was measured since it changed
 * @property {number|null} locked the value that new drums are to have
 * @property {string} reached in words, how the sound differs from what was asked; "" if it does not
 */
/**
 * @typedef {object} Commands
 * @property {(name: string, value: number) => void} drag
 * @property {() => void} release
 * @property {(name: string, value: number|null) => void} set null takes the wish back
 * @property {(name: string) => void} lock
 * @property {(sentence: string) => void} refuse
 */

const ARROWS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };
/** A range input changes the last digits of a number. */
const ROUNDING = 1e-9;

export class ValueKnob {
  /** @param {Quality} quality @param {Commands} commands */
  constructor(quality, commands) {
    this.quality = quality;
    this._commands = commands;
    /** @type {Shown|null} */
    this._shown = null;
    /** The value that the knob shows: it may lie beyond the knob's ends. @type {number|null} */
    this._value = null;
    /** Where the knob shows it. */
    this._at = 0;
    const id = `value-${quality.name}`;
    this._input = /** @type {HTMLInputElement} */ (
      make("input", { id, class: "under", type: "range", min: 0, max: 1, step: "any", "aria-describedby": `${id}-reached` }));
    this._output = make("output", { for: id, onclick: () => this._type() });
    this._lock = make("button", { type: "button", class: "bare lock", onclick: () => commands.lock(quality.name) });
    // The page's own file names the pictures: its address of them is the cached one.
    this._lock.append(/** @type {HTMLTemplateElement} */ (byId("lock-pictures")).content.cloneNode(true));
    this._reached = make("span", { id: `${id}-reached`, class: "reached" });
    this.box = make(
      "div", { class: "knob value" },
      make("div", { class: "knob-head" }, make("label", { for: id, text: qualityLabel(quality) }), this._lock),
      make("div", { class: "dial", title: `${quality.low_word} – ${quality.high_word}` }),
      this._input, this._output, this._reached,
    );
    this._knob = new Knob(this.box, {
      words: (at) => this._words(at, valueWords),
      spoken: (at) => `${this._words(at, spokenValue)}${this._shown?.asked === null && this._value !== null ? ", measured" : ""}`,
    });
    this._knob.addEventListener("drag", () => {
      this._value = valueAt(quality, this._knob.value);
      this._at = this._knob.value;
      this.box.classList.add("is-asked");
      commands.drag(quality.name, this._value);
    });
    this._knob.addEventListener("release", atRest(() => commands.release()));
    this._knob.addEventListener("reset", () => commands.set(quality.name, null));
    this._input.addEventListener("keydown", (event) => this._key(event));
  }

  /** @param {Shown} shown */
  show(shown) {
    this._shown = shown;
    const { asked, isFresh, locked, measured, range, reached } = shown;
    const name = qualityLabel(this.quality).toLowerCase();
    this._value = asked ?? measured;
    const [low, high] = ends(this.quality, range);
    const typical = place(this.quality, range[1]);
    const at = this._value === null ? typical : place(this.quality, this._value);
    this._at = Math.min(high, Math.max(low, at));
    this._knob.show(this._at, [low, high], typical);
    const { classList } = this.box;
    classList.toggle("is-asked", asked !== null);
    classList.toggle("is-unknown", this._value === null);
    classList.toggle("is-old", asked === null && !isFresh);
    write(this._reached, reached);
    this._output.title = `${asked === null ? "Measured; not asked for." : "Asked for."} Click to type a value.`;
    const isLocked = locked !== null;
    this._lock.setAttribute("aria-pressed", String(isLocked));
    this._lock.setAttribute("aria-label", `Lock ${name}`);
    this._lock.title = isLocked
      ? `Locked: Random and Variation keep ${valueWords(this.quality, locked)}` : `Lock ${name}: Random and Variation keep it`;
    /** @type {HTMLButtonElement} */ (this._lock).disabled = !isLocked && this._value === null;
  }

  /** @param {number} at @param {typeof valueWords} words */
  _words(at, words) {
    const isShown = Math.abs(at - this._at) < ROUNDING;
    if (this._value === null && isShown) return this._shown?.isFresh ? "none" : "…";
    return words(this.quality, isShown && this._value !== null ? this._value : valueAt(this.quality, at));
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this._shown) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this._type();
    } else if (event.key in ARROWS) {
      event.preventDefault();
      const way = /** @type {1|-1} */ (ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)]);
      const from = valueAt(this.quality, this._at);
      const to = stepped(this.quality, this._shown.range, from, way, event.shiftKey);
      this._knob.turn(place(this.quality, to));
    }
  }

  /** Open a field in the place of the value. Empty, it takes the wish back. */
  _type() {
    const { quality } = this;
    const before = this._value === null ? "" : valueWords(quality, this._value).replace(/ [A-G]#?-?\d$/, "");
    const field = /** @type {HTMLInputElement} */ (
      make("input", { type: "text", class: "typed", value: before, "aria-label": qualityLabel(quality), autocomplete: "off", spellcheck: "false" }));
    let isOpen = true;
    const close = () => {
      isOpen = false;
      const hadFocus = document.activeElement === field;
      field.replaceWith(this._output);
      if (hadFocus) this._input.focus({ preventScroll: true });
    };
    /** @param {boolean} isTold whether a value that makes no sense is told, and typed again */
    const take = (isTold) => {
      const text = field.value.trim();
      if (text === before) {
        close();
        return;
      }
      try {
        const value = text === "" ? null : readValue(quality, text);
        close();
        this._commands.set(quality.name, value);
      } catch (error) {
        if (!isTold) {
          close();
          return;
        }
        field.setAttribute("aria-invalid", "true");
        this._commands.refuse(/** @type {Error} */ (error).message);
      }
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") take(true);
      else if (event.key === "Escape") close();
    });
    field.addEventListener("blur", () => isOpen && take(false));
    this._output.replaceWith(field);
    field.focus({ preventScroll: true });
    field.select();
  }
}
