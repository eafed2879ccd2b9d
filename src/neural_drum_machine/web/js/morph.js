/** A and B, and what lies between them. */

import { drawBars } from "./bars.js";
import { accent, hueOf } from "./color.js";
import { byId, fitted, named } from "./dom.js";
import { atRest } from "./held.js";

/** @typedef {import("./slots.js").Slot} Slot */

/**
 * @typedef {object} Hands
 * @property {(slot: Slot) => void} keep
 * @property {(slot: Slot) => void} hear
 * @property {(t: number) => void} drag
 * @property {() => void} release
 */

export class MorphView {
  /** @param {Hands} hands */
  constructor(hands) {
    this._slider = /** @type {HTMLInputElement} */ (byId("morph"));
    for (const slot of /** @type {Slot[]} */ (["a", "b"])) {
      byId(`keep-${slot}`).addEventListener("click", () => hands.keep(slot));
      byId(`hear-${slot}`).addEventListener("click", () => hands.hear(slot));
    }
    this._slider.addEventListener("input", () => hands.drag(Number(this._slider.value)));
    this._slider.addEventListener("change", atRest(() => hands.release()));
  }

  /**
   * @param {import("./project.js").Project} project
   * @param {string[]} categories
   * @param {boolean} isMoving whether the slider is ahead of the project
   */
  show(project, categories, isMoving) {
    for (const slot of /** @type {Slot[]} */ (["a", "b"])) {
      const kept = project[slot];
      const button = /** @type {HTMLButtonElement} */ (byId(`hear-${slot}`));
      button.disabled = !kept;
      button.setAttribute("aria-label", `Hear ${slot.toUpperCase()}${kept ? `: ${named(kept.recipe.category)}` : ", empty"}`);
      byId(`name-${slot}`).textContent = kept ? named(kept.recipe.category) : "empty";
      if (kept) button.style.setProperty("--hue", String(hueOf(kept.recipe.category, categories)));
    }
    this._slider.disabled = !(project.a && project.b);
    if (!isMoving) this._slider.value = String(project.morph);
    const share = Math.round(100 * project.morph);
    this._slider.setAttribute("aria-valuetext", `${100 - share} % A, ${share} % B`);
    byId("morph-hint").hidden = !!(project.a && project.b);
  }

  /**
   * @param {Slot} slot
   * @param {Float32Array|null} samples
   * @param {number} hue
   */
  showWave(slot, samples, hue) {
    const { context, width, height } = fitted(/** @type {HTMLCanvasElement} */ (byId(`wave-${slot}`)));
    if (!samples || !width) return;
    drawBars(context, width, height, samples, accent(hue));
  }
}
