/** The waveform: zooming and scrolling, and the handles of trim and fades. */

import { follow } from "./pointer.js";
import { NOTHING, monoOf } from "../../model/channels.js";
import { clamp } from "../../model/numbers.js";
import { SHORTEST, WHOLE, fitTrim, hitSeconds } from "../../model/trim.js";
import { byId, write } from "../dom.js";
import { isStill } from "../motion.js";
import { fitCanvas, oncePerFrame } from "../drawing/canvas.js";
import { isDark, themed } from "../drawing/color.js";
import { drawSpectrogram } from "../drawing/spectrogram.js";
import { drawFades, drawWave } from "../drawing/wave-picture.js";

/** @import { Channels } from "../../model/channels.js" */
/** @import { FittedTrim, Trim } from "../../model/trim.js" */

const MAX_ZOOM = 40;
/** The handles, and the step of an arrow key in milliseconds; with Shift. */
const HANDLES = /** @type {const} */ (["start", "end", "fadeIn", "fadeOut"]);
const [STEP, LARGE] = [1, 10];
/** The width of a handle in pixels. It lies beside its time, on the side of the sound. */
const HANDLE = 28;
/** The width of the playhead. */
const HEAD = 2;

/** @typedef {typeof HANDLES[number]} Handle */

/**
 * Fires `drag` (detail: the trim) while a handle moves, `release` when it is let go, and `play`.
 */
export class Waveform extends EventTarget {
  constructor() {
    super();
    this._box = byId("wave");
    this._canvas = /** @type {HTMLCanvasElement} */ (byId("wave-canvas"));
    this._head = /** @type {HTMLCanvasElement} */ (byId("playhead"));
    this._handles = HANDLES.map((name) => byId(`handle-${name}`));
    this._hue = 30;
    /** @type {Channels} */
    this._channels = NOTHING;
    /** @type {Channels|null} */
    this._original = null;
    this._sr = 44100;
    /** @type {Trim} */
    this._trim = WHOLE;
    this._view = [0, 1];
    /** Whether the view is the hit: nobody has zoomed. */
    this._isFitted = true;
    /** Whether all of the sound is shown, with the silence: zooming out once more fits the hit again. */
    this._isWide = false;
    this._isSpectral = false;
    /** Counts the runs of the playhead: a new one ends the last. */
    this._runs = 0;
    this.draw = oncePerFrame(() => this._draw());
    HANDLES.forEach((name, i) => this._listen(name, this._handles[i]));
    this._box.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    let x = 0;
    let moved = false;
    follow(this._box, {
      start: (event) => {
        if (this._handles.some((handle) => handle.contains(/** @type {Node} */ (event.target)))) {
          return false;
        }
        [x, moved] = [event.clientX, false];
      },
      move: (event) => {
        const [low, high] = this._view;
        moved ||= Math.abs(event.clientX - x) > 4;
        if (!moved || high - low >= 1) return;
        this._scroll(((x - event.clientX) / this._box.clientWidth) * (high - low));
        x = event.clientX;
      },
      end: () => moved || this.dispatchEvent(new Event("play")),
    });
    new ResizeObserver(this.draw).observe(this._box);
  }

  /** Milliseconds of the sound. */
  get length() {
    return (1000 * this._channels[0].length) / this._sr;
  }

  /**
   * @param {{channels: Channels, sr: number, original: Channels|null}} sound
   * @param {number} hue
   */
  show({ channels, sr, original }, hue) {
    [this._channels, this._sr, this._original, this._hue] = [channels, sr, original, hue];
    if (this._isFitted) this._fit();
    this.draw();
  }

  /** Show the hit without the silence after it. */
  _fit() {
    const { end, start } = this._trim;
    const shown = Math.max(1100 * hitSeconds(this._channels, this._sr), (end ?? 0) * 1.05, start * 1.3, 60);
    this._view = [0, this.length ? Math.min(1, shown / this.length) : 1];
  }

  /** @param {Trim} trim */
  showTrim(trim) {
    this._trim = trim;
    if (this._isFitted && trim.start / Math.max(1, this.length) > this._view[1]) this._fit();
    this.draw();
  }

  /** Show frequencies in place of the waveform. @param {boolean} isSpectral */
  showSpectrogram(isSpectral) {
    this._isSpectral = isSpectral;
    this.draw();
  }

  /** @param {number} factor above 1 zooms in, 0 shows all @param {number} [at] the fixed point, 0 to 1 of the width */
  zoom(factor, at = 0.5) {
    const [low, high] = this._view;
    const size = clamp((high - low) / factor, 1 / MAX_ZOOM, 1);
    const centre = low + at * (high - low);
    const start = clamp(centre - at * size, 0, 1 - size);
    this._view = [start, start + size];
    this._isFitted = size >= 1 && this._isWide;
    this._isWide = size >= 1;
    if (this._isFitted) this._fit();
    this.draw();
  }

  /** Move the playhead along while the sound plays. @param {number} [rate] of playback */
  run(rate = 1) {
    if (isStill()) return;
    const { start, end } = fitTrim(this._trim, this.length);
    const began = performance.now();
    const run = ++this._runs;
    const step = () => {
      if (run !== this._runs) return;
      const ms = start + (performance.now() - began) * rate;
      const x = this._x(ms);
      const on = ms < end && x >= 0 && x <= 1;
      this._head.hidden = !on;
      if (on) this._drawHead(x);
      if (ms < end) requestAnimationFrame(step);
    };
    step();
  }

  /** @param {number} x its place, 0 to 1 of the width */
  _drawHead(x) {
    const { context, width, height } = fitCanvas(this._head);
    context.fillStyle = themed("--text");
    context.fillRect(x * (width - HEAD), 0, HEAD, height);
  }

  /** The place of a time, 0 to 1 of the width. @param {number} ms */
  _x(ms) {
    const [low, high] = this._view;
    return (ms / Math.max(1e-9, this.length) - low) / (high - low);
  }

  /** @param {number} by 1 is the length of the sound */
  _scroll(by) {
    const size = this._view[1] - this._view[0];
    const start = clamp(this._view[0] + by, 0, 1 - size);
    this._view = [start, start + size];
    this.draw();
  }

  /** @param {WheelEvent} event */
  _wheel(event) {
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    const zoomed = this._view[1] - this._view[0] < 1;
    if (!sideways && !event.ctrlKey && !zoomed && event.deltaY > 0) return; // let the page scroll
    event.preventDefault();
    if (sideways) {
      this._scroll((sideways / this._box.clientWidth) * (this._view[1] - this._view[0]));
    } else {
      const at = (event.clientX - this._box.getBoundingClientRect().left) / this._box.clientWidth;
      this.zoom(Math.exp(-event.deltaY / 240), at);
    }
  }

  /** @param {Handle} name @param {HTMLElement} handle */
  _listen(name, handle) {
    let grip = 0; // pixels from the handle's time to the pointer
    const at = (/** @type {PointerEvent} */ event) => {
      const x = (event.clientX - grip - this._left) / this._box.clientWidth;
      return (this._view[0] + clamp(x, 0, 1) * (this._view[1] - this._view[0])) * this.length;
    };
    follow(handle, {
      start: (event) => {
        handle.focus({ preventScroll: true });
        grip = event.clientX - this._left - clamp(this._x(this._places()[name]), 0, 1) * this._box.clientWidth;
      },
      move: (event) => this._drag(name, at(event)),
      end: () => this._rest(),
    });
    handle.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? LARGE : STEP;
      const by = { ArrowLeft: -step, ArrowRight: step, ArrowDown: -step, ArrowUp: step }[event.key];
      if (event.key === "Home" || event.key === "End") {
        this._drag(name, event.key === "Home" ? 0 : this.length);
      } else if (by) {
        this._drag(name, this._places()[name] + by);
      } else {
        return;
      }
      event.preventDefault();
      this._rest();
    });
  }

  /** The left edge of the box on the screen, in pixels. */
  get _left() {
    return this._box.getBoundingClientRect().left + this._box.clientLeft;
  }

  /** Where the sound ends on the screen, in milliseconds: without a trim, where the silence after it is cut off. */
  _seenEnd() {
    const { end } = fitTrim(this._trim, this.length);
    return this._trim.end === null && this._isFitted ? Math.min(end, this._view[1] * this.length) : end;
  }

  /** The times of the handles, in milliseconds. */
  _places() {
    const { start, fadeIn, fadeOut } = fitTrim(this._trim, this.length);
    const end = this._seenEnd();
    return { start, end, fadeIn: start + fadeIn, fadeOut: end - fadeOut };
  }

  /** @param {Handle} name @param {number} ms the new time of the handle */
  _drag(name, ms) {
    const now = fitTrim(this._trim, this.length);
    const trim = { ...now, end: this._trim.end };
    if (name === "start") trim.start = clamp(ms, 0, now.end - SHORTEST);
    if (name === "end") trim.end = ms >= this.length - 0.05 ? null : Math.max(now.start + SHORTEST, ms);
    if (name === "fadeIn") trim.fadeIn = Math.max(0, ms - now.start);
    if (name === "fadeOut") {
      const end = this._seenEnd();
      if (end < now.end) trim.end = end; // a fade of the silence would not be heard
      trim.fadeOut = Math.max(0, end - ms);
    }
    const { fadeIn, fadeOut } = fitTrim(trim, this.length);
    this._trim = { ...trim, fadeIn, fadeOut };
    this.draw();
    this.dispatchEvent(new CustomEvent("drag", { detail: this._trim }));
  }

  _rest() {
    this.dispatchEvent(new CustomEvent("release", { detail: this._trim }));
  }

  _draw() {
    const { context, width, height } = fitCanvas(this._canvas);
    if (!width || !this._channels[0].length) return;
    this._box.dataset.view = this._view.map((edge) => edge.toFixed(4)).join(" "); // what is shown, for scripts
    const trim = fitTrim(this._trim, this.length);
    if (this._isSpectral) {
      drawSpectrogram(context, width, height, monoOf(this._channels), this._sr, this._view, this._hue);
    } else {
      const [channels, original, sr, view, hue] = [this._channels, this._original, this._sr, this._view, this._hue];
      drawWave(context, width, height, { channels, original, sr, view, hue, trim });
    }
    const [x0, x1] = [this._x(trim.start) * width, this._x(trim.end) * width];
    context.fillStyle = isDark() ? "rgba(17, 19, 23, 0.72)" : "rgba(246, 246, 244, 0.76)";
    if (x0 > 0) context.fillRect(0, 0, x0, height);
    if (x1 < width) context.fillRect(x1, 0, width - x1, height);
    drawFades(context, height, trim, (ms) => this._x(ms) * width);
    this._place(trim, width);
  }

  /**
   * @param {FittedTrim} trim
   * @param {number} width
   */
  _place(trim, width) {
    const places = this._places();
    const values = [trim.start, trim.end, trim.fadeIn, trim.fadeOut];
    this._handles.forEach((handle, i) => {
      const name = HANDLES[i];
      const x = this._x(places[name]);
      const isLeft = name === "start" || name === "fadeIn";
      const left = clamp(x * width - (isLeft ? 0 : HANDLE), 0, width - HANDLE);
      handle.classList.toggle("off", x < -0.001 || x > 1.001);
      handle.style.transform = `translateX(${left}px)`;
      handle.setAttribute("aria-valuemax", this.length.toFixed(0));
      handle.setAttribute("aria-valuenow", values[i].toFixed(0));
      handle.setAttribute("aria-valuetext", `${values[i].toFixed(0)} milliseconds`);
    });
    const fades = trim.fadeIn || trim.fadeOut
      ? ` · fades ${trim.fadeIn.toFixed(0)} and ${trim.fadeOut.toFixed(0)} ms` : "";
    const heard = Math.min(trim.end, 1000 * hitSeconds(this._channels, this._sr)) - trim.start;
    write(byId("wave-reading"), `${Math.max(0, heard).toFixed(0)} ms${fades}`);
  }
}
