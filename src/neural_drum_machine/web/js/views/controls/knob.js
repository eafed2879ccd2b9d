/** A knob: drag it up and down. A range input in it serves keys and screen readers. */

import { follow } from "./pointer.js";
import { clamp } from "../../model/numbers.js";

/** Pixels to drag from one end to the other. */
const TRAVEL = 170;
/** Degrees from the middle to either end. */
const SWING = 135;
const SPACE = "http://www.w3.org/2000/svg";

/** Fires `drag` and `release` (detail: the value). */
export class Knob extends EventTarget {
  /**
   * @param {HTMLElement} box holds an `<input type="range">` and an `<output>`
   * @param {object} options
   * @param {number} options.rest the value that a double click sets, and where the arc starts
   * @param {(value: number) => string} [options.words] the value as text
   */
  constructor(box, { rest, words = (value) => value.toFixed(2) }) {
    super();
    this._input = /** @type {HTMLInputElement} */ (box.querySelector("input"));
    this._output = /** @type {HTMLElement} */ (box.querySelector("output"));
    this._rest = rest;
    this._words = words;
    this._dial = document.createElementNS(SPACE, "svg");
    this._dial.setAttribute("viewBox", "-32 -32 64 64");
    this._dial.setAttribute("aria-hidden", "true");
    this._parts = ["track", "arc", "pointer"].map((name) => {
      const part = document.createElementNS(SPACE, "path");
      part.setAttribute("class", name);
      this._dial.append(part);
      return part;
    });
    this._parts[0].setAttribute("d", arc(-SWING, SWING));
    const face = /** @type {HTMLElement} */ (box.querySelector(".dial"));
    face.append(this._dial);
    let from = 0;
    let y = 0;
    follow(face, {
      start: (event) => {
        this._input.focus({ preventScroll: true });
        [from, y] = [this.value, event.clientY];
      },
      move: (event) => {
        const [low, high] = this._limits();
        const share = (y - event.clientY) / TRAVEL / (event.shiftKey ? 6 : 1);
        this._input.value = String(clamp(from + share * (high - low), low, high));
        this._changed("drag");
      },
      end: () => this._changed("release"),
    });
    face.addEventListener("dblclick", () => {
      this._input.value = String(this._rest);
      this._changed("drag");
      this._changed("release");
    });
    this._input.addEventListener("input", () => this._changed("drag"));
    this._input.addEventListener("change", () => this._changed("release"));
    this._draw();
  }

  get value() {
    return Number(this._input.value);
  }

  /** @param {number} value @param {number} [reach] the magnitude of both limits, if they change */
  show(value, reach) {
    if (reach !== undefined) [this._input.min, this._input.max] = [String(-reach), String(reach)];
    this._input.value = String(value);
    this._draw();
  }

  _limits() {
    return [Number(this._input.min), Number(this._input.max)];
  }

  /** @param {string} name */
  _changed(name) {
    this._draw();
    this.dispatchEvent(new CustomEvent(name, { detail: this.value }));
  }

  _draw() {
    const [low, high] = this._limits();
    const angle = (/** @type {number} */ v) => ((v - low) / (high - low)) * 2 * SWING - SWING;
    const now = angle(this.value);
    const rest = angle(clamp(this._rest, low, high));
    this._parts[1].setAttribute("d", arc(Math.min(now, rest), Math.max(now, rest)));
    const [x, y] = onCircle(now, 1);
    this._parts[2].setAttribute("d", `M${9 * x} ${9 * y}L${18 * x} ${18 * y}`);
    const words = this._words(this.value);
    this._output.textContent = words;
    this._input.setAttribute("aria-valuetext", words);
  }
}

/** @param {number} degrees from the top, clockwise @param {number} radius */
function onCircle(degrees, radius) {
  const a = (degrees * Math.PI) / 180;
  return [radius * Math.sin(a), -radius * Math.cos(a)];
}

/** @param {number} from @param {number} to degrees */
function arc(from, to) {
  const [x0, y0] = onCircle(from, 26);
  const [x1, y1] = onCircle(to, 26);
  return `M${x0} ${y0}A26 26 0 ${to - from > 180 ? 1 : 0} 1 ${x1} ${y1}`;
}
