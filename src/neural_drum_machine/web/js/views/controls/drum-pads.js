/** The sixteen drum pads: touched they play, harder the higher the touch; they light by velocity and show their level. */

import { follow } from "./pointer.js";
import { clamp } from "../../model/numbers.js";
import { isHeard } from "../../model/beat.js";
import { PADS } from "../../model/kit.js";
import { LOUDEST } from "../../model/recipe.js";
import { projectOf } from "../../model/state.js";
import { byId, make, write } from "../dom.js";
import { drawBars } from "../drawing/bars.js";
import { fitCanvas } from "../drawing/canvas.js";
import { accent, hueOf, themed } from "../drawing/color.js";
import { isStill } from "../motion.js";

/** @import { Channels } from "../../model/channels.js" */
/** @import { PadSound } from "../../model/kit.js" */
/** @import { State } from "../../model/state.js" */

/**
 * @typedef {object} Commands
 * @property {(n: number, velocity: number) => void} press
 * @property {(n: number) => void} select
 * @property {(n: number) => void} clear
 * @property {(n: number, transfer: DataTransfer) => boolean} carry begins to drag a pad out as a file
 */

/** The velocity at the lower edge of a pad. */
const SOFTEST = 32;
/** Pads of a row. */
const ROW = 8;
/** Milliseconds for which a pad lights. */
const FLASH_MS = 240;
/** Where a pad's meter is, in pixels: from its lower edge, from the sides, and its height. */
const [BELOW, BESIDE, THICK] = [4, 6, 3];
/** The lowest level that a pad's meter shows, and how fast it falls. */
const [FLOOR_DB, FALL_DB_PER_SECOND] = [-48, 70];

export class DrumPadsView {
  /** @param {Commands} commands @param {() => readonly AnalyserNode[]} meters of the pads */
  constructor(commands, meters) {
    this._commands = commands;
    this._meters = meters;
    /** @type {readonly (PadSound|null)[]} */
    this._pads = [];
    /** @type {string[]} */
    this._categories = [];
    this._tiles = Array.from({ length: PADS }, (_, n) => this._tile(n));
    /** What the meters show, in dB. */
    this._levels = new Float64Array(PADS).fill(FLOOR_DB);
    /** The last hits: when each was, and how bright it is at first. */
    this._hits = Array.from({ length: PADS }, () => ({ since: -Infinity, strength: 0 }));
    /** How bright the pads are, 0 to 1. */
    this._lights = new Float64Array(PADS);
    this._then = 0;
    this._data = new Float32Array(512);
    byId("drum-pads").append(...this._tiles.map(({ tile }) => tile));
  }

  /** @param {number} n */
  _tile(n) {
    const wave = /** @type {HTMLCanvasElement} */ (make("canvas", { class: "picture", "aria-hidden": "true" }));
    const name = make("span", { class: "name", dir: "auto" });
    const key = make("span", { class: "key", "aria-hidden": "true" });
    const light = /** @type {HTMLCanvasElement} */ (make("canvas", { class: "light", "aria-hidden": "true" }));
    const onkeydown = (/** @type {KeyboardEvent} */ event) => this._key(event, n);
    const ondragstart = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer || !this._commands.carry(n, event.dataTransfer)) event.preventDefault();
    };
    const tile = make("button", { id: `pad-${n + 1}`, class: "tile", type: "button", draggable: "true", onkeydown, ondragstart }, light, key, wave, name);
    follow(tile, {
      start: (event) => {
        const box = tile.getBoundingClientRect();
        const height = clamp(1 - (event.clientY - box.top) / box.height, 0, 1);
        this._commands.press(n, Math.round(SOFTEST + (LOUDEST - SOFTEST) * height));
        return false; // a hit has no drag
      },
    });
    // A click without a pointer comes from a key or from a screen reader.
    tile.addEventListener("click", (event) => event.detail === 0 && this._commands.press(n, LOUDEST));
    return { tile, key, wave, name, light };
  }

  /** @param {KeyboardEvent} event @param {number} n */
  _key(event, n) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW }[event.key];
    if (step) {
      event.preventDefault();
      const next = (n + step + PADS) % PADS;
      this._commands.select(next);
      this._tiles[next].tile.focus();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this._commands.clear(n);
    }
  }

  /** Show that a pad plays. @param {number} n @param {number} velocity 1 to 127 */
  flash(n, velocity) {
    if (isStill()) return;
    this._hits[n] = { since: performance.now(), strength: (0.15 + (0.75 * velocity) / LOUDEST) * Number(themed("--flash")) };
  }

  /** Move the meters of the pads. @param {number} now milliseconds @returns {boolean} whether any shows something */
  meter(now) {
    const fall = (FALL_DB_PER_SECOND * Math.min(100, now - this._then)) / 1000;
    this._then = now;
    let isMoving = false;
    this._meters().forEach((meter, n) => {
      meter.getFloatTimeDomainData(/** @type {Float32Array<ArrayBuffer>} */ (this._data));
      let peak = 0;
      for (const v of this._data) peak = Math.max(peak, Math.abs(v));
      const db = Math.max(this._levels[n] - fall, 20 * Math.log10(peak + 1e-9), FLOOR_DB);
      const { since, strength } = this._hits[n];
      const light = strength * Math.max(0, 1 - (now - since) / FLASH_MS) ** 2;
      if (db === this._levels[n] && db === FLOOR_DB && light === this._lights[n]) return;
      [this._levels[n], this._lights[n]] = [db, light];
      isMoving = true;
      this._drawLight(n);
    });
    return isMoving;
  }

  /** Draw a pad's light and its meter. @param {number} n */
  _drawLight(n) {
    const { context, width, height } = fitCanvas(this._tiles[n].light);
    const hue = hueOf(this._pads[n]?.recipe.category ?? "", this._categories);
    if (this._lights[n]) {
      context.fillStyle = accent(hue, this._lights[n]);
      context.fillRect(0, 0, width, height);
    }
    context.fillStyle = accent(hue);
    context.fillRect(BESIDE, height - BELOW - THICK, (width - 2 * BESIDE) * Math.min(1, 1 - this._levels[n] / FLOOR_DB), THICK);
  }

  /** @param {number} n @param {Channels|null} channels */
  showWave(n, channels) {
    const { context, width, height } = fitCanvas(this._tiles[n].wave);
    if (!channels?.[0].length || !width) return;
    const category = this._pads[n]?.recipe.category ?? "";
    drawBars(context, width, height, channels, accent(hueOf(category, this._categories)));
  }

  /** @param {State} state */
  show(state) {
    const { beat, pads, selected } = projectOf(state);
    [this._pads, this._categories] = [pads, state.hello?.categories ?? []];
    this._tiles.forEach(({ tile, key, name }, n) => {
      const pad = pads[n];
      const isSilent = !isHeard(beat, n);
      tile.classList.toggle("filled", !!pad);
      tile.classList.toggle("selected", n === selected);
      tile.classList.toggle("muted", isSilent);
      tile.setAttribute("aria-pressed", String(n === selected));
      tile.setAttribute("aria-label", `Pad ${n + 1}: ${pad ? pad.name : "empty"}${isSilent ? ", muted in the beat" : ""}${pad?.locked ? ", locked" : ""}`);
      write(key, state.padKeys[n] ?? "");
      write(name, pad?.name ?? "empty");
      if (pad) tile.style.setProperty("--hue", String(hueOf(pad.recipe.category, this._categories)));
    });
  }
}
