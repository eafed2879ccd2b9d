/** Own sounds in the engine (`ndm_own_sounds.h`): their hit is found, they are heard, bent and laid over each other. */

import { countOf, joined } from "../heard.js";
import { Refused } from "../refusal.js";
import { partsAt, placesOf, roomFor } from "./parts.js";
import { lent } from "./scratch.js";

/** @import { Heard } from "../heard.js" */
/** @import { Native } from "../native.js" */
/** @import { Parts, Sizes } from "./parts.js" */
/** @import { MemoryExports, Scratch } from "./scratch.js" */

/**
 * @typedef {MemoryExports & {
 *   ndm_bender_open: (model: number, most: number, memory: number, bender: number) => number,
 *   ndm_bender_close: (bender: number) => void,
 *   ndm_find_hit: (bender: number, samples: number, count: number, onset: number) => number,
 *   ndm_hear: (bender: number, sound: number, levels: number, scale: number) => number,
 *   ndm_most_bent: (count: number) => number,
 *   ndm_bend: (bender: number, sound: number, heard: number, scale: number, before: number, after: number, samples: number, count: number, onset: number) => number,
 *   ndm_as_loud: (bender: number, sound: number, own: number, samples: number) => number,
 *   ndm_most_mixed: (sounds: number, n: number) => number,
 *   ndm_mix: (bender: number, sounds: number, shares: number, n: number, samples: number, count: number, onset: number) => number,
 *   ndm_bender_sentence: (bender: number) => number,
 * }} BenderExports
 */
/** What the model hears of a sound, and the factor from its samples to that scale. @typedef {{parts: Parts, scale: number}} Hearing */

/** Samples that the engine bends at first: most sounds have fewer. */
const MOST = 1 << 17;
const RATE = 44100;
const HEARD = 32;
const BAD_VALUE = 4;

export class Bender {
  /** @param {Native} native @param {Sizes} sizes */
  constructor(native, sizes) {
    this._native = native;
    this._engine = /** @type {BenderExports} */ (/** @type {unknown} */ (native.exports));
    this._sizes = sizes;
    this._bender = this._most = 0;
  }

  /** The sample of the onset in a mono recording at 44,100 Hz. @param {Float32Array} samples @returns {number} */
  findHit(samples) {
    return this._call(samples.length, (scratch) => {
      const onset = scratch.room(4);
      this._check(scratch, this._engine.ndm_find_hit(this._bender, scratch.put(samples), samples.length, onset));
      return scratch.view.getUint32(onset, true);
    });
  }

  /** @param {Heard} sound @returns {Hearing} */
  hear(sound) {
    return this._call(countOf(sound), (scratch) => {
      const places = roomFor(scratch, this._sizes);
      const scale = scratch.room(8);
      this._check(scratch, this._engine.ndm_hear(this._bender, this._put(scratch, [sound]), scratch.words(places), scale));
      return { parts: partsAt(scratch, places, this._sizes), scale: scratch.view.getFloat64(scale, true) };
    });
  }

  /** A sound, changed as one code's levels differ from another's. @param {Heard} sound @param {Hearing} heard @param {Parts} before @param {Parts} after @returns {Heard} */
  bent(sound, { parts, scale }, before, after) {
    return this._call(countOf(sound), (scratch) => {
      const [heard, base, moved] = [parts, before, after].map((each) => scratch.words(placesOf(scratch, each)));
      const out = scratch.room(4 * sound.channels * this._engine.ndm_most_bent(countOf(sound)));
      const count = scratch.room(8);
      const place = this._put(scratch, [sound]);
      this._check(scratch, this._engine.ndm_bend(this._bender, place, heard, scale, base, moved, out, count, count + 4));
      return this._made(scratch, out, count, sound.channels);
    });
  }

  /** A sound that is as loud as another. @param {Heard} sound @param {Heard} own @returns {Heard} */
  asLoud(sound, own) {
    return this._call(Math.max(countOf(sound), countOf(own)), (scratch) => {
      const places = this._put(scratch, [sound, own]);
      const out = scratch.room(4 * sound.samples.length);
      this._check(scratch, this._engine.ndm_as_loud(this._bender, places, places + HEARD, out));
      return { ...sound, samples: scratch.floats(out, sound.samples.length) };
    });
  }

  /** Sounds laid over each other at their onsets. @param {Heard[]} sounds @param {number[]} shares which sum to 1 @returns {Heard} */
  mixed(sounds, shares) {
    if (sounds.length === 1) return sounds[0];
    return this._call(Math.max(...sounds.map(countOf)), (scratch) => {
      const places = this._put(scratch, sounds);
      const channels = Math.max(...sounds.map((each) => each.channels));
      const out = scratch.room(4 * channels * this._engine.ndm_most_mixed(places, sounds.length));
      const count = scratch.room(8);
      const weights = scratch.put(Float32Array.from(shares));
      this._check(scratch, this._engine.ndm_mix(this._bender, places, weights, sounds.length, out, count, count + 4));
      return this._made(scratch, out, count, channels);
    });
  }

  /** Give its memory back; it is taken again for the next sound. */
  close() {
    this._engine.ndm_bender_close(this._bender);
    this._bender = this._most = 0;
  }

  /** @template T @param {number} count samples of the longest sound @param {(scratch: Scratch) => T} call @returns {T} */
  _call(count, call) {
    return lent(this._engine, (scratch) => {
      if (!this._bender || count > this._most) this._open(scratch, Math.max(count, MOST));
      return call(scratch);
    });
  }

  /** @param {Scratch} scratch @param {number} most */
  _open(scratch, most) {
    this.close();
    const pointer = scratch.room(4);
    const status = this._engine.ndm_bender_open(this._native.model, most, 0, pointer);
    if (status === BAD_VALUE) throw new Refused("bad-audio", "a sound of your own may last a minute and a half; cut it");
    if (status) throw new Error("there is no memory for sounds of your own; close other programs or tabs");
    this._bender = scratch.view.getUint32(pointer, true);
    this._most = most;
  }

  /** Describe sounds to the engine. @param {Scratch} scratch @param {Heard[]} sounds @returns {number} the place of the first */
  _put(scratch, sounds) {
    const at = scratch.room(HEARD * sounds.length);
    sounds.forEach((sound, n) => {
      const words = [scratch.put(sound.samples), countOf(sound), sound.channels, RATE, sound.onset];
      words.forEach((word, i) => scratch.view.setUint32(at + HEARD * n + 4 * i, word, true));
      scratch.view.setFloat64(at + HEARD * n + 24, sound.top, true);
    });
    return at;
  }

  /** @param {Scratch} scratch @param {number} out @param {number} count its place, which that of the onset follows @param {number} channels @returns {Heard} */
  _made(scratch, out, count, channels) {
    const [length, onset] = [scratch.view.getUint32(count, true), scratch.view.getUint32(count + 4, true)];
    return soundOf(Array.from({ length: channels }, (_, n) => scratch.floats(out + 4 * n * length, length)), onset);
  }

  /** @param {Scratch} scratch @param {number} status */
  _check(scratch, status) {
    if (!status) return;
    const sentence = scratch.text(this._engine.ndm_bender_sentence(this._bender));
    throw status === BAD_VALUE ? new Refused("bad-audio", sentence) : new Error(sentence);
  }
}

/** A sound of channels; no peak passes the highest that it has. @param {Float32Array[]} channels @param {number} onset @returns {Heard} */
export function soundOf(channels, onset) {
  const top = channels.flatMap((each) => [each.reduce((most, value) => Math.max(most, Math.abs(value)), 1)]);
  return { samples: joined(channels), channels: channels.length, onset, top: Math.max(...top) };
}

