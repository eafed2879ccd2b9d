/** A recipe holds everything that recalls a sound: its latent vector, and how it is rendered. */

/** @import { RecallRequest } from "../net/messages.js" */
/** @import { Sound } from "../net/sound-message.js" */

/**
 * @typedef {object} Recipe
 * @property {string} category
 * @property {number[]} code the latent vector
 * @property {number} seed -1 if there is none
 * @property {number} take
 * @property {string} inverter
 * @property {number} wild
 * @property {number[]} p P1, P2 and P3
 * @property {string|null} to the second category of a morph
 * @property {number} t the share of `to`, 0 to 1
 */

/** The parts of a sound that its recipe needs. @typedef {Pick<Sound, "category"|"code"|"seed"|"take"
 *  |"inverter"|"wild"|"p1"|"p2"|"p3"|"to"|"t">} Described */

/** @param {Described} sound @returns {Recipe} */
export function recipeOf(sound) {
  const { category, code, seed, take, inverter, wild, p1, p2, p3, to, t } = sound;
  return { category, code, seed, take, inverter, wild, p: [p1, p2, p3], to, t };
}

/**
 * The values of a request that recalls a sound.
 * @param {Recipe} recipe
 * @returns {Omit<RecallRequest, "type"|"id">}
 */
export function recallOf({ category, code, seed, take, inverter, to, t }) {
  const request = { category, code, take, inverter, t };
  return { ...request, ...(seed >= 0 && { seed }), ...(to && { to }) };
}

/** A key for a sound's samples: equal keys mean equal samples. @param {Recipe} recipe */
export function keyOf({ category, code, take, inverter, to, t }) {
  return JSON.stringify([category, code, take, inverter, to, to ? t : 0]);
}

/** Whether a recipe recalls this sound. @param {Described} sound @param {Recipe} recipe */
export function isOf(sound, recipe) {
  return keyOf(recipeOf(sound)) === keyOf(recipe);
}
