/** The choices that the model and the server offer: categories, ranges, inverters, and limits of controls. */

import { categoryLabel } from "../model/labels.js";
import { hueOf } from "./drawing/color.js";
import { byId, make } from "./dom.js";

/** @import { HelloReply } from "../net/messages.js" */

/** Fill in the choices. @param {HelloReply} hello */
export function fillChoices({ categories, hash, inverters, limits, model, ranges }) {
  byId("categories").append(
    ...categories.map((name) => {
      const label = make("label", { class: "chip" }, ...radio("category", name, categoryLabel(name)));
      label.style.setProperty("--hue", String(hueOf(name, categories)));
      return label;
    }),
  );
  byId("ranges").append(
    ...ranges.map((range) => make("label", {}, ...radio("range", String(range), `×${range}`))),
  );
  byId("inverter").append(...inverters.map((name) => make("option", { value: name, text: name })));
  byId("amount").setAttribute("max", String(limits.amount));
  byId("wild-input").setAttribute("max", String(limits.wild));
  byId("model").textContent = `${model} · ${hash.slice(0, 8)}`;
}

/** @param {string} name @param {string} value @param {string} text */
function radio(name, value, text) {
  return [make("input", { type: "radio", name, value }), make("span", { text })];
}

/** Check the radio button with a value. @param {string} name @param {string} value */
export function check(name, value) {
  for (const input of document.querySelectorAll(`input[name=${name}]`)) {
    const button = /** @type {HTMLInputElement} */ (input);
    button.checked = button.value === value;
  }
}

/** Scroll the chosen category into sight: on narrow screens the categories are one row. */
export function scrollToCategory() {
  const row = byId("categories");
  const chip = row.querySelector("input:checked")?.parentElement?.getBoundingClientRect();
  if (!chip) return;
  const box = row.getBoundingClientRect();
  row.scrollLeft += chip.left - box.left - (box.width - chip.width) / 2;
}
