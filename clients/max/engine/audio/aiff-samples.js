/** The samples of AIFF and AIFF-C files, of whole numbers (1 to 32 bits) and of floating point (32, 64 bits), as they are. */

/** @import { FileSamples } from "./file-samples.js" */

const MOST_CHANNELS = 64;
/** What a file may be compressed by, and the numbers that it then has. @type {Record<string, "big"|"little"|"raw"|"float32"|"float64">} */
const KINDS = {
  NONE: "big", twos: "big", in24: "big", in32: "big", sowt: "little", "42n1": "little", "23ni": "little", "raw ": "raw",
  fl32: "float32", FL32: "float32", fl64: "float64", FL64: "float64",
};

/**
 * @param {DataView} view of the file
 * @param {number} most numbers of all channels that are read
 * @returns {FileSamples|null} null if it is no AIFF file, or of another kind
 * @throws {Error} with a sentence, if it is damaged
 */
export function aiffSamples(view, most) {
  const word = (/** @type {number} */ at) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
  if (view.byteLength < 12 || word(0) !== "FORM" || !["AIFF", "AIFC"].includes(word(8))) return null;
  /** @type {{at: number, size: number}|null} */
  let common = null;
  /** @type {{at: number}|null} */
  let sound = null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const [name, size] = [word(at), view.getUint32(at + 4)];
    if (name === "COMM" && at + 26 <= view.byteLength) common = { at: at + 8, size };
    if (name === "SSND" && at + 16 <= view.byteLength) sound = { at: at + 8 };
    at += 8 + size + (size % 2);
  }
  if (!common) throw new Error("damaged: it does not say how its samples are stored; export it again");
  const kind = KINDS[common.size >= 22 && common.at + 22 <= view.byteLength ? word(common.at + 18) : "NONE"];
  const [count, announced, bits] = [view.getUint16(common.at), view.getUint32(common.at + 2), view.getUint16(common.at + 6)];
  if (!kind || count < 1 || count > MOST_CHANNELS || bits < 1 || bits > 64) return null;
  const width = kind === "float32" ? 4 : kind === "float64" ? 8 : Math.ceil(bits / 8);
  const read = readerOf(view, kind, width);
  if (!read) return null;
  const start = sound ? sound.at + 8 + view.getUint32(sound.at) : view.byteLength;
  const there = Math.max(0, Math.floor((view.byteLength - start) / (width * count)));
  if (there < announced) throw new Error(`cut short: its header announces ${announced} samples, ${there} are there; copy the file again, or export it again`);
  const length = Math.min(announced, Math.floor(most / count));
  const channels = Array.from({ length: count }, (_, n) => Float32Array.from({ length }, (_each, i) => read(start + width * (i * count + n))));
  return { channels, sr: longNumber(view, common.at + 8) };
}

/** What reads a sample, full scale 1; fewer bits than its bytes have stand at their upper end. @param {DataView} view @param {string} kind @param {number} width in bytes @returns {((at: number) => number)|null} */
function readerOf(view, kind, width) {
  if (kind === "float32") return (at) => view.getFloat32(at);
  if (kind === "float64") return (at) => view.getFloat64(at);
  if (kind === "raw") return width === 1 ? (at) => (view.getUint8(at) - 128) / 2 ** 7 : null;
  const isLittle = kind === "little";
  const readers = /** @type {Record<number, (at: number) => number>} */ ({
    1: (at) => view.getInt8(at) / 2 ** 7,
    2: (at) => view.getInt16(at, isLittle) / 2 ** 15,
    3: (at) => (isLittle ? (view.getInt8(at + 2) << 16) | view.getUint16(at, true) : (view.getInt8(at) << 16) | view.getUint16(at + 1)) / 2 ** 23,
    4: (at) => view.getInt32(at, isLittle) / 2 ** 31,
  });
  return readers[width] ?? null;
}

/** A number of 80 bits, in which AIFF has its rate. @param {DataView} view @param {number} at */
function longNumber(view, at) {
  const power = (view.getUint16(at) & 0x7fff) - 16383 - 63;
  return (view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6)) * 2 ** power;
}
