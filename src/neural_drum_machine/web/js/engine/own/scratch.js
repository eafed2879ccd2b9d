/** Memory of the engine for the arguments of one call. */

import { sentenceAt } from "../sentence.js";

/** What a call needs of the engine's memory. @typedef {{memory: WebAssembly.Memory, malloc: (bytes: number) => number, free: (at: number) => void}} MemoryExports */

export class Scratch {
  /** @param {MemoryExports} engine */
  constructor(engine) {
    this._engine = engine;
    /** @type {number[]} */
    this._taken = [];
  }

  /** Room for bytes; zeros. @param {number} bytes @returns {number} its place */
  room(bytes) {
    const at = this._engine.malloc(Math.max(bytes, 8));
    if (!at) throw new Error("there is no memory for a sound of your own; close other programs or tabs");
    this._taken.push(at);
    new Uint8Array(this._engine.memory.buffer, at, bytes).fill(0);
    return at;
  }

  /** @param {Float32Array} numbers @returns {number} their place */
  put(numbers) {
    const at = this.room(4 * numbers.length);
    new Float32Array(this._engine.memory.buffer, at, numbers.length).set(numbers);
    return at;
  }

  /** @param {readonly number[]} words @returns {number} their place */
  words(words) {
    const at = this.room(4 * words.length);
    new Uint32Array(this._engine.memory.buffer, at, words.length).set(words);
    return at;
  }

  /** @param {number} at @param {number} count @returns {Float32Array} a copy */
  floats(at, count) {
    return new Float32Array(this._engine.memory.buffer, at, count).slice();
  }

  /** The engine's memory as it is now. */
  get view() {
    return new DataView(this._engine.memory.buffer);
  }

  /** @param {number} at of a sentence @returns {string} */
  text(at) {
    return sentenceAt(this._engine.memory, at);
  }

  /** Give all of it back. */
  release() {
    for (const at of this._taken) this._engine.free(at);
    this._taken = [];
  }
}

/**
 * Call the engine with memory that is given back afterwards.
 * @template T
 * @param {MemoryExports} engine @param {(scratch: Scratch) => T} call
 * @returns {T}
 */
export function lent(engine, call) {
  const scratch = new Scratch(engine);
  try {
    return call(scratch);
  } finally {
    scratch.release();
  }
}
