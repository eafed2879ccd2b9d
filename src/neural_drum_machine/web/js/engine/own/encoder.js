/** The encoder: finds the code of a sound. Its weights come as a file of their own, once the first sound needs them. */

import { Refused } from "../refusal.js";
import { SENTENCE } from "../sentence.js";
import { placesOf } from "./parts.js";
import { lent } from "./scratch.js";

/** @import { Native } from "../native.js" */
/** @import { Parts } from "./parts.js" */
/** @import { MemoryExports } from "./scratch.js" */

/**
 * @typedef {MemoryExports & {
 *   ndm_encoder_open: (model: number, bytes: number, size: number, memory: number, encoder: number, sentence: number) => number,
 *   ndm_encode: (encoder: number, engine: number, category: number, mel: number, air: number, attack: number, steps: number, code: number) => number,
 *   ndm_guess: (encoder: number, engine: number, mel: number, air: number, attack: number, category: number) => number,
 *   ndm_last_sentence: (engine: number) => number,
 * }} EncoderExports
 */

export class Encoder {
  /**
   * Opens the encoder of the open model's file.
   * @param {Native} native @param {number} at the place of the file @param {number} length @param {number} dim numbers of a code
   */
  constructor(native, at, length, dim) {
    this._native = native;
    this._engine = /** @type {EncoderExports} */ (/** @type {unknown} */ (native.exports));
    this._dim = dim;
    this._encoder = lent(this._engine, (scratch) => {
      const [pointer, why] = [scratch.room(4), scratch.room(SENTENCE)];
      const status = this._engine.ndm_encoder_open(native.model, at, length, 0, pointer, why);
      if (status) throw new Error(scratch.text(why) || "there is no memory for the encoder; close other programs or tabs");
      return scratch.view.getUint32(pointer, true);
    });
  }

  /** The number of the category in which the generator plays levels best. @param {Parts} parts @returns {number} */
  guess(parts) {
    return lent(this._engine, (scratch) => {
      const [mel, air, attack] = placesOf(scratch, parts);
      const category = scratch.room(4);
      this._check(this._engine.ndm_guess(this._encoder, this._native.player, mel, air, attack, category), scratch);
      return scratch.view.getInt32(category, true);
    });
  }

  /** The code of levels. @param {Parts} parts @param {number} category @param {number} steps of a search for a better one @returns {Float32Array} */
  encode(parts, category, steps) {
    return lent(this._engine, (scratch) => {
      const [mel, air, attack] = placesOf(scratch, parts);
      const code = scratch.room(4 * this._dim);
      this._check(this._engine.ndm_encode(this._encoder, this._native.player, category, mel, air, attack, steps, code), scratch);
      return scratch.floats(code, this._dim);
    });
  }

  /** @param {number} status @param {import("./scratch.js").Scratch} scratch */
  _check(status, scratch) {
    if (status) throw new Refused("bad-audio", scratch.text(this._engine.ndm_last_sentence(this._native.player)));
  }
}
