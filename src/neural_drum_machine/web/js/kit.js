/** Eight pads that hold sounds: touched they play, louder the higher the touch. */

import { drawBars } from "./bars.js";
import { accent, hueOf } from "./color.js";
import { byId, clamp, fitted, make, named } from "./dom.js";
import { atRest } from "./held.js";
import { PADS } from "./project.js";

/** The gain of the softest touch. */
const SOFTEST = 0.25;
/** What each key of the keyboard's row is labelled. */
const KEYS = ["A", "S", "D", "F", "G", "H", "J", "K"];

/**
 * @typedef {object} Hands
 * @property {(n: number, velocity: number) => void} hit
 * @property {(n: number) => void} keep put the present sound there
 * @property {(n: number) => void} edit work on the pad's sound
 * @property {(n: number) => void} clear
 * @property {(n: number, change: {level?: number, pan?: number, pitch?: number}, step: boolean)
 *   => void} mix
 */

export class Kit {
  /** @param {Hands} hands */
  constructor(hands) {
    this._hands = hands;
    this.selected = 0;
    /** @type {(import("./project.js").PadSound|null)[]} */
    this._pads = [];
    /** @type {string[]} */
    this._categories = [];
    this._tiles = Array.from({ length: PADS }, (_, n) => this._tile(n));
    byId("kit").append(...this._tiles.map(({ tile }) => tile));
    for (const name of /** @type {const} */ (["level", "pan", "pitch"])) {
      const input = /** @type {HTMLInputElement} */ (byId(`pad-${name}`));
      const mix = (/** @type {boolean} */ step) => {
        hands.mix(this.selected, { [name]: Number(input.value) }, step);
      };
      input.addEventListener("input", () => mix(false));
      input.addEventListener("change", atRest(() => mix(true)));
    }
    byId("pad-keep").addEventListener("click", () => hands.keep(this.selected));
    byId("pad-edit").addEventListener("click", () => hands.edit(this.selected));
    byId("pad-clear").addEventListener("click", () => hands.clear(this.selected));
  }

  /** @param {number} n */
  _tile(n) {
    const wave = /** @type {HTMLCanvasElement} */ (make("canvas", { "aria-hidden": "true" }));
    const name = make("span", { class: "name" });
    const tile = make(
      "button",
      { id: `pad-${n + 1}`, class: "tile", type: "button", onkeydown: (/** @type {any} */ e) => this._key(e, n) },
      make("span", { class: "key", "aria-hidden": "true", text: KEYS[n] }),
      wave,
      name,
    );
    tile.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const box = tile.getBoundingClientRect();
      const height = clamp(1 - (event.clientY - box.top) / box.height, 0, 1);
      this.press(n, SOFTEST + (1 - SOFTEST) * height);
    });
    // A click that no pointer made: a screen reader's.
    tile.addEventListener("click", (event) => event.detail === 0 && this.press(n, 1));
    return { tile, wave, name };
  }

  /** @param {KeyboardEvent} event @param {number} n */
  _key(event, n) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) {
      event.preventDefault();
      this.select((n + by + PADS) % PADS);
      this._tiles[this.selected].tile.focus();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this._hands.clear(n);
    }
  }

  /** Play a pad, or keep the present sound where there is none. @param {number} n */
  press(n, velocity = 1) {
    this.select(n);
    if (this._pads[n]) this._hands.hit(n, velocity);
    else this._hands.keep(n);
  }

  /** @param {number} n */
  select(n) {
    this.selected = n;
    this._reflect();
  }

  /** Show that a pad is heard. @param {number} n */
  flash(n) {
    const { tile } = this._tiles[n];
    tile.classList.remove("hit");
    void tile.offsetWidth; // starts the animation anew
    tile.classList.add("hit");
  }

  /**
   * @param {(import("./project.js").PadSound|null)[]} pads
   * @param {string[]} categories
   */
  show(pads, categories) {
    [this._pads, this._categories] = [pads, categories];
    this._reflect();
  }

  /** @param {number} n @param {Float32Array|null} samples */
  showWave(n, samples) {
    const { context, width, height } = fitted(this._tiles[n].wave);
    if (!samples?.length || !width) return;
    const category = this._pads[n]?.recipe.category ?? "";
    drawBars(context, width, height, samples, accent(hueOf(category, this._categories)));
  }

  _reflect() {
    this._tiles.forEach(({ tile, name }, n) => {
      const pad = this._pads[n];
      tile.classList.toggle("filled", !!pad);
      tile.classList.toggle("selected", n === this.selected);
      tile.setAttribute("aria-pressed", String(n === this.selected));
      name.textContent = pad ? named(pad.recipe.category) : "+";
      const says = pad ? named(pad.recipe.category) : "empty, keeps the present sound";
      tile.setAttribute("aria-label", `Pad ${n + 1}: ${says}`);
      if (pad) tile.style.setProperty("--hue", String(hueOf(pad.recipe.category, this._categories)));
    });
    const pad = this._pads[this.selected];
    byId("pad-title").textContent = pad
      ? `Pad ${this.selected + 1} · ${named(pad.recipe.category)}` : `Pad ${this.selected + 1} · empty`;
    const words = {
      level: (/** @type {number} */ v) => `${v > 0 ? "+" : ""}${v.toFixed(0)} dB`,
      pan: (/** @type {number} */ v) =>
        Math.abs(v) < 0.01 ? "middle" : `${Math.round(100 * Math.abs(v))} ${v < 0 ? "left" : "right"}`,
      pitch: (/** @type {number} */ v) => `${v > 0 ? "+" : ""}${v} st`,
    };
    for (const key of /** @type {const} */ (["level", "pan", "pitch"])) {
      const input = /** @type {HTMLInputElement} */ (byId(`pad-${key}`));
      input.disabled = !pad;
      input.value = String(pad?.[key] ?? 0);
      byId(`pad-${key}-reading`).textContent = pad ? words[key](pad[key]) : "–";
      input.setAttribute("aria-valuetext", pad ? words[key](pad[key]) : "empty");
    }
    for (const id of ["pad-edit", "pad-clear"]) {
      /** @type {HTMLButtonElement} */ (byId(id)).disabled = !pad;
    }
  }
}
