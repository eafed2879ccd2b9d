/** The list of sounds: only the rows that can be seen exist, so that ten thousand cost no more than twenty. */

import { categoryAt, factWords, kindWords } from "../../model/library-map.js";
import { clamp } from "../../model/numbers.js";
import { make } from "../dom.js";
import { markOf } from "../drawing/shapes.js";
import { follow } from "../controls/pointer.js";

/** @import { LibraryState } from "../../commands/library.js" */

/** The height of a row in pixels, as the style sheet has it, and rows beyond each edge. */
const [ROW, SPARE] = [44, 6];
/** A pointer that moves sideways so far carries the sound away. */
const STILL = 10;

/** Fires `choose` (detail: a position in the map), `carry` (the PointerEvent), `listen` and `use`. */
export class ListView extends EventTarget {
  /** @param {HTMLElement} list */
  constructor(list) {
    super();
    this._list = list;
    this._rows = make("div", { class: "library-rows", role: "presentation" });
    list.append(this._rows);
    /** @type {LibraryState|null} */
    this._state = null;
    list.addEventListener("scroll", () => this._render(), { passive: true });
    list.addEventListener("keydown", (event) => this._key(event));
    new ResizeObserver(() => this._render()).observe(list);
    let isCarried = false;
    follow(list, {
      start: (event) => {
        const row = this._rowOf(event);
        isCarried = false;
        if (row < 0 || event.pointerType !== "mouse") return false;
        this._startX = event.clientX;
      },
      move: (event) => {
        if (isCarried || Math.abs(event.clientX - this._startX) <= STILL) return;
        isCarried = true;
        this._choose(this._pressed);
        this._tell("carry", event);
      },
    });
    list.addEventListener("click", (event) => {
      const row = this._rowOf(event);
      if (row >= 0 && !isCarried) this._choose(row);
    });
    list.addEventListener("dblclick", () => this._tell("use"));
  }

  _startX = 0;
  /** What the rows depend on, as they were made last. @type {unknown[]} */
  _painted = [];
  /** The row under the pointer when it went down. */
  _pressed = -1;

  /** @param {MouseEvent} event */
  _rowOf({ clientY }) {
    const { top } = this._list.getBoundingClientRect();
    const row = Math.floor((clientY - top + this._list.scrollTop) / ROW);
    this._pressed = row < (this._state?.shown.length ?? 0) ? row : -1;
    return this._pressed;
  }

  /** @param {LibraryState} state */
  show(state) {
    const before = this._state;
    this._state = state;
    const { chosen, shown } = state;
    if (before?.shown !== shown) {
      this._rows.style.height = `${ROW * shown.length}px`;
      this._list.scrollTop = 0;
    }
    if (before?.chosen !== chosen || before.shown !== shown) this._reveal(shown.indexOf(chosen));
    this._render();
  }

  /** Draw the rows again: the colours have changed. */
  repaint() {
    this._render();
  }

  /** Scroll a row into sight. @param {number} row */
  _reveal(row) {
    if (row < 0) return;
    const { clientHeight, scrollTop } = this._list;
    this._list.scrollTop = clamp(scrollTop, ROW * (row + 1) - clientHeight, ROW * row);
  }

  _render() {
    const { chosen = -1, map = null, shown = [] } = this._state ?? {};
    if (!map) {
      this._painted = [];
      this._rows.replaceChildren();
      this._list.removeAttribute("aria-activedescendant");
      return;
    }
    const first = Math.max(0, Math.floor(this._list.scrollTop / ROW) - SPARE);
    const last = Math.min(shown.length, first + Math.ceil(this._list.clientHeight / ROW) + 2 * SPARE);
    const needs = [map, shown, chosen, first, last, document.documentElement.dataset.theme];
    if (needs.every((each, i) => each === this._painted[i])) return;
    this._painted = needs;
    const rows = shown.slice(first, last).map((i, n) => {
      const facts = make("span", { class: "facts", dir: "auto", text: `${kindWords(map, i)} · ${factWords(map, i)}` });
      const row = make("div", {
        id: `library-row-${i}`, class: "library-row", role: "option", "aria-selected": String(i === chosen),
        "aria-setsize": shown.length, "aria-posinset": first + n + 1,
      }, markOf(categoryAt(map, i), map.categories), make("span", { class: "name", dir: "auto", text: map.names[i] }), facts);
      row.style.top = `${ROW * (first + n)}px`;
      return row;
    });
    this._rows.replaceChildren(...rows);
    const row = shown.indexOf(chosen);
    if (row >= first && row < last) this._list.setAttribute("aria-activedescendant", `library-row-${chosen}`);
    else this._list.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { chosen = -1, shown = [] } = this._state ?? {};
    const now = shown.indexOf(chosen);
    const page = Math.max(1, Math.floor(this._list.clientHeight / ROW) - 1);
    /** @type {Record<string, number>} */
    const places = {
      ArrowDown: now + 1, ArrowUp: Math.max(0, now - 1), PageDown: now + page, PageUp: now - page,
      Home: 0, End: shown.length - 1,
    };
    if (event.key in places && shown.length) this._choose(clamp(places[event.key], 0, shown.length - 1));
    else if (event.key === " ") this._tell("listen");
    else if (event.key === "Enter") this._tell("use");
    else return;
    event.preventDefault();
  }

  /** @param {number} row */
  _choose(row) {
    const { shown = [] } = this._state ?? {};
    if (row >= 0) this._tell("choose", shown[row]);
  }

  /** @param {string} name @param {unknown} [detail] */
  _tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
