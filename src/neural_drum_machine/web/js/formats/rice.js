/** Rice codes of FLAC's residuals: in parts of equal length, each with a parameter of its own. */

/** @import { BitWriter } from "./bits.js" */

/** How residuals are cut into 2^order parts, and how many bits they take at most. @typedef {{order: number, parameters: number[], bits: number}} Parts */

const MOST_ORDER = 6;
const MOST_PARAMETER = 14;
/** Stands for residuals of a fixed width, which follows in five bits: here 0, because all are 0. */
const NONE = 15;

/** @param {number} residual */
const folded = (residual) => (residual < 0 ? -2 * residual - 1 : 2 * residual);

/** The parts that take the least. @param {Int32Array} residual @param {number} length of the block @param {number} before samples that no residual has @returns {Parts} */
export function partsOf(residual, length, before) {
  let most = 0;
  while (most < MOST_ORDER && length % 2 ** (most + 1) === 0 && length / 2 ** (most + 1) > before) most++;
  const size = length / 2 ** most;
  let sums = Array.from({ length: 2 ** most }, (_, part) => {
    let sum = 0;
    for (let i = Math.max(0, part * size - before); i < (part + 1) * size - before; i++) sum += folded(residual[i]);
    return sum;
  });
  /** @type {Parts} */
  let best = { order: 0, parameters: [], bits: Infinity };
  for (let order = most; order >= 0; order--) {
    const each = length / 2 ** order;
    let bits = 6;
    const parameters = sums.map((sum, part) => {
      const count = part ? each : each - before;
      const parameter = parameterOf(sum, count);
      bits += 4 + bitsOf(sum, count, parameter);
      return parameter;
    });
    if (bits < best.bits) best = { order, parameters, bits };
    sums = sums.filter((_, i) => i % 2 === 0).map((sum, i) => sum + sums[2 * i + 1]);
  }
  return best;
}

/** At most, and nearly so many. @param {number} sum @param {number} count @param {number} parameter */
function bitsOf(sum, count, parameter) {
  if (parameter === NONE) return 5;
  return count * (parameter + 1) + Math.floor(sum / 2 ** parameter);
}

/** @param {number} sum @param {number} count */
function parameterOf(sum, count) {
  if (sum === 0) return NONE;
  const near = Math.max(0, Math.min(MOST_PARAMETER, Math.floor(Math.log2(Math.max(sum / count, 1)))));
  return near > 0 && bitsOf(sum, count, near - 1) < bitsOf(sum, count, near) ? near - 1 : near;
}

/** @param {BitWriter} out @param {Int32Array} residual @param {number} length @param {number} before @param {Parts} parts */
export function writeParts(out, residual, length, before, { order, parameters }) {
  out.write(0, 2); // parameters of four bits
  out.write(order, 4);
  const size = length / 2 ** order;
  parameters.forEach((parameter, part) => {
    out.write(parameter, 4);
    if (parameter === NONE) {
      out.write(0, 5);
      return;
    }
    for (let i = Math.max(0, part * size - before); i < (part + 1) * size - before; i++) {
      const value = folded(residual[i]);
      out.unary(Math.floor(value / 2 ** parameter));
      out.write(value, parameter);
    }
  });
}
