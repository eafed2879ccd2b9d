/** Bytes on the WebSocket, as docs/protocol-web.md has them. */

/**
 * A sound as the server describes it.
 * @typedef {object} Sound
 * @property {number} id
 * @property {number} [epoch] which connection it came over
 * @property {string} category
 * @property {number[]} code
 * @property {number} seed -1 if it has none
 * @property {number} take
 * @property {string} inverter
 * @property {number} wild
 * @property {number} p1
 * @property {number} p2
 * @property {number} p3
 * @property {string|null} to
 * @property {number} t
 * @property {number|null} fidelity
 * @property {number} sr
 * @property {number} ms
 * @property {number} peak
 * @property {Int16Array} pcm
 * @property {Float32Array} samples
 * @property {Float32Array|null} original
 * @property {number} [left_out] samples at the original's end that did not fit
 */

const FULL = 32767;

/**
 * Read a binary message.
 * @param {ArrayBuffer} data
 * @returns {Sound}
 */
export function readSound(data) {
  const length = new DataView(data).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  const start = 4 + length;
  const pcm = new Int16Array(data.slice(start, start + 2 * header.samples));
  const rest = new Int16Array(data.slice(start + 2 * header.samples));
  return {
    ...header,
    pcm,
    samples: toFloat(pcm),
    original: header.original ? toFloat(rest) : null,
  };
}

/** @param {Int16Array} pcm */
function toFloat(pcm) {
  const out = new Float32Array(pcm.length);
  for (let i = 0; i < out.length; i++) out[i] = pcm[i] / FULL;
  return out;
}

/** @param {Float32Array} samples */
export function toPcm(samples) {
  const out = new Int16Array(samples.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.round(FULL * Math.min(1, Math.max(-1, samples[i])));
  }
  return out;
}

/**
 * An upload as a binary message.
 * @param {object} header
 * @param {ArrayBuffer} file
 */
export function writeUpload(header, file) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(4 + text.length + file.byteLength);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  out.set(new Uint8Array(file), 4 + text.length);
  return out;
}
