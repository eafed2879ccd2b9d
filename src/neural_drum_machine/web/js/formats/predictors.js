/** How FLAC predicts samples from those before them (RFC 9639): differences, or filters that suit the sound. */

/** A prediction: `coefficients` are whole numbers, divided by two to the power of `shift`; null for differences. @typedef {{order: number, coefficients: number[]|null, shift: number, residual: Int32Array}} Prediction */

const MOST_DIFFERENCES = 4;
const ORDERS = [4, 10];
export const PRECISION = 13;
/** Residuals beyond have no place in a file. */
const MOST_RESIDUAL = 2 ** 30;

/** The prediction of differences that leaves the least. @param {Int32Array} samples @returns {Prediction} */
export function ofDifferences(samples) {
  let row = samples;
  let best = { order: 0, row, sum: sumOf(row, MOST_DIFFERENCES) };
  for (let order = 1; order <= Math.min(MOST_DIFFERENCES, samples.length - 1); order++) {
    const next = new Int32Array(row.length);
    for (let i = order; i < row.length; i++) next[i] = row[i] - row[i - 1];
    row = next;
    const sum = sumOf(row, MOST_DIFFERENCES);
    if (sum < best.sum) best = { order, row, sum };
  }
  return { order: best.order, coefficients: null, shift: 0, residual: best.row.subarray(best.order) };
}

/** @param {Int32Array} row @param {number} from */
function sumOf(row, from) {
  let sum = 0;
  for (let i = from; i < row.length; i++) sum += Math.abs(row[i]);
  return sum;
}

/** Predictions by filters of several orders. @param {Int32Array} samples @returns {Prediction[]} */
export function byFilters(samples) {
  const most = ORDERS[ORDERS.length - 1];
  if (samples.length <= 2 * most) return [];
  const filters = levinson(autocorrelation(samples, most));
  return ORDERS.flatMap((order) => {
    const filter = filters[order];
    const made = filter && quantised(filter);
    const residual = made && residualOf(samples, made);
    return made && residual ? [{ ...made, order, residual }] : [];
  });
}

/** Of the samples under a window that is round at both ends. @param {Int32Array} samples @param {number} order */
function autocorrelation(samples, order) {
  const n = samples.length;
  const x = Float64Array.from(samples, (each, i) => each * (1 - ((2 * i - n + 1) / (n + 1)) ** 2));
  return Float64Array.from({ length: order + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += x[i] * x[i - lag];
    return sum;
  });
}

/** The filters of orders 1, 2 … that leave the least power. @param {Float64Array} powers @returns {(number[]|undefined)[]} by order */
function levinson(powers) {
  /** @type {(number[]|undefined)[]} */
  const out = [];
  /** @type {number[]} */
  let filter = [];
  let left = powers[0];
  for (let order = 1; order < powers.length && left > 0; order++) {
    const missed = filter.reduce((sum, each, i) => sum - each * powers[order - 1 - i], powers[order]);
    const reflection = missed / left;
    filter = [...filter.map((each, i) => each - reflection * filter[order - 2 - i]), reflection];
    left *= 1 - reflection ** 2;
    out[order] = filter;
  }
  return out;
}

/** A filter in whole numbers. @param {number[]} filter @returns {{coefficients: number[], shift: number}|null} */
function quantised(filter) {
  const largest = Math.max(...filter.map(Math.abs));
  if (!(largest > 0 && largest < 2 ** (PRECISION - 1))) return null;
  const shift = Math.min(15, PRECISION - 2 - Math.floor(Math.log2(largest)));
  if (shift < 0) return null;
  const most = 2 ** (PRECISION - 1);
  let error = 0;
  const coefficients = filter.map((each) => {
    const wanted = each * 2 ** shift + error;
    const taken = Math.max(-most, Math.min(most - 1, Math.round(wanted)));
    error = wanted - taken;
    return taken;
  });
  return { coefficients, shift };
}

/** What a filter leaves; null if that is too large for a file. @param {Int32Array} samples @param {{coefficients: number[], shift: number}} filter */
function residualOf(samples, { coefficients, shift }) {
  const order = coefficients.length;
  const weights = Float64Array.from(coefficients);
  const scale = 2 ** -shift;
  const out = new Int32Array(samples.length - order);
  for (let i = order; i < samples.length; i++) {
    let sum = 0;
    for (let k = 0; k < order; k++) sum += weights[k] * samples[i - 1 - k];
    const rest = samples[i] - Math.floor(sum * scale);
    if (Math.abs(rest) > MOST_RESIDUAL) return null;
    out[i - order] = rest;
  }
  return out;
}
