/**
 * The model with its encoder. The model of the page has zeros in the encoder's place, so it is another file. Here the two are
 * put together: the page's model is loaded again, from what the browser has kept, and the encoder's numbers are written into it.
 */

import { putInOrder } from "../model-file.js";
import { Encoder } from "./encoder.js";

/** @import { Header } from "../model-file.js" */
/** @import { Native } from "../native.js" */

/** Gives the unpacked parts of a file, as they come. @typedef {(name: string) => AsyncIterable<Uint8Array>} Unpack */

const PREFIX = 56;
const ENCODER = "encoder.";
const ANOTHER = "the model of this page is of another version by now; reload the page";

/**
 * Open the whole model in the place of the page's.
 * @param {Native} native @param {number} length of both files @param {Header} known of the page's model @param {Unpack} unpack
 * @param {() => void} ready called before the page's model is closed
 * @returns {Promise<Encoder>}
 */
export async function wholeModel(native, length, known, unpack, ready) {
  const encoder = await gathered(unpack("encoder.bin"));
  const at = native.room(length);
  try {
    let filled = 0;
    for await (const part of unpack("model.bin")) {
      if (filled + part.length > length) throw new Error(ANOTHER);
      native.bytes(at + filled, part.length).set(part);
      filled += part.length;
    }
    if (filled !== length) throw new Error(ANOTHER);
    const file = native.bytes(at, length);
    complete(file, encoder, known);
    putInOrder(file);
    await new Promise((resolve) => void setTimeout(resolve)); // messages may come in
    ready();
    native.close(); // first: two models at once would need twice the memory
    native.openModel(at, length);
    native.openPlayer();
    return new Encoder(native, at, length, known.latent_dim);
  } finally {
    native.leave(at);
  }
}

/** Write the encoder, and the header that knows it, into the page's model. @param {Uint8Array} file @param {Uint8Array} encoder @param {Header} known */
function complete(file, encoder, known) {
  const [before, after] = [headerOf(file), headerOf(encoder)];
  const isEncoder = (/** @type {string} */ name) => name.startsWith(ENCODER);
  const same = Object.entries(after.parts).every(([name, { sha256, offset }]) =>
    before.parts[name]?.offset === offset && (isEncoder(name) || before.parts[name].sha256 === sha256));
  if (!same || before.start !== after.start || JSON.stringify(before.parts) !== JSON.stringify(known.parts)) throw new Error(ANOTHER);
  file.set(encoder.subarray(0, after.start));
  let from = after.start;
  for (const name of Object.keys(after.parts).filter(isEncoder)) {
    const { bytes, offset } = after.parts[name];
    file.set(encoder.subarray(from, from + bytes), after.start + offset);
    from += bytes;
  }
  if (from !== encoder.length) throw new Error(ANOTHER);
}

/** @param {Uint8Array} file @returns {{parts: Header["parts"], start: number}} */
function headerOf(file) {
  const start = PREFIX + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(16, true));
  return { parts: JSON.parse(new TextDecoder().decode(file.slice(PREFIX, start))).parts, start };
}

/** @param {AsyncIterable<Uint8Array>} parts */
async function gathered(parts) {
  const all = [];
  let length = 0;
  for await (const part of parts) {
    all.push(part);
    length += part.length;
  }
  const out = new Uint8Array(length);
  for (let i = 0, at = 0; i < all.length; at += all[i].length, i++) out.set(all[i], at);
  return out;
}
