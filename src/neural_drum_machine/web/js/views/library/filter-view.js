/** The filters of the library: category, pitch, decay, brightness, and words of the name. */

import { categoryLabel } from "../../model/labels.js";
import { byId, make } from "../dom.js";
import { markOf } from "../drawing/shapes.js";

/** @import { Filter } from "../../model/library-map.js" */
/** @import { LibraryState } from "../../commands/library.js" */

/** What can be chosen of each value: the words or ranges that the server knows, and what people read. */
const CHOICES = {
  pitch: {
    "": "any pitch", low: "low third", high: "high third", "..60": "under 60 Hz", "60..120": "60 – 120 Hz",
    "120..250": "120 – 250 Hz", "250..": "over 250 Hz",
  },
  decay: {
    "": "any decay", short: "short third", long: "long third", "..0.1": "under 0.1 s", "0.1..0.3": "0.1 – 0.3 s",
    "0.3..0.8": "0.3 – 0.8 s", "0.8..": "over 0.8 s",
  },
  brightness: {
    "": "any brightness", dark: "dark third", bright: "bright third", "..500": "under 500 Hz",
    "500..2000": "500 – 2,000 Hz", "2000..6000": "2,000 – 6,000 Hz", "6000..": "over 6,000 Hz",
  },
};

export class FilterView {
  /** @param {(change: Partial<Filter>) => void} change */
  constructor(change) {
    this._counts = "";
    for (const [name, choices] of Object.entries(CHOICES)) {
      const list = /** @type {HTMLSelectElement} */ (byId(`library-${name}`));
      list.append(...Object.entries(choices).map(([value, text]) => make("option", { value, text })));
      list.addEventListener("change", () => change({ [name]: list.value }));
    }
    const text = /** @type {HTMLInputElement} */ (byId("library-text"));
    text.addEventListener("input", () => change({ text: text.value }));
    byId("library-categories").addEventListener("change", (event) => {
      change({ category: /** @type {HTMLInputElement} */ (event.target).value });
    });
  }

  /** @param {LibraryState} state */
  show({ filter, map, status }) {
    const counts = JSON.stringify(status?.categories);
    if (map && counts !== this._counts) {
      this._counts = counts;
      this._fill(map.categories, status?.categories ?? {});
    }
    for (const name of /** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES))) {
      /** @type {HTMLSelectElement} */ (byId(`library-${name}`)).value = filter[name];
    }
    const text = /** @type {HTMLInputElement} */ (byId("library-text"));
    if (text.value !== filter.text) text.value = filter.text;
    for (const input of byId("library-categories").querySelectorAll("input")) input.checked = input.value === filter.category;
  }

  /** Paint the marks again: the colours have changed. */
  repaint() {
    this._counts = "";
  }

  /** @param {readonly string[]} categories @param {Record<string, number>} counts */
  _fill(categories, counts) {
    const all = Object.values(counts).reduce((a, b) => a + b, 0);
    const chip = (/** @type {string} */ value, /** @type {string} */ words, /** @type {number} */ count) => {
      const face = make("span", {}, ...(value ? [markOf(value, categories)] : []), words, make("small", { text: String(count) }));
      return make("label", { class: "library-chip" }, make("input", { type: "radio", name: "library-category", value }), face);
    };
    byId("library-categories").replaceChildren(
      chip("", "All", all),
      ...categories.filter((name) => counts[name]).map((name) => chip(name, categoryLabel(name), counts[name])),
    );
  }
}
