/** The comment in a WAV file that recalls its sound: the same in the page's files and in the server's. */

import { limited } from "../model/kit.js";
import { isPlain } from "../model/mix.js";
import { isWhole } from "../model/trim.js";
import { FIRST_OWN, LOUDEST, REFERENCE } from "../model/recipe.js";
import { readRecipe, readTrim } from "./project-file.js";

/** @import { Bounds } from "./project-file.js" */
/** @import { Baked } from "../model/mix.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Trim } from "../model/trim.js" */
/** @import { Recording } from "../net/messages.js" */

/** The key that marks a comment, and the version of its form. */
const FORMAT = "neural_drum_machine";
const VERSION = 1;
/** @type {Baked} */
const NO_MIX = Object.freeze({ level: 0, pan: 0, pitch: 0 });

/**
 * @param {Recipe} recipe
 * @param {Trim} trim
 * @param {string} model the model's hash
 * @param {Recording[]} [recordings] that the sound begins at
 * @param {Baked} [mix] what is in the samples besides the sound and its trim
 */
export function wavComment(recipe, trim, model, recordings = [], mix = NO_MIX) {
  const { category, code, seed, take, inverter, to, t, exemplars, blend, wish, velocity, engine } = recipe;
  const own = pairs(exemplars).filter(([number]) => number >= FIRST_OWN);
  const others = pairs(exemplars).filter(([number]) => number < FIRST_OWN);
  return JSON.stringify({
    [FORMAT]: VERSION, model, inverter, category, seed: seed < 0 ? null : seed, take,
    ...(to && { to, t }), ...(others.length && { exemplars: others, recordings }),
    ...(own.length && { anchors: own.map(([, share]) => ({ share })), blend }),
    ...(Object.keys(wish).length && { wish }), ...(velocity < LOUDEST && { velocity }),
    ...(engine !== REFERENCE && { engine }), code,
    ...(!isWhole(trim) && { trim }), ...(!isPlain(mix) && { mix }),
  });
}

/**
 * Read the comment of a file.
 * @param {string} comment
 * @param {Bounds} bounds
 * @returns {{recipe: Recipe, shares: number[], trim: Trim, mix: Baked, model: string}|null} null if it recalls no sound;
 *   `shares` are those of the own sounds that the file holds
 */
export function readWavComment(comment, bounds) {
  try {
    const value = JSON.parse(comment);
    if (value?.[FORMAT] !== VERSION) return null;
    const exemplars = (value.exemplars ?? []).flat();
    const recipe = readRecipe({ ...value, exemplars, seed: value.seed ?? -1 }, bounds);
    const shares = (value.anchors ?? []).map((/** @type {any} */ each) => Number(each.share));
    return { recipe, shares, trim: readTrim(value.trim), mix: readMix(value.mix), model: String(value.model ?? "") };
  } catch {
    return null;
  }
}

/** @param {any} given @returns {Baked} */
function readMix(given) {
  return { level: limited("level", given?.level), pan: limited("pan", given?.pan), pitch: limited("pitch", given?.pitch) };
}

/** @param {number[]} flat @returns {number[][]} */
function pairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, i) => flat.slice(2 * i, 2 * i + 2));
}
