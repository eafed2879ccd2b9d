/** The answers that are binary messages, but for sounds (docs/protocol-web.md). */

import { fromPcm } from "../formats/pcm.js";
import { channelsOf } from "../model/channels.js";

/** @import { LibraryAudioReply, LibraryFindReply, LibraryMapReply, LibraryNearReply, LibraryReply, MadeFileReply } from "./messages.js" */
/** @import { Channels } from "../model/channels.js" */

/** @typedef {LibraryMapReply|LibraryFindReply|LibraryAudioReply|MadeFileReply} LibraryHeader */
/** The columns of a part of the map. @typedef {{ids: Uint32Array, x: Uint16Array, y: Uint16Array, centroid: Uint16Array, decay: Uint16Array, pitch: Uint16Array, length: Uint16Array, category: Uint8Array, doubt: Uint8Array}} Columns */
/** @typedef {LibraryMapReply & {columns: Columns}} LibraryPart */
/** @typedef {LibraryFindReply & {ids: Uint32Array}} LibraryFound */
/** @typedef {Omit<LibraryAudioReply, "channels"> & {channels: Channels}} LibrarySamples */
/** A file that the server made. @typedef {MadeFileReply & {bytes: ArrayBuffer}} MadeFile */
/**
 * The answers to questions about the library.
 * @typedef {object} LibraryAnswers
 * @property {LibraryReply} library
 * @property {LibraryPart} library_map
 * @property {LibraryFound} library_find
 * @property {LibraryNearReply} library_near
 * @property {LibraryNearReply} library_like
 * @property {LibrarySamples} library_audio
 */

/** @param {LibraryHeader} header @param {ArrayBuffer} body @returns {LibraryPart|LibraryFound|LibrarySamples|MadeFile} */
export function answerOf(header, body) {
  if (header.type === "library_map") return { ...header, columns: columnsOf(header.names.length, body) };
  if (header.type === "library_find") return { ...header, ids: new Uint32Array(body) };
  if (header.type === "file") return { ...header, bytes: body };
  return { ...header, channels: channelsOf(fromPcm(new Int16Array(body)), header.channels) };
}

/** @param {number} n @param {ArrayBuffer} body @returns {Columns} */
function columnsOf(n, body) {
  let at = 4 * n;
  const words = () => new Uint16Array(body.slice(at, (at += 2 * n)));
  const bytes = () => new Uint8Array(body.slice(at, (at += n)));
  return {
    ids: new Uint32Array(body.slice(0, at)), x: words(), y: words(), centroid: words(), decay: words(),
    pitch: words(), length: words(), category: bytes(), doubt: bytes(),
  };
}
