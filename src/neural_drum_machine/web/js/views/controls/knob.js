/** A knob: drag it up and down. A range input in it serves keys and screen readers. */

import { follow } from "./pointer.js";
import { clamp } from "../../model/numbers.js";
import { write } from "../dom.js";

/** Pixels to drag from one end to the other. */
const TRAVEL = 170;
/** Degrees from the middle to either end. */
const SWING = 135;
const SPACE = "http://www.w3.org/2000/svg";

/** Fires `drag` and `release` (detail: the value), and `reset` if there is no value at rest. */
export class Knob extends EventTarget {
  /**
   * @param {HTMLElement} box holds an `<input type="range">` and an `<output>`
   * @param {object} options
   * @param {number} [options.rest] the value that a double click sets, and where the arc starts
   * @param {(value: number) => string} [options.words] the value as text
   * @param {(value: number) => string} [options.spoken] the value for screen readers
   */
  constructor(box, { rest, words = (value) => value.toFixed(2), spoken = words }) {
    super();
    this._input = /** @type {HTMLInputElement} */ (box.querySelector("input"));
    this._output = /** @type {HTMLElement} */ (box.querySelector("output"));
    this._rest = rest;
    this._words = words;
    this._spoken = spoken;
    /** Where the arc starts if there is no value at rest. */
    this._from = 0;
    /** What the input was last given, and what it made of that; what the dial shows. */
    this._shown = "";
    this._value = NaN;
    this._drawn = "";
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
    face.addEventListener("dblclick", () => this._reset());
    this._input.addEventListener("keydown", ({ key }) => {
      if (key === "Delete" || key === "Backspace") this._reset();
    });
    this._input.addEventListener("input", () => this._changed("drag"));
    this._input.addEventListener("change", () => this._changed("release"));
    this._draw();
  }

  get value() {
    return Number(this._input.value);
  }

  /**
   * @param {number} value
   * @param {readonly number[]} [limits] the lowest and the highest value, if they change
   * @param {number} [from] where the arc starts if there is no value at rest
   */
  show(value, limits, from = 0) {
    this._from = from;
    const shown = [value, ...(limits ?? [])].join();
    if (shown !== this._shown || this.value !== this._value) {
      this._shown = shown;
      if (limits) [this._input.min, this._input.max] = limits.map(String);
      this._input.value = String(value);
      this._value = this.value;
    }
    this._draw();
  }

  /** Set a value as if the knob was turned. @param {number} value */
  turn(value) {
    this._input.value = String(value);
    this._changed("drag");
    this._changed("release");
  }

  _reset() {
    if (this._rest === undefined) this._changed("reset");
    else this.turn(this._rest);
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
    const drawn = [low, high, this.value, this._from].join();
    write(this._output, this._words(this.value));
    this._input.setAttribute("aria-valuetext", this._spoken(this.value));
    if (drawn === this._drawn) return;
    this._drawn = drawn;
    const angle = (/** @type {number} */ v) => ((v - low) / (high - low)) * 2 * SWING - SWING;
    const now = angle(this.value);
    const rest = angle(clamp(this._rest ?? this._from, low, high));
    this._parts[1].setAttribute("d", arc(Math.min(now, rest), Math.max(now, rest)));
    const [x, y] = onCircle(now, 1);
    this._parts[2].setAttribute("d", `M${9 * x} ${9 * y}L${18 * x} ${18 * y}`);
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
