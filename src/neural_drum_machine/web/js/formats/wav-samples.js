/**
 * The samples of WAV files, of whole numbers (8, 16, 24, 32 bits) and of floating point (32, 64 bits), as they are. Browsers
 * read WAV files, too, but not all of them sample for sample.
 */

/** @typedef {{channels: Float32Array[], sr: number}} WavSamples */

const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
const MOST_CHANNELS = 64;
/** So much of a file may be missing: some programs count their header as sound. */
const SLACK = 0.01;

/**
 * @param {ArrayBuffer} file
 * @param {number} [most] numbers of all channels that are read
 * @returns {WavSamples|null} null if it is no WAV file, or of another kind
 * @throws {Error} with a sentence, if it is cut short
 */
export function wavSamples(file, most = Infinity) {
  const view = new DataView(file);
  const word = (/** @type {number} */ at) => String.fromCharCode(...new Uint8Array(file, at, 4));
  if (file.byteLength < 12 || word(0) !== "RIFF" || word(8) !== "WAVE") return null;
  /** @type {{kind: number, count: number, sr: number, bits: number}|null} */
  let format = null;
  for (let at = 12; at + 8 <= file.byteLength; ) {
    const [name, size] = [word(at), view.getUint32(at + 4, true)];
    const start = at + 8;
    if (name === "fmt " && start + 16 <= file.byteLength) {
      const kind = view.getUint16(start, true);
      const isLong = kind === EXTENSIBLE && size >= 26 && start + 26 <= file.byteLength;
      format = {
        kind: isLong ? view.getUint16(start + 24, true) : kind, count: view.getUint16(start + 2, true),
        sr: view.getUint32(start + 4, true), bits: view.getUint16(start + 14, true),
      };
    } else if (name === "data") return format && samplesOf(view, start, size, format, most);
    at = start + size + (size % 2);
  }
  return null;
}

/** @param {DataView} view @param {number} start @param {number} size @param {{kind: number, count: number, sr: number, bits: number}} format @param {number} most */
function samplesOf(view, start, size, { kind, count, sr, bits }, most) {
  const read = readerOf(view, kind, bits);
  if (!read || count < 1 || count > MOST_CHANNELS) return null;
  const there = view.byteLength - start;
  // Programs that write to a pipe do not know the size.
  const isKnown = size > 0 && size < 0xffffffff;
  if (isKnown && size - there > SLACK * size) throw new Error(`cut short: its header announces ${size} bytes, ${there} are there; copy the file again, or export it again`);
  const width = bits / 8;
  const length = Math.floor(Math.min((isKnown ? Math.min(size, there) : there) / width, most) / count);
  const channels = Array.from({ length: count }, (_, n) => Float32Array.from({ length }, (_each, i) => read(start + width * (i * count + n))));
  return { channels, sr };
}

/** What reads a sample, full scale 1. @param {DataView} view @param {number} kind @param {number} bits @returns {((at: number) => number)|null} */
function readerOf(view, kind, bits) {
  if (kind === FLOAT) return bits === 32 ? (at) => view.getFloat32(at, true) : bits === 64 ? (at) => view.getFloat64(at, true) : null;
  if (kind !== PCM) return null;
  const readers = /** @type {Record<number, (at: number) => number>} */ ({
    8: (at) => (view.getUint8(at) - 128) / 2 ** 7,
    16: (at) => view.getInt16(at, true) / 2 ** 15,
    24: (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 2 ** 23,
    32: (at) => view.getInt32(at, true) / 2 ** 31,
  });
  return readers[bits] ?? null;
}
