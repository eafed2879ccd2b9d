/** WAV files: mono or stereo, 16 bit, with a comment, and with the own sounds that recall them. */

import { alternating } from "../model/channels.js";
import { toPcm } from "./pcm.js";

/** @import { Channels } from "../model/channels.js" */

/** The sample format, as `fmt ` has it. */
const PCM = 1;
/** The chunk of own sounds: each after its length in four bytes. */
const OWN = "ndma";

/**
 * @param {Channels} channels
 * @param {number} sr Hz
 * @param {string} comment
 * @param {Uint8Array[]} [forms] compact forms of own sounds
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function wavFile(channels, sr, comment, forms = []) {
  const pcm = toPcm(alternating(channels));
  const frame = 2 * channels.length;
  const text = new TextEncoder().encode(`${comment}\0`);
  const padded = text.length + (text.length % 2);
  const own = forms.reduce((sum, form) => sum + 4 + form.length, 0);
  const size = 12 + 24 + (12 + 8 + padded) + 8 + 2 * pcm.length + (own && 8 + own + (own % 2));
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
  u16(channels.length);
  u32(sr);
  u32(frame * sr); // bytes per second
  u16(frame); // its bytes
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
  if (own) chunk(OWN, own);
  for (const form of forms) {
    u32(form.length);
    out.set(form, at);
    at += form.length;
  }
  return out;
}

/**
 * Read a file of 16 bits, of one or two channels, with a comment.
 * @param {ArrayBuffer} file
 * @returns {{pcm: Int16Array, channels: number, sr: number, comment: string, forms: Uint8Array<ArrayBuffer>[]}|null} null if it is none
 */
export function readWav(file) {
  const view = new DataView(file);
  const word = (/** @type {number} */ at) => String.fromCharCode(...new Uint8Array(file, at, 4));
  if (file.byteLength < 12 || word(0) !== "RIFF" || word(8) !== "WAVE") return null;
  const chunks = chunksOf(view, 12, file.byteLength);
  const [format, list, data] = ["fmt ", "LIST", "data"].map((name) => chunks.get(name));
  if (!format || format.length < 16 || !list || !data || list.length < 4 || word(list.at) !== "INFO") return null;
  const [kind, channels, bits] = [0, 2, 14].map((at) => view.getUint16(format.at + at, true));
  const comment = chunksOf(view, list.at + 4, list.at + list.length).get("ICMT");
  if (kind !== PCM || channels < 1 || channels > 2 || bits !== 16 || !comment) return null;
  const text = new TextDecoder().decode(new Uint8Array(file, comment.at, comment.length));
  const pcm = Int16Array.from({ length: data.length >> 1 }, (_, i) => view.getInt16(data.at + 2 * i, true));
  const forms = readForms(view, chunks.get(OWN));
  return { pcm, channels, sr: view.getUint32(format.at + 4, true), comment: text.replace(/\0+$/, ""), forms };
}

/** The compact forms of own sounds in a chunk. @param {DataView} view @param {{at: number, length: number}} [chunk] */
function readForms(view, chunk) {
  const forms = [];
  const end = chunk ? chunk.at + chunk.length : 0;
  for (let at = chunk?.at ?? 0; at + 4 <= end; ) {
    const length = view.getUint32(at, true);
    if (at + 4 + length > end) break;
    forms.push(new Uint8Array(/** @type {ArrayBuffer} */ (view.buffer).slice(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return forms;
}

/**
 * The chunks of a part of a file by their names.
 * @param {DataView} view @param {number} start @param {number} end
 */
function chunksOf(view, start, end) {
  /** @type {Map<string, {at: number, length: number}>} */
  const chunks = new Map();
  for (let at = start; at + 8 <= end; ) {
    const name = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
    const size = view.getUint32(at + 4, true);
    chunks.set(name, { at: at + 8, length: Math.min(size, end - at - 8) });
    at += 8 + size + (size % 2);
  }
  return chunks;
}
