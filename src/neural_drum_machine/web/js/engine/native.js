/** The engine in C (`engine/`), compiled to WebAssembly: from a code to samples. */

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
 * @property {(model: number, memory: number, engine: number) => number} ndm_engine_open
 * @property {(model: number, rate: number) => number} ndm_most_samples
 * @property {(engine: number, sound: number, samples: number, count: number) => number} ndm_render
 * @property {(engine: number) => number} ndm_last_sentence
 */

/** @typedef {PlayerExports & ShaperExports} Exports */

const SENTENCE = 400;
const MOST_EXEMPLARS = 4;
/** Offsets in `ndm_sound`, of 32-bit words. */
const FIELD = { category: 0, code: 1, rate: 2, take: 3, exemplars: 4, exemplar: 5, share: 9, without: 13, width: 14, to: 15, t: 16 };
const FIELDS = 17;

export class Native {
  /** @param {WebAssembly.Instance} instance @param {number} rate in Hz */
  constructor(instance, rate) {
    this._engine = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports));
    this._engine._initialize();
    this._rate = rate;
    this._player = this._samples = this._count = this._sound = this._code = 0;
  }

  /** Room for a model file in the engine's memory, so that it is nowhere twice. @param {number} length @returns {number} its place */
  room(length) {
    return this._take(length);
  }

  /** The bytes of a room, until anything else is asked of the engine. @param {number} at @param {number} length */
  bytes(at, length) {
    return new Uint8Array(this._engine.memory.buffer, at, length);
  }

  /** Open the model file of a room, and give the room back; returns what shapes its sounds. @param {number} at @param {number} length */
  open(at, length) {
    const pointers = this._take(8);
    const why = this._take(SENTENCE);
    const status = this._engine.ndm_model_open(at, length, 0, 0, pointers, why);
    if (status) throw new Error(this._text(why) || `the engine gives ${status}`);
    this._engine.free(at); // before the engine takes its own memory, which fits into it
    const [model] = this._words(pointers, 1);
    if (this._engine.ndm_engine_open(model, 0, pointers + 4)) throw new Error("the browser has no memory for the engine");
    this._player = this._words(pointers + 4, 1)[0];
    this._samples = this._take(4 * this._engine.ndm_most_samples(model, this._rate));
    this._count = this._take(4);
    this._sound = this._take(4 * FIELDS);
    this._code = this._take(4 * 1024);
    return new Shaper(this._engine, this._rate, this._engine.ndm_most_samples(model, this._rate));
  }

  /** @param {NativeSound} sound @returns {Float32Array} its samples: peak 1, other takes as loud as take 0 */
  render({ category, code, take, exemplars, to, t }) {
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
    const status = this._engine.ndm_render(this._player, this._sound, this._samples, this._count);
    if (status) throw new Error(this._text(this._engine.ndm_last_sentence(this._player)));
    const [count] = this._words(this._count, 1);
    return new Float32Array(this._engine.memory.buffer, this._samples, count).slice();
  }

  /** @param {number} bytes */
  _take(bytes) {
    const at = this._engine.malloc(bytes);
    if (!at) throw new Error("the browser has no memory for the engine");
    return at;
  }

  /** @param {number} at @param {number} count */
  _words(at, count) {
    return new Uint32Array(this._engine.memory.buffer, at, count);
  }

  /** @param {number} at */
  _text(at) {
    const bytes = new Uint8Array(this._engine.memory.buffer, at, SENTENCE);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }
}
