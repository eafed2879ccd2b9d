/** The levels of a sound, as the model knows sounds: core, air and fine attack, natural logarithms. */

import { lent } from "./scratch.js";

/** @import { Native, NativeSound } from "../native.js" */
/** @import { MemoryExports, Scratch } from "./scratch.js" */

/** @typedef {{mel: Float32Array, air: Float32Array, attack: Float32Array}} Parts */
/** Numbers of each part. @typedef {[mel: number, air: number, attack: number]} Sizes */
/** @typedef {MemoryExports & {ndm_levels: (engine: number, sound: number, mel: number, air: number, attack: number) => number, ndm_last_sentence: (engine: number) => number}} DecoderExports */

/** The parts' places in the engine's memory. @param {Scratch} scratch @param {Sizes} sizes */
export function roomFor(scratch, sizes) {
  return sizes.map((size) => scratch.room(4 * size));
}

/** @param {Scratch} scratch @param {number[]} places @param {Sizes} sizes @returns {Parts} */
export function partsAt(scratch, places, sizes) {
  const [mel, air, attack] = places.map((at, i) => scratch.floats(at, sizes[i]));
  return { mel, air, attack };
}

/** @param {Scratch} scratch @param {Parts} parts */
export function placesOf(scratch, { mel, air, attack }) {
  return [mel, air, attack].map((each) => scratch.put(each));
}

/** What the decoder makes of a code. @param {Native} native @param {Sizes} sizes @param {NativeSound} sound @returns {Parts} */
export function decoded(native, sizes, sound) {
  const engine = /** @type {DecoderExports} */ (/** @type {unknown} */ (native.exports));
  return lent(engine, (scratch) => {
    const [mel, air, attack] = roomFor(scratch, sizes);
    if (engine.ndm_levels(native.player, native.described(sound), mel, air, attack)) {
      throw new Error(scratch.text(engine.ndm_last_sentence(native.player)));
    }
    return partsAt(scratch, [mel, air, attack], sizes);
  });
}

/**
 * How far a sound is from another, as the model hears both: 0 for the same, 1 for silence; as `signal/distance.py`.
 * @param {Parts} wanted @param {Parts} made @param {number} floor that their levels hold
 */
export function distance({ mel: wanted }, { mel: made }, floor) {
  const [one, other] = [wanted, made].map((levels) => Float64Array.from(levels, (each) => Math.exp(each) - floor));
  const product = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => a.reduce((sum, each, i) => sum + each * b[i], 0);
  const power = product(other, other);
  const gain = power > 0 ? product(one, other) / power : 0;
  const left = one.map((each, i) => each - gain * other[i]);
  return Math.sqrt(product(left, left)) / Math.max(Math.sqrt(product(one, one)), 1e-8);
}
