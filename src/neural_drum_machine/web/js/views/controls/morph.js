/** A and B, and the morph slider between them. */

import { atRest } from "./key-repeat.js";
import { categoryLabel } from "../../model/labels.js";
import { byId, write } from "../dom.js";
import { drawBars } from "../drawing/bars.js";
import { fitCanvas } from "../drawing/canvas.js";
import { accent, hueOf } from "../drawing/color.js";

/** @import { Channels } from "../../model/channels.js" */
/** @import { Project, Slot } from "../../model/project.js" */

/**
 * @typedef {object} Commands
 * @property {(slot: Slot) => void} keep
 * @property {(slot: Slot) => void} edit
 * @property {(t: number) => void} drag
 * @property {() => void} release
 */

const SLOTS = /** @type {const} */ (["a", "b"]);

export class MorphView {
  /** @param {Commands} commands */
  constructor(commands) {
    this._slider = /** @type {HTMLInputElement} */ (byId("morph"));
    for (const slot of SLOTS) {
      byId(`keep-${slot}`).addEventListener("click", () => commands.keep(slot));
      byId(`play-${slot}`).addEventListener("click", () => commands.edit(slot));
    }
    this._slider.addEventListener("input", () => commands.drag(Number(this._slider.value)));
    this._slider.addEventListener("change", atRest(() => commands.release()));
  }

  /**
   * @param {Project} project
   * @param {string[]} categories
   * @param {boolean} isMoving whether the slider is ahead of the project
   */
  show(project, categories, isMoving) {
    for (const slot of SLOTS) {
      const kept = project[slot];
      const label = kept && categoryLabel(kept.recipe.category);
      const button = /** @type {HTMLButtonElement} */ (byId(`play-${slot}`));
      button.disabled = !kept;
      button.setAttribute("aria-label", `Play ${slot.toUpperCase()}${label ? `: ${label}` : ", empty"}`);
      write(byId(`name-${slot}`), label ?? "empty");
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
   * @param {Channels|null} channels
   * @param {number} hue
   */
  showWave(slot, channels, hue) {
    const canvas = /** @type {HTMLCanvasElement} */ (byId(`wave-${slot}`));
    const { context, width, height } = fitCanvas(canvas);
    if (channels && width) drawBars(context, width, height, channels, accent(hue));
  }
}
