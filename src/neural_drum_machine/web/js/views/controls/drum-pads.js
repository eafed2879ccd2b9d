/** The eight drum pads: touched they play, louder the higher the touch. Below them are their faders. */

import { follow } from "./pointer.js";
import { atRest } from "./key-repeat.js";
import { categoryLabel } from "../../model/labels.js";
import { clamp } from "../../model/numbers.js";
import { PADS } from "../../model/project.js";
import { projectOf } from "../../model/state.js";
import { byId, make } from "../dom.js";
import { drawBars } from "../drawing/bars.js";
import { fitCanvas } from "../drawing/canvas.js";
import { accent, hueOf } from "../drawing/color.js";

/** @import { Mix, PadSound } from "../../model/project.js" */
/** @import { State } from "../../model/state.js" */

/**
 * @typedef {object} Commands
 * @property {(n: number, velocity: number) => void} press
 * @property {(n: number) => void} select
 * @property {(n: number) => void} keep
 * @property {(n: number) => void} edit
 * @property {(n: number) => void} clear
 * @property {(n: number, change: Partial<Mix>, isStep: boolean) => void} mix
 */

/** The gain at the lower edge of a pad. */
const SOFTEST = 0.25;
const FADERS = /** @type {const} */ (["level", "pan", "pitch"]);

export class DrumPadsView {
  /** @param {Commands} commands */
  constructor(commands) {
    this._commands = commands;
    this._selected = 0;
    /** @type {readonly (PadSound|null)[]} */
    this._pads = [];
    /** @type {string[]} */
    this._categories = [];
    this._tiles = Array.from({ length: PADS }, (_, n) => this._tile(n));
    byId("drum-pads").append(...this._tiles.map(({ tile }) => tile));
    for (const name of FADERS) {
      const input = /** @type {HTMLInputElement} */ (byId(`pad-${name}`));
      const mix = (/** @type {boolean} */ isStep) =>
        commands.mix(this._selected, { [name]: Number(input.value) }, isStep);
      input.addEventListener("input", () => mix(false));
      input.addEventListener("change", atRest(() => mix(true)));
    }
    for (const name of /** @type {const} */ (["keep", "edit", "clear"])) {
      byId(`pad-${name}`).addEventListener("click", () => commands[name](this._selected));
    }
  }

  /** @param {number} n */
  _tile(n) {
    const wave = /** @type {HTMLCanvasElement} */ (make("canvas", { "aria-hidden": "true" }));
    const name = make("span", { class: "name" });
    const key = make("span", { class: "key", "aria-hidden": "true" });
    const onkeydown = (/** @type {KeyboardEvent} */ event) => this._key(event, n);
    const tile = make("button", { id: `pad-${n + 1}`, class: "tile", type: "button", onkeydown }, key, wave, name);
    follow(tile, {
      start: (event) => {
        const box = tile.getBoundingClientRect();
        const height = clamp(1 - (event.clientY - box.top) / box.height, 0, 1);
        this._commands.press(n, SOFTEST + (1 - SOFTEST) * height);
        return false; // a hit has no drag
      },
    });
    // A click without a pointer comes from a screen reader.
    tile.addEventListener("click", (event) => event.detail === 0 && this._commands.press(n, 1));
    return { tile, key, wave, name };
  }

  /** @param {KeyboardEvent} event @param {number} n */
  _key(event, n) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = (n + step + PADS) % PADS;
      this._commands.select(next);
      this._tiles[next].tile.focus();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this._commands.clear(n);
    }
  }

  /** Show that a pad plays. @param {number} n */
  flash(n) {
    const { tile } = this._tiles[n];
    tile.classList.remove("hit");
    void tile.offsetWidth; // restarts the animation
    tile.classList.add("hit");
  }

  /** @param {number} n @param {Float32Array|null} samples */
  showWave(n, samples) {
    const { context, width, height } = fitCanvas(this._tiles[n].wave);
    if (!samples?.length || !width) return;
    const category = this._pads[n]?.recipe.category ?? "";
    drawBars(context, width, height, samples, accent(hueOf(category, this._categories)));
  }

  /** @param {State} state */
  show(state) {
    [this._pads, this._categories] = [projectOf(state).pads, state.hello?.categories ?? []];
    this._selected = state.selectedPad;
    this._tiles.forEach(({ tile, key, name }, n) => {
      const pad = this._pads[n];
      const label = pad && categoryLabel(pad.recipe.category);
      tile.classList.toggle("filled", !!pad);
      tile.classList.toggle("selected", n === this._selected);
      tile.setAttribute("aria-pressed", String(n === this._selected));
      tile.setAttribute("aria-label", `Pad ${n + 1}: ${label ?? "empty, keeps the present sound"}`);
      key.textContent = state.padKeys[n] ?? "";
      name.textContent = label ?? "+";
      if (pad) tile.style.setProperty("--hue", String(hueOf(pad.recipe.category, this._categories)));
    });
    this._showFaders(this._pads[this._selected] ?? null);
  }

  /** @param {PadSound|null} pad */
  _showFaders(pad) {
    byId("pad-title").textContent =
      `Pad ${this._selected + 1} · ${pad ? categoryLabel(pad.recipe.category) : "empty"}`;
    for (const name of FADERS) {
      const input = /** @type {HTMLInputElement} */ (byId(`pad-${name}`));
      input.disabled = !pad;
      input.value = String(pad?.[name] ?? 0);
      byId(`pad-${name}-reading`).textContent = pad ? mixWords(name, pad[name]) : "–";
      input.setAttribute("aria-valuetext", pad ? mixWords(name, pad[name]) : "empty");
    }
    for (const id of ["pad-edit", "pad-clear"]) {
      /** @type {HTMLButtonElement} */ (byId(id)).disabled = !pad;
    }
  }
}

/** @param {keyof Mix} name @param {number} value */
function mixWords(name, value) {
  const sign = value > 0 ? "+" : "";
  if (name === "level") return `${sign}${value.toFixed(0)} dB`;
  if (name === "pitch") return `${sign}${value} st`;
  if (Math.abs(value) < 0.01) return "middle";
  return `${Math.round(100 * Math.abs(value))} ${value < 0 ? "left" : "right"}`;
}
