/** The XY pad: P1 along, P2 up. Two range inputs lie under it for keys and screen readers. */

import { accent, isDark } from "./color.js";
import { byId, clamp, fitted, follow, oncePerFrame, signed } from "./dom.js";
import { paintedMap } from "./map.js";

/** A step of an arrow key, as a share of the range; with Shift. */
const [STEP, SMALL] = [0.05, 0.01];
/** How near the edge the point comes, in pixels. */
const EDGE = 16;

/**
 * Fires `drag` and `release` (detail: `{p1, p2}`).
 */
export class Pad extends EventTarget {
  constructor() {
    super();
    this._box = byId("pad");
    this._canvas = /** @type {HTMLCanvasElement} */ (byId("pad-canvas"));
    this._inputs = /** @type {HTMLInputElement[]} */ ([byId("p1"), byId("p2")]);
    this._p = [0, 0];
    this._range = 1;
    this._hue = 30;
    /** @type {import("./map.js").PadMap|null} */
    this._map = null;
    /** @type {HTMLCanvasElement|null} */
    this._ground = null;
    /** @type {{p: number[], label: string, hue: number}[]} */
    this._marks = [];
    this._held = false;
    this._rings = /** @type {number[]} */ ([]);
    this.draw = oncePerFrame(() => this._draw());
    follow(this._box, {
      start: (event) => {
        this._held = true;
        this._inputs[0].focus({ preventScroll: true });
        this._to(event);
      },
      move: (event) => this._to(event),
      end: () => {
        this._held = false;
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
   * @param {number[]|null} p null: where it is
   * @param {number} range
   * @param {number} hue
   */
  show(p, range, hue) {
    if (p && !this._held) this._p = [p[0], p[1]];
    if (range !== this._range || hue !== this._hue) this._ground = null;
    [this._range, this._hue] = [range, hue];
    this._reflect();
    this.draw();
  }

  /** @param {import("./map.js").PadMap|null} map */
  showMap(map) {
    this._map = map;
    this._ground = null;
    this.draw();
  }

  /** Other sounds' places. @param {{p: number[], label: string, hue: number}[]} marks */
  showMarks(marks) {
    this._marks = marks;
    this.draw();
  }

  /** Paint the ground anew: the theme has changed. */
  repaint() {
    this._ground = null;
    this.draw();
  }

  /** Show that the sound is heard. */
  ring() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this._rings.push(performance.now());
    this.draw();
  }

  /** @param {string[]} names such as "darker – brighter"; "" where nothing can be said */
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
    // What lies outside the range stays there until it is moved itself.
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
    byId("pad-reading").textContent = this._p.map(signed).join(" · ");
  }

  _draw() {
    const { context, width, height } = fitted(this._canvas);
    if (!width) return;
    // Nothing was measured beyond ±1: there the pad stays plain.
    if (this._map && !this._ground) {
      this._ground = paintedMap(this._map, this._hue, Math.min(1, this._range));
    }
    if (this._ground) {
      const share = Math.min(1, 1 / this._range);
      const [w, h] = [share * width, share * height];
      context.imageSmoothingQuality = "high";
      context.drawImage(this._ground, (width - w) / 2, (height - h) / 2, w, h);
    }
    const place = (/** @type {number[]} */ p) => [
      ((clamp(p[0] / this._range, -1, 1) + 1) / 2) * width,
      ((1 - clamp(p[1] / this._range, -1, 1)) / 2) * height,
    ];
    this._drawGrid(context, width, height, place);
    for (const mark of this._marks) {
      const [x, y] = place(mark.p);
      context.fillStyle = accent(mark.hue, 0.9);
      context.beginPath();
      context.arc(x, y, 9, 0, 7);
      context.fill();
      context.fillStyle = isDark() ? "#101216" : "#ffffff";
      context.font = "600 11px system-ui, sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(mark.label, x, y + 0.5);
    }
    const [x, y] = place(this._p);
    // Whole at the edge too, where it also waits if it lies beyond.
    const [dotX, dotY] = [clamp(x, EDGE, width - EDGE), clamp(y, EDGE, height - EDGE)];
    this._drawRings(context, dotX, dotY);
    const strong = isDark() ? "#ffffff" : "#14161a";
    context.strokeStyle = strong;
    context.globalAlpha = 0.22;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, 0), context.lineTo(x, height), context.moveTo(0, y), context.lineTo(width, y);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = accent(this._hue);
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(dotX, dotY, this._held ? 14 : 11, 0, 7);
    context.shadowColor = "rgba(0, 0, 0, 0.35)";
    context.shadowBlur = 10;
    context.fill();
    context.shadowBlur = 0;
    context.stroke();
  }

  /**
   * The centre, and where the comfortable range ends.
   * @param {CanvasRenderingContext2D} context
   * @param {number} width @param {number} height
   * @param {(p: number[]) => number[]} place
   */
  _drawGrid(context, width, height, place) {
    context.strokeStyle = isDark() ? "rgba(255, 255, 255, 0.16)" : "rgba(0, 0, 0, 0.16)";
    context.lineWidth = 1;
    const [cx, cy] = [width / 2, height / 2];
    context.beginPath();
    context.moveTo(cx - 7, cy), context.lineTo(cx + 7, cy);
    context.moveTo(cx, cy - 7), context.lineTo(cx, cy + 7);
    context.stroke();
    if (this._range <= 1) return;
    const [x0, y0] = place([-1, 1]);
    const [x1, y1] = place([1, -1]);
    context.setLineDash([3, 5]);
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
    context.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y */
  _drawRings(context, x, y) {
    const now = performance.now();
    this._rings = this._rings.filter((start) => now - start < 520);
    for (const start of this._rings) {
      const age = (now - start) / 520;
      context.strokeStyle = accent(this._hue, 0.7 * (1 - age) ** 2);
      context.lineWidth = 2.5;
      context.beginPath();
      context.arc(x, y, 14 + 46 * (1 - (1 - age) ** 3), 0, 7);
      context.stroke();
    }
    if (this._rings.length) this.draw();
  }
}
