/** The grid of the beat: a row for every drum pad, a button for every step. One step at a time takes the focus. */

import { clamp } from "../../model/numbers.js";
import { PLAIN, STEPS, LIMITS } from "../../model/beat.js";
import { PADS } from "../../model/kit.js";
import { projectOf } from "../../model/state.js";
import { follow } from "../controls/pointer.js";
import { byId, make } from "../dom.js";
import { hueOf } from "../drawing/color.js";

/** @import { Beat, Step } from "../../model/beat.js" */
/** @import { PadSound } from "../../model/kit.js" */
/** @import { State } from "../../model/state.js" */

/**
 * @typedef {object} Commands
 * @property {(pad: number, at: number, values: Partial<Step>|null, isStep: boolean) => void} set
 * @property {(pad: number, at: number) => void} select
 * @property {(pad: number) => void} press plays the row's pad
 * @property {(pad: number) => void} mute
 * @property {(pad: number) => void} solo
 */

/** Pixels of a drag from the softest stroke to the loudest, and from a click to a drag. */
const [TRAVEL, STILL] = [110, 5];
/** Velocities of a key on a step. */
const KEY_STEP = 8;

export class Grid {
  /** @param {Commands} commands */
  constructor(commands) {
    this._commands = commands;
    /** @type {Beat|null} */
    this._beat = null;
    /** @type {readonly (PadSound|null)[]} */
    this._pads = [];
    this._focus = { pad: 0, at: 0 };
    /** The strokes that the cells show. @type {(Step|null|undefined)[][]} */
    this._shown = Array.from({ length: PADS }, () => []);
    this._box = byId("grid");
    this._column = byId("column");
    this._rows = Array.from({ length: PADS }, (_, pad) => this._row(pad));
    this._box.append(...this._rows.map(({ row }) => row));
  }

  /** @param {number} pad */
  _row(pad) {
    const name = make("button", { type: "button", class: "row-name", dir: "auto", onclick: () => this._commands.press(pad) });
    const mute = make("button", { type: "button", class: "row-mute", text: "M", onclick: () => this._commands.mute(pad) });
    const solo = make("button", { type: "button", class: "row-solo", text: "S", onclick: () => this._commands.solo(pad) });
    const cells = Array.from({ length: STEPS }, (_, at) => this._cell(pad, at));
    const steps = make("div", { class: "steps", role: "group" }, ...cells);
    const row = make("div", { class: "row" }, make("div", { class: "row-head" }, name, mute, solo), steps);
    return { row, name, mute, solo, steps, cells };
  }

  /** @param {number} pad @param {number} at */
  _cell(pad, at) {
    const cell = make("button", { type: "button", class: "cell", tabindex: pad || at ? -1 : 0, onkeydown: (/** @type {KeyboardEvent} */ event) => this._key(event, pad, at) });
    let y = 0;
    /** @type {Step|null} */
    let before = null;
    let isDragged = false;
    let lasts = 0;
    follow(cell, {
      start: (event) => {
        [y, before, isDragged, lasts] = [event.clientY, this._stroke(pad, at), false, PLAIN.velocity];
        this._commands.select(pad, at);
        if (!before) this._commands.set(pad, at, {}, true);
      },
      move: (event) => {
        isDragged ||= Math.abs(event.clientY - y) > STILL;
        if (!isDragged) return;
        const from = before?.velocity ?? PLAIN.velocity;
        lasts = clamp(Math.round(from + ((y - event.clientY) / TRAVEL) * 127), ...LIMITS.velocity);
        this._commands.set(pad, at, { velocity: lasts }, false);
      },
      end: () => {
        if (isDragged) this._commands.set(pad, at, { velocity: lasts }, true);
        else if (before) this._commands.set(pad, at, null, true);
      },
    });
    // A click without a pointer comes from a key or from a screen reader.
    cell.addEventListener("click", (event) => {
      if (event.detail !== 0) return;
      this._commands.select(pad, at);
      this._commands.set(pad, at, this._stroke(pad, at) ? null : {}, true);
    });
    cell.addEventListener("focus", () => this._toFocus(pad, at, false));
    return cell;
  }

  /** @param {number} pad @param {number} at @returns {Step|null} */
  _stroke(pad, at) {
    return this._beat?.patterns[this._beat.shown][pad][at] ?? null;
  }

  /** @param {KeyboardEvent} event @param {number} pad @param {number} at */
  _key(event, pad, at) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const ways = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] });
    const way = ways[event.key];
    const louder = { "+": 1, "=": 1, "-": -1, "−": -1 }[event.key];
    const stroke = this._stroke(pad, at);
    if (way) {
      this._toFocus(clamp(pad + way[0], 0, PADS - 1), (at + way[1] + STEPS) % STEPS, true);
    } else if (event.key === "Home" || event.key === "End") {
      this._toFocus(pad, event.key === "Home" ? 0 : STEPS - 1, true);
    } else if (louder && stroke) {
      this._commands.set(pad, at, { velocity: clamp(stroke.velocity + louder * KEY_STEP, ...LIMITS.velocity) }, true);
    } else if ((event.key === "Delete" || event.key === "Backspace") && stroke) {
      this._commands.set(pad, at, null, true);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} pad @param {number} at @param {boolean} isMoved */
  _toFocus(pad, at, isMoved) {
    const { cells } = this._rows[this._focus.pad];
    cells[this._focus.at].tabIndex = -1;
    this._focus = { pad, at };
    const cell = this._rows[pad].cells[at];
    cell.tabIndex = 0;
    if (!isMoved) return;
    this._commands.select(pad, at);
    cell.focus();
  }

  /** @param {State} state */
  show(state) {
    const { beat, pads, selected } = projectOf(state);
    [this._beat, this._pads] = [beat, pads];
    const categories = state.hello?.categories ?? [];
    this._rows.forEach(({ row, name, mute, solo, steps }, n) => {
      const pad = pads[n];
      const words = pad?.name ?? `Pad ${n + 1}`;
      row.classList.toggle("is-selected", n === selected);
      row.classList.toggle("is-empty", !pad);
      row.classList.toggle("is-silent", beat.soloed.length ? !beat.soloed.includes(n) : beat.muted.includes(n));
      row.style.setProperty("--hue", String(hueOf(pad?.recipe.category ?? "", categories)));
      if (name.textContent !== words) {
        name.textContent = words;
        steps.setAttribute("aria-label", `Steps of ${words}`);
        mute.setAttribute("aria-label", `Mute ${words}`);
        solo.setAttribute("aria-label", `Solo ${words}`);
        this._shown[n] = [];
      }
      mute.setAttribute("aria-pressed", String(beat.muted.includes(n)));
      solo.setAttribute("aria-pressed", String(beat.soloed.includes(n)));
      name.setAttribute("aria-pressed", String(n === selected));
      beat.patterns[beat.shown][n].forEach((step, at) => this._showCell(n, at, step, words));
    });
    const { at, pad } = state.step;
    const edited = this._rows[pad].cells[at];
    for (const each of this._box.querySelectorAll(".cell.is-edited")) if (each !== edited) each.classList.remove("is-edited");
    edited.classList.add("is-edited");
  }

  /** @param {number} pad @param {number} at @param {Step|null} step @param {string} name */
  _showCell(pad, at, step, name) {
    if (this._shown[pad][at] === step) return;
    this._shown[pad][at] = step;
    const cell = this._rows[pad].cells[at];
    cell.classList.toggle("on", !!step);
    cell.setAttribute("aria-pressed", String(!!step));
    cell.setAttribute("aria-label", `${name}, step ${at + 1}${step ? `, ${stepWords(step)}` : ""}`);
    cell.style.setProperty("--v", step ? (step.velocity / 127).toFixed(3) : "0");
    cell.style.setProperty("--nudge", step ? `${clamp(step.nudge / 12, -6, 6)}px` : "0px");
    cell.classList.toggle("has-flam", !!step?.flam);
    cell.classList.toggle("has-chance", !!step && step.chance < 1);
    cell.dataset.mark = !step ? "" : step.repeats > 1 ? `×${step.repeats}` : step.chance < 1 ? `${Math.round(100 * step.chance)}` : "";
  }

  /** Light the playing column, and its strokes if it is this pattern that plays. @param {number} at -1 lights none @param {boolean} isShown */
  light(at, isShown) {
    this._column.hidden = at < 0;
    this._column.style.setProperty("--at", String(Math.max(0, at)));
    for (const { cells, row } of this._rows) {
      row.querySelector(".cell.is-now")?.classList.remove("is-now");
      if (at >= 0 && isShown) cells[at].classList.add("is-now");
    }
  }
}

/** What a stroke is, in words with units. @param {Step} step */
function stepWords({ chance, flam, nudge, repeats, velocity }) {
  return [
    `velocity ${velocity}`, chance < 1 && `chance ${Math.round(100 * chance)} percent`, repeats > 1 && `${repeats} strokes`,
    flam && `flam ${flam} milliseconds`, nudge && `${Math.abs(nudge)} milliseconds ${nudge < 0 ? "early" : "late"}`,
  ].filter(Boolean).join(", ");
}
