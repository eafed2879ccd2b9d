/** WAV files: mono, 16 bit, with a comment that recalls the sound. */

import { toPcm } from "./wire.js";

/**
 * @param {Float32Array} samples
 * @param {number} sr Hz
 * @param {string} comment
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function wavFile(samples, sr, comment) {
  const pcm = toPcm(samples);
  const note = new TextEncoder().encode(comment + "\0");
  const padded = note.length + (note.length % 2);
  const size = 12 + 24 + (12 + 8 + padded) + 8 + 2 * pcm.length;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  const word = (/** @type {string} */ text) => {
    for (const letter of text) out[at++] = letter.charCodeAt(0);
  };
  const u32 = (/** @type {number} */ n) => ((view.setUint32(at, n, true)), (at += 4));
  const u16 = (/** @type {number} */ n) => ((view.setUint16(at, n, true)), (at += 2));
  word("RIFF"), u32(size - 8), word("WAVE");
  word("fmt "), u32(16), u16(1), u16(1), u32(sr), u32(2 * sr), u16(2), u16(16);
  word("LIST"), u32(4 + 8 + padded), word("INFO"), word("ICMT"), u32(note.length);
  out.set(note, at);
  at += padded;
  word("data"), u32(2 * pcm.length);
  for (const sample of pcm) (view.setInt16(at, sample, true), (at += 2));
  return out;
}
