/** The engine in C (`engine/`), compiled to WebAssembly: from a code to samples. */

import { SENTENCE, sentenceAt } from "./sentence.js";
import { Shaper } from "./shaper.js";

/** @import { ShaperExports } from "./shaper.js" */

/** A sound, as `ndm_sound` has it. @typedef {{category: number, code: Float32Array, take: number, exemplars: number[], to: number, t: number}} NativeSound */

/**
 * @typedef {object} PlayerExports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} _initialize
 * @property {(bytes: number) => number} malloc
 * @property {(at: number) => void} free
 * @property {(bytes: number, size: number, memory: number, kernels: number, model: number, why: number) => number} ndm_model_open
 * @property {(model: number) => void} ndm_model_close
 * @property {(model: number, memory: number, engine: number) => number} ndm_engine_open
 * @property {(engine: number) => void} ndm_engine_close
 * @property {(model: number, rate: number) => number} ndm_most_samples
 * @property {(engine: number, sound: number, samples: number, count: number) => number} ndm_render
 * @property {(engine: number) => number} ndm_last_sentence
 */

/** @typedef {PlayerExports & ShaperExports} Exports */

const MOST_EXEMPLARS = 4;
/** Offsets in `ndm_sound`, of 32-bit words. */
const FIELD = { category: 0, code: 1, rate: 2, take: 3, exemplars: 4, exemplar: 5, share: 9, without: 13, width: 14, to: 15, t: 16 };
const FIELDS = 17;

export class Native {
  /** @param {WebAssembly.Instance} instance @param {number} rate in Hz */
  constructor(instance, rate) {
    this.exports = instance.exports;
    this._engine = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports));
    this._engine._initialize();
    this._rate = rate;
    /** The model, and working memory with it, as the engine's other functions take them. */
    this.model = this.player = 0;
    this._samples = this._count = this._sound = this._code = 0;
  }

  /** Room for a model file in the engine's memory, so that it is nowhere twice. @param {number} length @returns {number} its place */
  room(length) {
    return this._take(length);
  }

  /** The bytes of a room, until anything else is asked of the engine. @param {number} at @param {number} length */
  bytes(at, length) {
    return new Uint8Array(this._engine.memory.buffer, at, length);
  }

  /** Give a room back. @param {number} at */
  leave(at) {
    this._engine.free(at);
  }

  /** Open the model file of a room, and give the room back; returns what shapes its sounds. @param {number} at @param {number} length */
  open(at, length) {
    this.openModel(at, length);
    this._engine.free(at); // before the engine takes its own memory, which fits into it
    this.openPlayer();
    this._samples = this._take(4 * this._engine.ndm_most_samples(this.model, this._rate));
    this._count = this._take(4);
    this._sound = this._take(4 * FIELDS);
    this._code = this._take(4 * 1024);
    return new Shaper(this._engine, this._rate, this._engine.ndm_most_samples(this.model, this._rate));
  }

  /** Open the model file of a room. @param {number} at @param {number} length */
  openModel(at, length) {
    const pointer = this._take(4);
    const why = this._take(SENTENCE);
    const status = this._engine.ndm_model_open(at, length, 0, 0, pointer, why);
    const sentence = this._text(why) || `the engine gives ${status}`;
    [this.model] = this._words(pointer, 1);
    this._engine.free(why);
    this._engine.free(pointer);
    if (status) throw new Error(sentence);
  }

  openPlayer() {
    const pointer = this._take(4);
    const status = this._engine.ndm_engine_open(this.model, 0, pointer);
    [this.player] = this._words(pointer, 1);
    this._engine.free(pointer);
    if (status) throw new Error("there is no memory for the engine; close other programs or tabs");
  }

  /** Close the model: nothing plays until another is open. */
  close() {
    this._engine.ndm_engine_close(this.player);
    this._engine.ndm_model_close(this.model);
    this.model = this.player = 0;
  }

  /** @param {NativeSound} sound @returns {Float32Array} its samples: peak 1, other takes as loud as take 0 */
  render(sound) {
    const status = this._engine.ndm_render(this.player, this.described(sound), this._samples, this._count);
    if (status) throw new Error(this._text(this._engine.ndm_last_sentence(this.player)));
    const [count] = this._words(this._count, 1);
    return new Float32Array(this._engine.memory.buffer, this._samples, count).slice();
  }

  /** Describe a sound to the engine. @param {NativeSound} sound @returns {number} the place of its `ndm_sound` */
  described({ category, code, take, exemplars, to, t }) {
    if (!this.player) throw new Error("the engine is closed; reload the page");
    const { buffer } = this._engine.memory;
    new Float32Array(buffer, this._code, code.length).set(code);
    const words = new Int32Array(buffer, this._sound, FIELDS).fill(0);
    const numbers = new Float32Array(buffer, this._sound, FIELDS);
    words[FIELD.category] = category;
    words[FIELD.code] = this._code;
    words[FIELD.rate] = this._rate;
    words[FIELD.take] = take;
    words[FIELD.exemplars] = exemplars.length / 2;
    for (let i = 0; i < Math.min(exemplars.length / 2, MOST_EXEMPLARS); i++) {
      words[FIELD.exemplar + i] = exemplars[2 * i];
      numbers[FIELD.share + i] = exemplars[2 * i + 1];
    }
    words[FIELD.to] = to;
    numbers[FIELD.t] = t;
    return this._sound;
  }

  /** @param {number} bytes */
  _take(bytes) {
    const at = this._engine.malloc(bytes);
    if (!at) throw new Error("there is no memory for the engine; close other programs or tabs");
    return at;
  }

  /** @param {number} at @param {number} count */
  _words(at, count) {
    return new Uint32Array(this._engine.memory.buffer, at, count);
  }

  /** @param {number} at */
  _text(at) {
    return sentenceAt(this._engine.memory, at);
  }
}
