/** The binary messages on the WebSocket: sounds that come, files that go (docs/protocol-web.md). */

import { fromPcm } from "../formats/pcm.js";

/** @import { OwnRequest, SoundHeader, UploadRequest } from "./messages.js" */

/**
 * @typedef {object} Samples
 * @property {Int16Array} pcm the samples as they came
 * @property {Float32Array} samples
 * @property {Float32Array|null} original the sound that was encoded
 * @property {number} [connection] counts the connections of this page; ids are unique in one of them
 */
/** A sound, as the server describes it. @typedef {Omit<SoundHeader, "samples"|"original"> & Samples} Sound */

/**
 * Read a sound.
 * @param {ArrayBuffer} data
 * @returns {Sound}
 */
export function readSound(data) {
  const length = new DataView(data).getUint32(0, true);
  const start = 4 + length;
  /** @type {SoundHeader} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  const middle = start + 2 * header.samples;
  const pcm = new Int16Array(data.slice(start, middle));
  const original = header.original ? fromPcm(new Int16Array(data.slice(middle))) : null;
  return { ...header, pcm, samples: fromPcm(pcm), original };
}

/**
 * Write an upload, or an own sound.
 * @param {UploadRequest|OwnRequest} header
 * @param {ArrayBuffer} file
 */
export function writeBinary(header, file) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(4 + text.length + file.byteLength);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  out.set(new Uint8Array(file), 4 + text.length);
  return out;
}
