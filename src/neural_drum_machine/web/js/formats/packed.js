/** Texts and bytes in a link: compressed, in the letters that an address allows. */

import { fromBase64, toBase64 } from "../model/base64.js";
import { inflate } from "./inflate.js";

/** @param {Uint8Array} bytes */
export function toLetters(bytes) {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} letters */
export function fromLetters(letters) {
  return fromBase64(letters.replaceAll("-", "+").replaceAll("_", "/"));
}

/** @param {string} text @returns {Promise<string>} */
export async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return toLetters(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/**
 * @param {string} letters
 * @param {number} most bytes of the text
 * @returns {Promise<string>} rejected if it is damaged or too long
 */
export async function unpack(letters, most) {
  return new TextDecoder().decode(await inflate(fromLetters(letters), most));
}
