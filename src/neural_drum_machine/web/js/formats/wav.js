/** WAV files: mono, 16 bit, with a comment that recalls the sound. */

import { toPcm } from "./pcm.js";

/** The sample format, as `fmt ` has it. */
const PCM = 1;

/**
 * @param {Float32Array} samples
 * @param {number} sr Hz
 * @param {string} comment
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function wavFile(samples, sr, comment) {
  const pcm = toPcm(samples);
  const text = new TextEncoder().encode(`${comment}\0`);
  const padded = text.length + (text.length % 2);
  const size = 12 + 24 + (12 + 8 + padded) + 8 + 2 * pcm.length;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  const chunk = (/** @type {string} */ name, /** @type {number} */ length) => {
    fourcc(name);
    u32(length);
  };
  const fourcc = (/** @type {string} */ name) => {
    for (const letter of name) out[at++] = letter.charCodeAt(0);
  };
  const u32 = (/** @type {number} */ n) => {
    view.setUint32(at, n, true);
    at += 4;
  };
  const u16 = (/** @type {number} */ n) => {
    view.setUint16(at, n, true);
    at += 2;
  };
  chunk("RIFF", size - 8);
  fourcc("WAVE");
  chunk("fmt ", 16);
  u16(PCM);
  u16(1); // channel
  u32(sr);
  u32(2 * sr); // bytes per second
  u16(2); // bytes per frame
  u16(16); // bits per sample
  chunk("LIST", 4 + 8 + padded);
  fourcc("INFO");
  chunk("ICMT", text.length);
  out.set(text, at);
  at += padded;
  chunk("data", 2 * pcm.length);
  for (const sample of pcm) {
    view.setInt16(at, sample, true);
    at += 2;
  }
  return out;
}
