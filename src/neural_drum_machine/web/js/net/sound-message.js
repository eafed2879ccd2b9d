/** The binary messages on the WebSocket: sounds that come, files that go (docs/protocol-web.md). */

import { fromPcm } from "../formats/pcm.js";
import { channelsOf } from "../model/channels.js";

/** @import { GrooveImportRequest, LayerSamplesReply, OwnRequest, SoundHeader, UploadRequest } from "./messages.js" */
/** @import { LibraryHeader } from "./library-message.js" */
/** @import { Channels } from "../model/channels.js" */

/**
 * @typedef {object} Samples
 * @property {Channels} channels the samples; one channel, if both that came are the same
 * @property {Channels|null} original the sound that was encoded
 * @property {number} [connection] counts the connections of this page; ids are unique in one of them
 */
/** A sound, as the server describes it. @typedef {Omit<SoundHeader, "channels"|"samples"|"original"> & Samples} Sound */

/**
 * Read a binary message: its header, and the bytes after it.
 * @param {ArrayBuffer} data
 * @returns {{header: SoundHeader|LayerSamplesReply|LibraryHeader, body: ArrayBuffer}}
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
  const { channels = 1, samples } = header;
  const middle = 2 * channels * samples;
  const part = (/** @type {ArrayBuffer} */ bytes) => channelsOf(fromPcm(new Int16Array(bytes)), channels);
  return { ...header, channels: part(body.slice(0, middle)), original: header.original ? part(body.slice(middle)) : null };
}

/** Strokes of one sound: the channels of each velocity. @typedef {{sr: number, velocities: number[], strokes: Channels[]}} SoundLayers */

/** @param {LayerSamplesReply} header @param {ArrayBuffer} body @returns {SoundLayers} */
export function layersOf({ channels, samples, sr, velocities }, body) {
  const size = 2 * channels * samples;
  const part = (/** @type {number} */ i) => channelsOf(fromPcm(new Int16Array(body.slice(size * i, size * (i + 1)))), channels);
  return { sr, velocities: [...velocities], strokes: velocities.map((_, i) => part(i)) };
}

/**
 * Write an upload, an own sound, or a MIDI file.
 * @param {UploadRequest|OwnRequest|GrooveImportRequest} header
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
