/** The project: everything that is undone, saved and opened again. It holds recipes, no samples. */

import { WHOLE } from "./trim.js";

/** @import { Values } from "./qualities.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Trim } from "./trim.js" */

/** A sound and its trim. @typedef {{recipe: Recipe, trim: Trim}} Kept */
/** How a drum pad plays: decibels, -1 to 1, semitones. @typedef {{level: number, pan: number, pitch: number}} Mix */
/** @typedef {Kept & Mix} PadSound */
/** @typedef {"a"|"b"} Slot */
/**
 * @typedef {object} Project
 * @property {Recipe|null} recipe the sound being edited
 * @property {Trim} trim
 * @property {number} range how far the XY pad reaches on both axes
 * @property {number} wild how far a random draw reaches
 * @property {number} amount how far a variation lies, in standard deviations of the category
 * @property {Values} locks the values that new drums are to have
 * @property {string|null} inverter
 * @property {Kept|null} a
 * @property {Kept|null} b
 * @property {number} morph 0 at A, 1 at B
 * @property {(PadSound|null)[]} pads the drum pads
 */

/** Number of drum pads. */
export const PADS = 8;
export const DEFAULT_AMOUNT = 0.35;
/** A place is shown with two decimals: a range may be exceeded by less than that. */
const ROUNDING = 0.005;

/** @returns {Project} */
export function emptyProject() {
  const pads = Array.from({ length: PADS }, () => null);
  return {
    recipe: null, trim: WHOLE, range: 1, wild: 1, amount: DEFAULT_AMOUNT, locks: {}, inverter: null,
    a: null, b: null, morph: 0, pads,
  };
}

/**
 * The range that shows a sound. It grows where the sound lies outside the project's range, unless the
 * project's sound was there already.
 * @param {Project} project
 * @param {Recipe} recipe the new sound
 * @param {readonly number[]} ranges the ranges on offer, ascending
 */
export function rangeFor({ range, recipe: before }, { p }, ranges) {
  const isSamePlace = before && [0, 1].every((i) => Math.abs(before.p[i] - p[i]) < 1e-6);
  const farthest = Math.max(Math.abs(p[0]), Math.abs(p[1])) - ROUNDING;
  if (isSamePlace || farthest <= range) return range;
  return ranges.find((each) => each >= farthest) ?? Math.max(range, ...ranges);
}
