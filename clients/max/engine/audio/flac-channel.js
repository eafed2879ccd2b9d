/** A channel of a FLAC frame: what is predicted of its samples, and the rest that is stored. */

/** @import { BitReader } from "./bit-reader.js" */

const [CONSTANT, VERBATIM, FIXED, FILTER] = [0, 1, 8, 32];
/** What fixed predictors take of the samples before, the nearest first. */
const FIXED_FILTERS = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/**
 * @param {BitReader} bits
 * @param {number} length samples
 * @param {number} depth bits of a sample
 * @returns {Float64Array} whole numbers
 */
export function readChannel(bits, length, depth) {
  if (bits.read(1)) throw new Error("a bit that must be zero is not");
  const kind = bits.read(6);
  const wasted = bits.read(1) ? bits.zeros() + 1 : 0;
  const width = depth - wasted;
  if (width < 1) throw new Error("no bits are left");
  const out = new Float64Array(length);
  if (kind === CONSTANT) out.fill(bits.signed(width));
  else if (kind === VERBATIM) for (let i = 0; i < length; i++) out[i] = bits.signed(width);
  else if (kind >= FIXED && kind < FIXED + FIXED_FILTERS.length) predicted(bits, out, width, kind - FIXED, () => [FIXED_FILTERS[kind - FIXED], 0]);
  else if (kind >= FILTER) predicted(bits, out, width, kind - FILTER + 1, () => filterOf(bits, kind - FILTER + 1));
  else throw new Error("no such kind of channel");
  return wasted ? out.map((each) => each * 2 ** wasted) : out;
}

/** @param {BitReader} bits @param {number} order @returns {[number[], number]} its numbers, and the power of two that divides its sums */
function filterOf(bits, order) {
  const width = bits.read(4) + 1;
  const shift = bits.signed(5);
  if (shift < 0) throw new Error("no such filter");
  return [Array.from({ length: order }, () => bits.signed(width)), shift];
}

/** @param {BitReader} bits @param {Float64Array} out @param {number} width @param {number} order @param {() => [number[], number]} read what reads the filter */
function predicted(bits, out, width, order, read) {
  if (order > out.length) throw new Error("a filter is longer than its block");
  for (let i = 0; i < order; i++) out[i] = bits.signed(width);
  const [filter, shift] = read();
  readRest(bits, out, order);
  const scale = 2 ** -shift;
  for (let i = order; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < order; k++) sum += filter[k] * out[i - 1 - k];
    out[i] += Math.floor(sum * scale);
  }
}

/** What the predictions miss, in Rice codes, after the first samples. @param {BitReader} bits @param {Float64Array} out @param {number} order */
function readRest(bits, out, order) {
  const method = bits.read(2);
  if (method > 1) throw new Error("no such code");
  const width = 4 + method;
  const escape = 2 ** width - 1;
  const parts = 2 ** bits.read(4);
  const size = out.length / parts;
  if (!Number.isInteger(size) || size < order) throw new Error("parts that do not fit");
  for (let part = 0; part < parts; part++) {
    const parameter = bits.read(width);
    const [from, to] = [part ? part * size : order, (part + 1) * size];
    if (parameter === escape) {
      const plain = bits.read(5);
      for (let i = from; i < to; i++) out[i] = bits.signed(plain);
      continue;
    }
    const step = 2 ** parameter;
    for (let i = from; i < to; i++) {
      const folded = bits.zeros() * step + bits.read(parameter);
      const half = Math.floor(folded / 2);
      out[i] = folded % 2 ? -half - 1 : half;
    }
  }
}
