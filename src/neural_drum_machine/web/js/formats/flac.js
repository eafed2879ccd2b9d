/** FLAC files of 16 bits, one or two channels (RFC 9639). Blocks whose samples all end in zeros do without them. */

import { BitWriter } from "./bits.js";
import { PRECISION, byFilters, ofDifferences } from "./predictors.js";
import { partsOf, writeParts } from "./rice.js";

/** @import { Prediction } from "./predictors.js" */
/** @import { Parts } from "./rice.js" */

/** A channel of a block, and how it is written. @typedef {{samples: Int32Array, depth: number, wasted: number, bits: number, made: {prediction: Prediction, parts: Parts}|null, isEven: boolean}} Plan */

const DEPTH = 16;
const RATES = /** @type {Record<number, number>} */ ({ 22050: 6, 44100: 9 });
/** Ways to write two channels: which of left, right, side and middle, and the number of the way. */
const WAYS = /** @type {const} */ ([[["left", "right"], 1], [["left", "side"], 8], [["side", "right"], 9], [["middle", "side"], 10]]);

/**
 * @param {readonly Int32Array[]} channels one or two, of 16 bits, equally long
 * @param {number} rate Hz
 * @param {number} [block] samples of a block
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function flacFile(channels, rate, block = 4096) {
  const count = channels[0].length;
  const out = new BitWriter();
  /** @type {number[]} */
  const sizes = [];
  for (let start = 0, number = 0; start < count; start += block, number++) {
    const before = out.length;
    writeFrame(out, channels.map((each) => each.subarray(start, start + block)), number, rate, block);
    sizes.push(out.length - before);
  }
  const head = new BitWriter();
  for (const letter of "fLaC") head.write(letter.charCodeAt(0), 8);
  head.write(0x80, 8); // the last block of facts: about the stream
  head.write(34, 24);
  head.write(block, 16);
  head.write(block, 16);
  head.write(Math.min(...sizes), 24);
  head.write(Math.max(...sizes), 24);
  head.write(rate, 20);
  head.write(channels.length - 1, 3);
  head.write(DEPTH - 1, 5);
  head.write(0, 4);
  head.write(count, 32);
  for (let i = 0; i < 4; i++) head.write(0, 32); // no digest of the samples: each frame has its sum
  const [facts, frames] = [head.bytes(), out.bytes()];
  const file = new Uint8Array(facts.length + frames.length);
  file.set(facts);
  file.set(frames, facts.length);
  return file;
}

/** @param {BitWriter} out @param {Int32Array[]} channels @param {number} number @param {number} rate @param {number} block */
function writeFrame(out, channels, number, rate, block) {
  const start = out.length;
  const length = channels[0].length;
  const [way, plans] = channels.length === 1 ? [0, [planOf(channels[0], DEPTH)]] : wayOf(channels[0], channels[1]);
  out.write(0xfff8, 16);
  const power = Math.log2(block / 256);
  const isWhole = length === block && Number.isInteger(power) && power >= 0 && power < 8;
  out.write(isWhole ? 8 + power : 7, 4);
  out.write(RATES[rate] ?? 0, 4);
  out.write(way, 4);
  out.write(4, 3); // 16 bits
  out.write(0, 1);
  writeNumber(out, number);
  if (!isWhole) out.write(length - 1, 16);
  out.write(sumOf(out.bytes(start), 8, 0x07), 8);
  for (const plan of plans) writePlan(out, plan);
  out.align();
  out.write(sumOf(out.bytes(start), 16, 0x8005), 16);
}

/** The way of two channels that seems to take the least. @param {Int32Array} left @param {Int32Array} right @returns {[number, Plan[]]} */
function wayOf(left, right) {
  const rows = {
    left, right, middle: left.map((each, i) => (each + right[i]) >> 1), side: left.map((each, i) => each - right[i]),
  };
  const bits = /** @type {Record<keyof typeof rows, number>} */ (Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, roughly(row)])));
  const [names, way] = WAYS.reduce((best, each) => (bits[each[0][0]] + bits[each[0][1]] < bits[best[0][0]] + bits[best[0][1]] ? each : best));
  return [way, names.map((name) => planOf(rows[name], name === "side" ? DEPTH + 1 : DEPTH))];
}

/** About how many bits a sample takes. @param {Int32Array} samples */
function roughly(samples) {
  let sum = 0;
  for (let i = 2; i < samples.length; i++) sum += Math.abs(samples[i] - 2 * samples[i - 1] + samples[i - 2]);
  return Math.log2(1 + sum / samples.length);
}

/** @param {Int32Array} samples @param {number} depth bits of a sample @returns {Plan} */
function planOf(samples, depth) {
  const all = samples.reduce((bits, each) => bits | each, 0);
  const wasted = all ? Math.min(31 - Math.clz32(all & -all), depth - 1) : 0;
  const even = { samples, depth, wasted: 0, bits: 8 + depth, made: null, isEven: true };
  if (samples.every((each) => each === samples[0])) return even;
  const rest = wasted ? samples.map((each) => each >> wasted) : samples;
  const bitsEach = depth - wasted;
  /** @type {Plan} */
  let best = { samples: rest, depth: bitsEach, wasted, bits: 8 + wasted + samples.length * bitsEach, made: null, isEven: false };
  for (const prediction of [ofDifferences(rest), ...byFilters(rest)]) {
    const { coefficients, order, residual } = prediction;
    const parts = partsOf(residual, rest.length, order);
    const bits = 8 + wasted + order * bitsEach + (coefficients ? 9 + order * PRECISION : 0) + parts.bits;
    if (bits < best.bits) best = { ...best, bits, made: { prediction, parts } };
  }
  return best;
}

/** @param {BitWriter} out @param {Plan} plan */
function writePlan(out, { samples, depth, wasted, made, isEven }) {
  const prediction = made?.prediction;
  out.write(isEven ? 0 : !prediction ? 1 : prediction.coefficients ? 31 + prediction.order : 8 + prediction.order, 7);
  out.write(wasted ? 1 : 0, 1);
  if (wasted) out.unary(wasted - 1);
  const plain = isEven ? 1 : prediction ? prediction.order : samples.length;
  for (let i = 0; i < plain; i++) out.write(samples[i], depth);
  if (!made || !prediction) return;
  if (prediction.coefficients) {
    out.write(PRECISION - 1, 4);
    out.write(prediction.shift, 5);
    for (const each of prediction.coefficients) out.write(each, PRECISION);
  }
  writeParts(out, prediction.residual, samples.length, prediction.order, made.parts);
}

/** A number in the bytes of UTF-8. @param {BitWriter} out @param {number} number up to 65,535 */
function writeNumber(out, number) {
  if (number < 0x80) out.write(number, 8);
  else if (number < 0x800) {
    out.write(0xc0 | (number >> 6), 8);
    out.write(0x80 | (number & 63), 8);
  } else {
    out.write(0xe0 | (number >> 12), 8);
    out.write(0x80 | ((number >> 6) & 63), 8);
    out.write(0x80 | (number & 63), 8);
  }
}

/** The check sum of bytes. @param {Uint8Array} bytes @param {number} width in bits @param {number} polynomial */
function sumOf(bytes, width, polynomial) {
  const top = 1 << (width - 1);
  const mask = 2 * top - 1;
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) sum = (sum & top ? (sum << 1) ^ polynomial : sum << 1) & mask;
  }
  return sum;
}
