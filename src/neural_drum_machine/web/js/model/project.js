/** The project: everything that is undone, saved and opened again. It holds recipes, no samples. */

import { emptyBeat } from "./beat.js";
import { PADS, newPad, renamed } from "./kit.js";
import { WHOLE } from "./trim.js";

/** @import { Beat } from "./beat.js" */
/** @import { Kept, PadSound } from "./kit.js" */
/** @import { Values } from "./qualities.js" */
/** @import { TaughtAxis } from "../net/messages.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Trim } from "./trim.js" */

/** @typedef {"a"|"b"} Slot */
/**
 * @typedef {object} Project
 * @property {number} selected the pad that every control edits
 * @property {Recipe|null} recipe the sound of the selected pad; `tied` keeps both the same
 * @property {Trim} trim
 * @property {number[]} center the place in the middle of the map
 * @property {number} range how far the map reaches from there on both axes
 * @property {number} wild how far a random draw reaches
 * @property {number} amount how far a variation lies, in standard deviations of the category
 * @property {Values} locks the values that new drums are to have
 * @property {readonly TaughtAxis[]} axes that were taught
 * @property {string|null} inverter
 * @property {Kept|null} a
 * @property {Kept|null} b
 * @property {number} morph 0 at A, 1 at B
 * @property {string} kitName
 * @property {Values} kitStyle what the kit's voices share, for voices that are drawn later
 * @property {(PadSound|null)[]} pads the drum pads: the kit
 * @property {Beat} beat
 */

export const DEFAULT_AMOUNT = 0.35;
/** Shares of the map's reach from its middle, beyond which a sound that is dragged nowhere recentres it. */
const NEAR_EDGE = 0.98;

/** @returns {Project} */
export function emptyProject() {
  const pads = Array.from({ length: PADS }, () => null);
  return {
    selected: 0, recipe: null, trim: WHOLE, center: [0, 0], range: 1, wild: 1, amount: DEFAULT_AMOUNT, locks: {}, axes: [],
    inverter: null, a: null, b: null, morph: 0, kitName: "My kit", kitStyle: {}, pads, beat: emptyBeat(),
  };
}

/**
 * Tie a changed project together: what is edited is the sound of the selected pad. If the sound was changed, the pad gets
 * it; if the pad was changed or another one selected, its sound is edited.
 * @param {Project} before
 * @param {Project} after
 * @returns {Project} frozen
 */
export function tied(before, after) {
  const { pads, recipe, selected, trim } = after;
  const pad = pads[selected];
  if (recipe === (pad?.recipe ?? null) && (!pad || trim === pad.trim)) return Object.freeze(after);
  const isEdited = selected === before.selected && (recipe !== before.recipe || trim !== before.trim) && recipe;
  if (isEdited) {
    const kept = pad ? renamed(pads, selected, recipe.category) : newPad(pads, selected, recipe.category);
    return Object.freeze({ ...after, pads: pads.with(selected, { ...kept, recipe, trim }) });
  }
  return Object.freeze({ ...after, recipe: pad?.recipe ?? null, trim: pad?.trim ?? WHOLE });
}

/**
 * The middle of the map that shows a sound: the present one if the sound lies on the map, else its own place.
 * @param {Project} project @param {Recipe} recipe the new sound
 */
export function centerFor({ center, range }, { p }) {
  const isThere = [0, 1].every((i) => Math.abs(p[i] - center[i]) <= NEAR_EDGE * range + 1e-6);
  return isThere ? center : [p[0], p[1]];
}
