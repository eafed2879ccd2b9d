/** The XY pad: P1 to the right, P2 up. Two range inputs under it serve keys and screen readers. */

import { follow } from "./pointer.js";
import { clamp } from "../../model/numbers.js";
import { byId, write } from "../dom.js";
import { isStill } from "../motion.js";
import { oncePerFrame } from "../drawing/canvas.js";
import { drawXYPad } from "../drawing/xy-picture.js";
import { paintMap } from "../drawing/map-painter.js";

/** @import { OwnMap } from "../../model/state.js" */
/** @import { Mark, Square } from "../drawing/xy-picture.js" */

/** The step of an arrow key for a range of 1; with Shift. */
const [STEP, SMALL] = [0.05, 0.01];
/** Milliseconds that a ring grows, and that the trail of a drag stays. */
const [RING_MS, TRAIL_MS] = [520, 1600];
/** Points of the trail. */
const MOST_TRACES = 240;

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
    /** @type {Square} */
    this._square = { center: [0, 0], range: 1 };
    this._isEmpty = true;
    this._hue = 30;
    /** @type {{map: OwnMap, grid: number}|null} */
    this._map = null;
    /** @type {HTMLCanvasElement|null} */
    this._picture = null;
    /** Where a drag was, and when. @type {{p: number[], time: number}[]} */
    this._trail = [];
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
        this._reflect();
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
   * @param {readonly number[]|null} p null keeps the present one
   * @param {Square} square
   * @param {number} hue
   * @param {boolean} isEmpty whether there is no sound
   */
  show(p, square, hue, isEmpty) {
    if (p && !this._isHeld) this._p = [p[0], p[1]];
    if (hue !== this._hue) this._picture = null;
    if (square.center[0] !== this._square.center[0] || square.center[1] !== this._square.center[1]) this._trail = [];
    [this._square, this._hue, this._isEmpty] = [square, hue, isEmpty];
    this._reflect();
    this.draw();
  }

  /** Show a map. @param {OwnMap|null} map @param {number} grid points on each axis */
  showMap(map, grid) {
    this._map = map && { map, grid };
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
    if (isStill()) return;
    this._rings.push(performance.now());
    this.draw();
  }

  /** @param {string[]} names such as "darker – brighter"; "" of an axis without a name */
  nameAxes(names) {
    const ends = names.map((name, i) => (name ? name.split(" – ") : [`− P${i + 1}`, `P${i + 1} +`]));
    ["x-low", "x-high", "y-low", "y-high"].forEach((id, i) => {
      write(byId(id), ends[i >> 1][i & 1] ?? "");
    });
    this._inputs.forEach((input, i) => {
      input.setAttribute("aria-label", `P${i + 1}${names[i] ? `: ${names[i]}` : ""}`);
    });
  }

  /** @param {PointerEvent} event */
  _to(event) {
    const box = this._canvas.getBoundingClientRect();
    const { center, range } = this._square;
    const share = (/** @type {number} */ x, /** @type {number} */ size) => clamp(2 * (x / size) - 1, -1, 1) * range;
    this._p = [center[0] + share(event.clientX - box.left, box.width), center[1] - share(event.clientY - box.top, box.height)];
    this._leaveTrace();
    this._reflect();
    this.draw();
    this._tell("drag");
  }

  _leaveTrace() {
    if (isStill()) return;
    this._trail = [...this._trail, { p: this._p, time: performance.now() }].slice(-MOST_TRACES);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const { center, range } = this._square;
    const step = range * (event.shiftKey ? SMALL : STEP);
    /** @type {Record<string, [number, number]>} */
    const ways = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
    };
    const way = ways[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // A coordinate beyond the map stays there until its own key moves it.
    this._p = this._p.map((v, i) => (way[i] ? clamp(v + way[i] * step, center[i] - range, center[i] + range) : v));
    this._leaveTrace();
    this._reflect();
    this.draw();
    this._tell("drag");
    this._tell("release");
  }

  /** @param {string} name */
  _tell(name) {
    this.dispatchEvent(new CustomEvent(name, { detail: { p1: this._p[0], p2: this._p[1] } }));
  }

  /** Give the place to the inputs, which serve keys and screen readers: not while a pointer holds it, as that paints the page anew. */
  _reflect() {
    if (this._isHeld) return;
    const { center, range } = this._square;
    this._inputs.forEach((input, i) => {
      input.min = String(center[i] - range);
      input.max = String(center[i] + range);
      input.value = String(this._p[i]);
      input.setAttribute("aria-valuetext", this._p[i].toFixed(2));
    });
  }

  _draw() {
    const now = performance.now();
    if (this._map && !this._picture) this._picture = paintMap(this._map.map.nodes, this._map.grid, this._hue);
    this._rings = this._rings.filter((start) => now - start < RING_MS);
    this._trail = this._trail.filter(({ time }) => now - time < TRAIL_MS);
    drawXYPad(this._canvas, {
      p: this._p, square: this._square, hue: this._hue,
      map: this._map && this._picture && { picture: this._picture, square: this._map.map },
      marks: this._marks, isHeld: this._isHeld, isEmpty: this._isEmpty, rings: this._rings.map((start) => (now - start) / RING_MS),
      trail: this._trail.map(({ p, time }) => ({ p, age: (now - time) / TRAIL_MS })),
    });
    if (this._rings.length || this._trail.length) this.draw();
  }
}
