/** Values and softer strokes by the engine, of sounds that are there already. */

import { countOf, monoOf } from "./heard.js";
import { sentenceAt } from "./sentence.js";
import { WISHES } from "./wish.js";

/** @import { Heard } from "./heard.js" */
/** @import { Wish } from "./wish.js" */
/** @import { Stroke } from "./strike.js" */

/**
 * @typedef {object} ShaperExports
 * @property {WebAssembly.Memory} memory
 * @property {(bytes: number) => number} malloc
 * @property {(at: number) => void} free
 * @property {(kernels: number, most: number, memory: number, shaper: number) => number} ndm_shaper_open
 * @property {(shaper: number) => void} ndm_shaper_close
 * @property {(count: number) => number} ndm_most_shaped
 * @property {(shaper: number, sound: number, wish: number, samples: number, count: number, onset: number) => number} ndm_shape
 * @property {(shaper: number, sound: number, stroke: number, samples: number) => number} ndm_strike
 * @property {(shaper: number, sound: number, values: number) => number} ndm_describe
 * @property {(shaper: number) => number} ndm_shaper_sentence
 */

/** Bytes of `ndm_heard`, `ndm_wish` and `ndm_stroke`, where a pointer has four. */
const HEARD = 32;
const WISH = 8 + 8 * WISHES.length;
const STROKE = 8 * 13;

export class Shaper {
  /** @param {ShaperExports} engine @param {number} rate in Hz @param {number} most samples of most sounds that come */
  constructor(engine, rate, most) {
    this._engine = engine;
    this._rate = rate;
    this._most = most;
    this._channels = 1;
    this._shaper = this._samples = this._fields = 0;
  }

  /** Give a sound values; of two octaves more it is as long. @param {Heard} heard @param {Wish} wish @param {string[]} offered names @returns {Heard} */
  finished(heard, wish, offered) {
    const [view, sound] = this._heard(heard);
    const fields = sound + HEARD;
    const count = fields + WISH;
    const bits = (/** @type {string[]} */ names) => WISHES.reduce((sum, name, i) => sum | (names.includes(name) ? 1 << i : 0), 0);
    view.setUint32(fields, bits(Object.keys(wish)), true);
    view.setUint32(fields + 4, bits(offered), true);
    WISHES.forEach((name, i) => view.setFloat64(fields + 8 + 8 * i, wish[name] ?? 0, true));
    this._check(this._engine.ndm_shape(this._shaper, sound, fields, this._samples, count, count + 4));
    const now = new DataView(this._engine.memory.buffer);
    return { ...heard, samples: this._made(heard.channels * now.getUint32(count, true)), onset: now.getUint32(count + 4, true) };
  }

  /** @param {Heard} heard @param {Stroke} stroke @returns {Heard} */
  struck(heard, { attack, decay, bands, level }) {
    const [view, sound] = this._heard(heard);
    [attack, decay, ...bands, level].forEach((value, i) => view.setFloat64(sound + HEARD + 8 * i, value, true));
    this._check(this._engine.ndm_strike(this._shaper, sound, sound + HEARD, this._samples));
    return { ...heard, samples: this._made(heard.samples.length) };
  }

  /** The values of a sound; NaN where it has none. @param {Heard} heard @returns {Wish} */
  describe(heard) {
    const [, sound] = this._heard({ samples: monoOf(heard), channels: 1, onset: 0, top: 1 });
    this._check(this._engine.ndm_describe(this._shaper, sound, sound + HEARD));
    const values = new Float64Array(this._engine.memory.buffer.slice(sound + HEARD, sound + HEARD + 8 * WISHES.length));
    return Object.fromEntries(WISHES.map((name, i) => [name, values[i]]));
  }

  /** The engine's memory, and the place of a sound's description in it. @param {Heard} heard @returns {[DataView, number]} */
  _heard(heard) {
    const { channels, onset, samples, top } = heard;
    const count = countOf(heard);
    this._open(count, channels);
    const { buffer } = this._engine.memory;
    const view = new DataView(buffer);
    new Float32Array(buffer, this._samples, samples.length).set(samples);
    [this._samples, count, channels, this._rate, onset].forEach((value, i) => view.setUint32(this._fields + 4 * i, value, true));
    view.setFloat64(this._fields + 24, top, true);
    return [view, this._fields];
  }

  /** Its memory is taken once the first sound is shaped, and again for one that is longer than those before. @param {number} count @param {number} channels */
  _open(count, channels) {
    if (this._shaper && count <= this._most && channels <= this._channels) return;
    const engine = this._engine;
    engine.ndm_shaper_close(this._shaper);
    engine.free(this._fields);
    engine.free(this._samples);
    this._most = Math.max(this._most, count);
    this._channels = Math.max(this._channels, channels);
    this._shaper = 0;
    this._fields = engine.malloc(HEARD + WISH + STROKE);
    this._samples = engine.malloc(4 * this._channels * engine.ndm_most_shaped(this._most));
    if (!this._fields || !this._samples || engine.ndm_shaper_open(0, this._most, 0, this._fields)) {
      throw new Error("there is no memory to give sounds values; close other programs or tabs");
    }
    this._shaper = new DataView(engine.memory.buffer).getUint32(this._fields, true);
  }

  /** @param {number} count */
  _made(count) {
    return new Float32Array(this._engine.memory.buffer, this._samples, count).slice();
  }

  /** @param {number} status */
  _check(status) {
    if (status) throw new Error(sentenceAt(this._engine.memory, this._engine.ndm_shaper_sentence(this._shaper)));
  }
}
