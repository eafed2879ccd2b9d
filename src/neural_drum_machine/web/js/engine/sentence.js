/** The sentences of the engine for people, which lie in its memory and end with a zero. */

/** Bytes of the longest one. */
export const SENTENCE = 400;

/** @param {WebAssembly.Memory} memory @param {number} at its place @returns {string} */
export function sentenceAt(memory, at) {
  const bytes = new Uint8Array(memory.buffer, at, SENTENCE);
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}
