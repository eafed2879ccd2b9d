/** The binary messages on the WebSocket: sounds that come, files that go (docs/protocol-web.md). */

import { fromPcm } from "../formats/pcm.js";

/** @import { OwnRequest, SoundHeader, UploadRequest } from "./messages.js" */
/** @import { LibraryHeader } from "./library-message.js" */

/**
 * @typedef {object} Samples
 * @property {Int16Array} pcm the samples as they came
 * @property {Float32Array} samples
 * @property {Float32Array|null} original the sound that was encoded
 * @property {number} [connection] counts the connections of this page; ids are unique in one of them
 */
/** A sound, as the server describes it. @typedef {Omit<SoundHeader, "samples"|"original"> & Samples} Sound */

/**
 * Read a binary message: its header, and the bytes after it.
 * @param {ArrayBuffer} data
 * @returns {{header: SoundHeader|LibraryHeader, body: ArrayBuffer}}
 */
export function readBinary(data) {
  const length = new DataView(data).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  return { header, body: data.slice(4 + length) };
}

/**
 * A sound of a message.
 * @param {SoundHeader} header
 * @param {ArrayBuffer} body
 * @returns {Sound}
 */
export function soundOf(header, body) {
  const middle = 2 * header.samples;
  const pcm = new Int16Array(body.slice(0, middle));
  const original = header.original ? fromPcm(new Int16Array(body.slice(middle))) : null;
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
