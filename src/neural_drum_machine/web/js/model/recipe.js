/** A recipe holds everything that recalls a sound: its latent vector, and how it is rendered. */

/** @import { Along, MorphRequest, RecallRequest } from "../net/messages.js" */
/** @import { Sound } from "../net/sound-message.js" */
/** @import { Values } from "./qualities.js" */

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
 * @property {number[]} exemplars the recordings that the sound begins at: the number of each in the model,
 *   followed by its share; empty if there are none. Numbers from 65536 on are own sounds of the user.
 * @property {number} blend of own sounds: 0 is the own sound with the change, 1 the generator alone
 * @property {Values} wish the values that were asked for; empty if there are none
 * @property {number} velocity how hard the drum is struck, 1 to 127
 * @property {string} engine what computed it: "reference" or "native"; their sounds differ by rounding
 * @property {Along|null} along where taught axes have moved it from; code and wish recall it without them
 */

/** The velocity at which a sound is as it is. */
export const LOUDEST = 127;
/** The engine of recipes that name none. */
export const REFERENCE = "reference";
/** Numbers of exemplars from here on are own sounds. */
export const FIRST_OWN = 65536;

/** The numbers of own sounds among exemplars. @param {number[]} exemplars number, share, number, share, … */
export function ownNumbers(exemplars) {
  return exemplars.filter((number, i) => i % 2 === 0 && number >= FIRST_OWN);
}

/**
 * How many channels to ask for: two of a sound that holds own ones, which may be in stereo; a drawn drum has one.
 * @param {number[]} exemplars number, share, number, share, …
 * @returns {{channels?: number}}
 */
export function sidesOf(exemplars) {
  return ownNumbers(exemplars).length ? { channels: 2 } : {};
}

/** The parts of a sound that its recipe needs. @typedef {Pick<Sound, "category"|"code"|"seed"|"take"
 *  |"inverter"|"wild"|"p1"|"p2"|"p3"|"to"|"t"|"exemplars"|"blend"|"wish"|"velocity"|"engine"|"along">} Described */

/** @param {Described} sound @returns {Recipe} */
export function recipeOf(sound) {
  const { category, code, seed, take, inverter, wild, p1, p2, p3, to, t } = sound;
  const { exemplars = [], blend = 0, wish = {}, velocity = LOUDEST, engine = REFERENCE, along = null } = sound;
  const place = { p: [p1, p2, p3], to, t };
  return { category, code, seed, take, inverter, wild, ...place, exemplars, blend, wish, velocity, engine, along };
}

/**
 * The values of a request that recalls a sound. One that was moved along taught axes is moved again, so that the answer
 * has its steps, too.
 * @param {Recipe} recipe
 * @returns {Omit<RecallRequest, "type"|"id">}
 */
export function recallOf({ engine, ...recipe }) {
  return { ...movedOf(recipe), engine };
}

/**
 * The values of a request that changes a sound: the server computes what is new in its own way.
 * @param {Omit<Recipe, "engine">} recipe
 * @returns {Omit<RecallRequest, "type"|"id"|"engine">}
 */
export function movedOf({ category, seed, take, inverter, to, t, exemplars, blend, velocity, along, ...made }) {
  const { code, wish } = along ?? made;
  const request = { category, code, take, inverter, t, ...(along && { axes: along.axes }) };
  return {
    ...request, ...(seed >= 0 && { seed }), ...(to && { to }), ...(exemplars.length && { exemplars }),
    ...(blend && { blend }), ...wish, ...(velocity < LOUDEST && { velocity }), ...sidesOf(exemplars),
  };
}

/**
 * The values of a request for a sound between two, played like the first.
 * @param {Recipe} a
 * @param {Recipe} b
 * @param {number} t 0 at `a`, 1 at `b`
 * @param {Values} wish of the sound between
 * @returns {Omit<MorphRequest, "type"|"id">}
 */
export function morphOf(a, b, t, wish) {
  const velocity = Math.round((1 - t) * a.velocity + t * b.velocity);
  return {
    category: nearerCategory(a), code: a.code, to: nearerCategory(b), to_code: b.code, t, take: a.take,
    ...(a.exemplars.length && { exemplars: a.exemplars }),
    ...(b.exemplars.length && { to_exemplars: b.exemplars }),
    ...((a.blend || b.blend) && { blend: (1 - t) * a.blend + t * b.blend }), ...wish,
    ...(velocity < LOUDEST && { velocity }), ...sidesOf([...a.exemplars, ...b.exemplars]),
  };
}

/** The category of a sound; of a morph, the one with the larger share. @param {Recipe} recipe */
export function nearerCategory({ category, to, t }) {
  return to && t >= 0.5 ? to : category;
}

/** A key for a sound's samples: equal keys mean equal samples. @param {Recipe} recipe */
export function keyOf({ category, code, take, inverter, to, t, exemplars, blend, wish, velocity, engine }) {
  // In one order, whatever the order of asking.
  const asked = Object.entries(wish).sort(([one], [other]) => (one < other ? -1 : 1)).flat();
  return JSON.stringify([
    category, code, take, inverter, to, to ? t : 0, ...exemplars, ...(blend ? [{ blend }] : []), ...asked,
    ...(velocity < LOUDEST ? [{ velocity }] : []), ...(engine === REFERENCE ? [] : [{ engine }]),
  ]);
}

/** Whether a recipe recalls this sound. @param {Described} sound @param {Recipe} recipe */
export function isOf(sound, recipe) {
  return keyOf(recipeOf(sound)) === keyOf(recipe);
}
