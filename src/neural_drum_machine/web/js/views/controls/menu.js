/** A button that opens a menu, with arrow keys, first letters, Escape, and clicks beside it. */

import { isRightToLeft, make } from "../dom.js";

/** An item of a menu. @typedef {{value: string, words: string, hue: number}} Item */

/** The smallest height of an open menu, in pixels. The rest scrolls. */
const MIN_HEIGHT = 160;

export class Menu {
  /**
   * @param {HTMLElement} button
   * @param {HTMLElement} list its parent holds nothing but the button and the list
   * @param {(value: string) => void} choose
   */
  constructor(button, list, choose) {
    this._button = button;
    this._list = list;
    this._choose = choose;
    this._shown = "";
    button.addEventListener("click", () => (list.hidden ? this._open(0) : this._close()));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      this._open(event.key === "ArrowDown" ? 0 : -1);
    });
    list.addEventListener("keydown", (event) => this._key(event));
    list.addEventListener("focusin", ({ target }) => {
      for (const item of this._items) item.tabIndex = item === target ? 0 : -1;
    });
    list.addEventListener("focusout", (event) => {
      const to = /** @type {Node|null} */ (event.relatedTarget);
      if (to && !list.contains(to) && to !== button) this._close();
    });
    addEventListener("pointerdown", (event) => {
      const { parentElement: box } = button;
      if (!box?.contains(/** @type {Node} */ (event.target))) this._close();
    });
  }

  get _items() {
    return /** @type {HTMLElement[]} */ ([...this._list.children]);
  }

  /** @param {Item[]} items */
  show(items) {
    const shown = JSON.stringify(items);
    if (shown === this._shown) return;
    this._shown = shown;
    this._list.replaceChildren(
      ...items.map(({ value, words, hue }) => {
        const onclick = (/** @type {MouseEvent} */ event) => {
          this._close();
          if (event.detail === 0) this._button.focus(); // chosen with a key
          this._choose(value);
        };
        const item = make("button", { type: "button", role: "menuitem", tabindex: -1, text: words, onclick });
        item.style.setProperty("--hue", String(hue));
        return item;
      }),
    );
  }

  /** @param {number} at the item that gets the focus; -1 is the last one */
  _open(at) {
    this._list.hidden = false;
    this._button.setAttribute("aria-expanded", "true");
    // The menu stays within the window, also near its edge.
    this._list.style.insetInlineStart = "0";
    const below = innerHeight - this._list.getBoundingClientRect().top - 8;
    this._list.style.maxHeight = `${Math.max(MIN_HEIGHT, below)}px`;
    const { left, right } = this._list.getBoundingClientRect();
    const beyond = isRightToLeft() ? 8 - left : right + 8 - document.documentElement.clientWidth;
    if (beyond > 0) this._list.style.insetInlineStart = `${-beyond}px`;
    this._list.scrollIntoView({ block: "nearest" });
    this._items.at(at)?.focus();
  }

  _close() {
    if (this._list.hidden) return;
    this._list.hidden = true;
    this._button.setAttribute("aria-expanded", "false");
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // no shortcuts of the page while the menu is open
    const items = this._items;
    const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const places = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
    if (event.key in places) {
      event.preventDefault();
      const place = places[/** @type {keyof typeof places} */ (event.key)];
      items.at(place % items.length)?.focus();
    } else if (event.key === "Escape") {
      this._button.focus();
      this._close();
    } else if (event.key.length === 1 && event.key !== " ") {
      const after = [...items.slice(now + 1), ...items.slice(0, now + 1)];
      after.find((item) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  }
}
