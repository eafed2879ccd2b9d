/** The level meter. It runs while sounds play. */

import { clamp } from "../../model/numbers.js";
import { byId } from "../dom.js";
import { fitCanvas } from "../drawing/canvas.js";
import { accent, themed } from "../drawing/color.js";

/** @import { Output } from "../../audio/output.js" */

const FLOOR_DB = -54;
const FALL_DB_PER_SECOND = 60;
/** Milliseconds for which the meter shows that the limiter has worked. */
const SHOW_LIMITED = 400;
/** Milliseconds for which the meter runs at least. */
const MIN_RUN = 400;

export class Meter {
  /** @param {Output} output @param {(now: number) => boolean} pads moves the pads' meters; says whether any shows something */
  constructor(output, pads) {
    this._output = output;
    this._pads = pads;
    this._box = byId("meter");
    this._bar = /** @type {HTMLCanvasElement} */ (byId("meter-bar"));
    this._db = FLOOR_DB;
    this._isRunning = false;
    this._until = 0;
    this._then = 0;
    this._words = "";
    this._isLimited = false;
    this._data = new Float32Array(0);
  }

  /** Run: a sound has started. */
  wake() {
    this._until = performance.now() + MIN_RUN;
    if (this._isRunning) return;
    this._isRunning = true;
    this._then = performance.now();
    requestAnimationFrame(() => this._step());
  }

  _step() {
    const { analyser } = this._output;
    if (!analyser) return;
    if (this._data.length !== analyser.fftSize) this._data = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(/** @type {Float32Array<ArrayBuffer>} */ (this._data));
    let peak = 0;
    for (const v of this._data) peak = Math.max(peak, Math.abs(v));
    const now = performance.now();
    const fallen = this._db - (FALL_DB_PER_SECOND * (now - this._then)) / 1000;
    this._then = now;
    this._db = clamp(Math.max(fallen, 20 * Math.log10(peak + 1e-9)), FLOOR_DB, 6);
    const isLimited = this._db > 0.1 || now - this._output.limitedAt < SHOW_LIMITED;
    this._draw(isLimited);
    const db = Math.round(Math.min(0, this._db));
    const words = `${db} dB${isLimited ? ", limited" : ""}`;
    if (words !== this._words) {
      this._words = words;
      this._box.setAttribute("aria-valuenow", String(db));
      this._box.setAttribute("aria-valuetext", words);
    }
    const isMoving = this._pads(now);
    if (isMoving || this._db > FLOOR_DB || now < this._until) requestAnimationFrame(() => this._step());
    else this._isRunning = false;
  }

  /** @param {boolean} isLimited */
  _draw(isLimited) {
    const { context, width, height } = fitCanvas(this._bar);
    const hue = Number(document.documentElement.style.getPropertyValue("--hue")); // the edited drum's
    context.fillStyle = isLimited ? themed("--bad") : accent(hue);
    context.fillRect(0, 0, width * (1 - Math.min(0, this._db) / FLOOR_DB), height);
    if (isLimited !== this._isLimited) this._bar.classList.toggle("over", isLimited);
    this._isLimited = isLimited;
  }
}
