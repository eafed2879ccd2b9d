/**
 * Velocity: how hard a drum is struck, 1 to 127. A soft stroke is another sound, which takes too long to make
 * while a note waits. So a few are made ahead, the layers, and a note plays the nearest one at its own level.
 */

import { clamp } from "./numbers.js";
import { LOUDEST } from "./recipe.js";

/** @import { Channels } from "./channels.js" */

/**
 * The strokes that are made ahead, beside the sound itself. Spectrum, attack and decay change about evenly with
 * velocity, so the layers lie evenly, too. No note above 16 is farther than 16 from one; those below are so quiet that
 * little of the difference is heard.
 */
export const LAYERS = Object.freeze([96, 64, 32]);
/** Decibels from the loudest stroke to the softest, as in `wishes/velocity.py`. */
const DYNAMIC_DB = 40;

/** A stroke that was made. @typedef {{velocity: number, channels: Channels}} Layer */

/** How soft a velocity is: 0 at 127, 1 at 1. @param {number} velocity */
export const softness = (velocity) => (LOUDEST - velocity) / (LOUDEST - 1);

/** How much louder a velocity is than 127, in dB: −40 to 0. It is the server's law. @param {number} velocity */
export function levelDb(velocity) {
  return 40 * Math.log10(1 - (1 - 10 ** (-DYNAMIC_DB / 40)) * softness(velocity));
}

/** The velocity of a note on a sound that has one itself: 127 plays the sound as it is. @param {number} own @param {number} note */
function struckAt(own, note) {
  return clamp(Math.round((own * note) / LOUDEST), 1, LOUDEST);
}

/** The velocities of a sound's layers, loudest first. @param {number} own the sound's velocity */
export function layersOf(own) {
  return [...new Set(LAYERS.map((each) => struckAt(own, each)))].filter((each) => each < own);
}

/**
 * The layer that a note plays, and the factor that gives it the note's level. Of several that are as near, one is drawn.
 * @param {readonly Layer[]} layers the sound itself first
 * @param {number} note 1 to 127
 * @param {() => number} [random] 0 to 1
 * @returns {{channels: Channels, gain: number}}
 */
export function layerFor(layers, note, random = Math.random) {
  const wanted = struckAt(layers[0].velocity, note);
  const away = (/** @type {Layer} */ { velocity }) => Math.abs(velocity - wanted);
  const least = Math.min(...layers.map(away));
  const near = layers.filter((each) => away(each) === least);
  const { channels, velocity } = near[Math.floor(random() * near.length)] ?? near[0];
  return { channels, gain: 10 ** ((levelDb(wanted) - levelDb(velocity)) / 20) };
}
