/** The XY pad: P1 to the right, P2 up. Two range inputs under it serve keys and screen readers. */

import { follow } from "./pointer.js";
import { signed } from "../../model/labels.js";
import { clamp } from "../../model/numbers.js";
import { byId } from "../dom.js";
import { oncePerFrame } from "../drawing/canvas.js";
import { drawXYPad } from "../drawing/xy-picture.js";
import { paintMap } from "../drawing/map-painter.js";

/** @import { PadMap } from "../../model/state.js" */
/** @import { Mark } from "../drawing/xy-picture.js" */

/** The step of an arrow key for a range of 1; with Shift. */
const [STEP, SMALL] = [0.05, 0.01];
/** Milliseconds that a ring grows. */
const RING_MS = 520;

/**
 * Fires `drag` and `release` (detail: `{p1, p2}`).
 */
export class XYPad extends EventTarget {
  constructor() {
    super();
    this._box = byId("xy-pad");
    this._canvas = /** @type {HTMLCanvasElement} */ (byId("xy-canvas"));
    this._inputs = /** @type {HTMLInputElement[]} */ ([byId("p1"), byId("p2")]);
    this._p = [0, 0];
    this._range = 1;
    this._hue = 30;
    /** @type {PadMap|null} */
    this._map = null;
    /** @type {HTMLCanvasElement|null} */
    this._picture = null;
    /** @type {Mark[]} */
    this._marks = [];
    this._isHeld = false;
    /** When the sound has played: a ring grows from the point. @type {number[]} */
    this._rings = [];
    this.draw = oncePerFrame(() => this._draw());
    follow(this._box, {
      start: (event) => {
        this._isHeld = true;
        this._inputs[0].focus({ preventScroll: true });
        this._to(event);
      },
      move: (event) => this._to(event),
      end: () => {
        this._isHeld = false;
        this._tell("release");
      },
    });
    this._inputs.forEach((input, i) => {
      input.addEventListener("keydown", (event) => this._key(event));
      input.addEventListener("input", () => {
        this._p = this._p.with(i, Number(input.value));
        this._tell("drag");
      });
      input.addEventListener("change", () => this._tell("release"));
    });
    new ResizeObserver(this.draw).observe(this._box);
  }

  /**
   * Show a place.
   * @param {number[]|null} p null keeps the present one
   * @param {number} range
   * @param {number} hue
   */
  show(p, range, hue) {
    if (p && !this._isHeld) this._p = [p[0], p[1]];
    if (range !== this._range || hue !== this._hue) this._picture = null;
    [this._range, this._hue] = [range, hue];
    this._reflect();
    this.draw();
  }

  /** @param {PadMap|null} map */
  showMap(map) {
    this._map = map;
    this._picture = null;
    this.draw();
  }

  /** Show the places of other sounds. @param {Mark[]} marks */
  showMarks(marks) {
    this._marks = marks;
    this.draw();
  }

  /** Paint the map again: the theme has changed. */
  repaint() {
    this._picture = null;
    this.draw();
  }

  /** Show that the sound plays. */
  ring() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this._rings.push(performance.now());
    this.draw();
  }

  /** @param {string[]} names such as "darker – brighter"; "" of an axis without a name */
  nameAxes(names) {
    const ends = names.map((name, i) => (name ? name.split(" – ") : [`− P${i + 1}`, `P${i + 1} +`]));
    ["x-low", "x-high", "y-low", "y-high"].forEach((id, i) => {
      byId(id).textContent = ends[i >> 1][i & 1] ?? "";
    });
    this._inputs.forEach((input, i) => {
      input.setAttribute("aria-label", `P${i + 1}${names[i] ? `: ${names[i]}` : ""}`);
    });
  }

  /** @param {PointerEvent} event */
  _to(event) {
    const box = this._canvas.getBoundingClientRect();
    const share = (/** @type {number} */ x, /** @type {number} */ size) =>
      clamp(2 * (x / size) - 1, -1, 1) * this._range;
    this._p = [share(event.clientX - box.left, box.width), -share(event.clientY - box.top, box.height)];
    this._reflect();
    this.draw();
    this._tell("drag");
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const step = this._range * (event.shiftKey ? SMALL : STEP);
    /** @type {Record<string, [number, number]>} */
    const ways = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
    };
    const way = ways[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // A coordinate outside the range stays there until its own key moves it.
    this._p = this._p.map((v, i) => (way[i] ? clamp(v + way[i] * step, -this._range, this._range) : v));
    this._reflect();
    this.draw();
    this._tell("drag");
    this._tell("release");
  }

  /** @param {string} name */
  _tell(name) {
    this.dispatchEvent(new CustomEvent(name, { detail: { p1: this._p[0], p2: this._p[1] } }));
  }

  _reflect() {
    this._inputs.forEach((input, i) => {
      input.min = String(-this._range);
      input.max = String(this._range);
      input.value = String(this._p[i]);
      input.setAttribute("aria-valuetext", this._p[i].toFixed(2));
    });
    byId("xy-reading").textContent = this._p.map(signed).join(" · ");
  }

  _draw() {
    const now = performance.now();
    // Nothing was measured beyond ±1: there the pad stays plain.
    if (this._map && !this._picture) this._picture = paintMap(this._map, this._hue, Math.min(1, this._range));
    this._rings = this._rings.filter((start) => now - start < RING_MS);
    drawXYPad(this._canvas, {
      p: this._p, range: this._range, hue: this._hue, map: this._picture, marks: this._marks,
      isHeld: this._isHeld, rings: this._rings.map((start) => (now - start) / RING_MS),
    });
    if (this._rings.length) this.draw();
  }
}
