/**
 * Samples at another rate, by the filters of SoXR's quality HQ, with which the program resamples; as
 * `engine/src/resampling_tables.c` has them. How near it comes is in docs/max-for-live.md.
 */

import { fromBase64 } from "../../../../src/neural_drum_machine/web/js/model/base64.js";

/** Places of a filter's table in a sample of the lower rate. */
const FINE = 1024;
/** Between rates whose ratio is a power of two: the middle of the fall as a share of half the lower rate; of a Kaiser window, the shape and half the length in samples. */
const [CUTOFF, BETA, HALF] = [0.95687, 13.04, 97.25];
/**
 * Elsewhere: what SoXR's first stage has, from its middle on, at twice the lower rate; numbers of 32 bits. Those of
 * `engine/src/filter_48.h`.
 */
export const FIRST_STAGE = [
  "ve10PwuSIj8JdjA97nhUvlNwLr2Z0fQ96B8rPa8+pL3Qlya9RSNqPfzuID1qlCq9DT4avYAP+Dw9oBI9LjKwvMgxCr1WvG08txEBPfV6ELzWwu68",
  "ctSHO9uH2jwS7565VrrFvE/yObtVorA8Ff6vO5uGm7y9hvG7PquGPDbFETy9oGS8Vd0jvCdiPTxJzi884gQYvG9MNrwky+k7jwI4PCqkqLtKlDW8",
  "FyNaOz6fLzypwN26HbsmvImgfzlHeRs80KiEOutjDrxNCwi7KPr/OwljQTske+G7H8duuwwowjsFaIg7D8iiu8welLvxCoQ7l/eaO+sPTbt5bp27",
  "mXsVO3UInDtBSMS6vU+Xu32STjo/0I87u48muaUUhrvXcsq520Z1OzWnXTpZ+Fu7M+yfumwrQTuDQMY6Nbglu7Vg4rr1Xgo7yQn1OiWM37qVG/+6",
  "hfKsOkvHADsppXu6LGv9uvuwJTqfwPM6U/mxuQqd5bo/47A43AbUOgHGCjm69r+61/eiuVlSqjrNJe05gemTuv5+Erqx5Ho64PMlOrcRT7rgxTG6",
  "iVolOuHeNjqtFP25cjY2umJutjkWxjA6cBlvuUmDJ7ruxAE5QFkbOnWHFLiwIQ26eFIcuMtF+zkWJ8c4fBbbuU9rEbk04Lo5//AxOcubm7nGo0a5",
  "7hx8ORUkUTn8k0W56wlTuWx2FDnnBU45RmzSuC6WQ7lOFYg4SCw1ORGzE7gEEiS5L/w5N8hqETnT2wM3fVf8uJVGubeAPNY4ZM4GOKPEsbgC3SG4",
  "gd+POEhHMDjqXWK4fHA0uCooLDgZmTA4Nfj6t/HaJrgeoKw3MwUZOI45Wbfxpwi4NPPnNsMu7jfqUxq2m7DKt6t+j7Ube6g33h1iNh27iLeTZKG2",
  "Cl1YNytHujZEjCa3+XPBtqp8+DZX77s2j7aytqSdrbaWfXU2bRiaNhPAHrbj8IO2lnm7Ne0NWzbpETy1jxIwthbodDTzKgk2TTqJM5fCzrWgI3a0",
  "lgyXNW40oDQ0dlS1EsyltM9IDDWZypQ0An+ztJZAcrSE8VY0/ZI6NK+o5LPo+wG0T1hjMyrbmDM=",
].join("");
/** Between its numbers lies a sinc under a Kaiser window: half its length in numbers, and its shape. */
const [REACH, BETWEEN_BETA] = [11, 14];
/** Weights are kept for so many places between two samples. */
const MOST_ROWS = 2048;
/** Samples between two pauses. */
const PAUSE = 1 << 15;
/** @type {Map<boolean, Float64Array>} */
const tables = new Map();

/** The modified Bessel function of order 0. @param {number} x */
function bessel(x) {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** @param {number} place @param {number} half @param {number} beta */
function kaiser(place, half, beta) {
  const left = 1 - (place / half) ** 2;
  return left > 0 ? bessel(beta * Math.sqrt(left)) / bessel(beta) : 0;
}

/** @param {number} x */
function sinc(x) {
  return x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1;
}

/** A filter from its middle on, and a zero behind it. @param {boolean} isPower whether the ratio is a power of two */
function tableOf(isPower) {
  const known = tables.get(isPower);
  if (known) return known;
  const made = isPower ? oneStage() : twoStages();
  tables.set(isPower, made);
  return made;
}

function oneStage() {
  return Float64Array.from({ length: Math.ceil(HALF * FINE) + 2 }, (_, i) => CUTOFF * sinc((CUTOFF * i) / FINE) * kaiser(i / FINE, HALF, BETA));
}

function twoStages() {
  const stage = new Float32Array(fromBase64(FIRST_STAGE).slice().buffer);
  const each = FINE / 2; // places between two of its numbers
  const between = Float64Array.from({ length: REACH * each + 1 }, (_, i) => sinc(i / each) * kaiser(i / each, REACH, BETWEEN_BETA));
  return Float64Array.from({ length: (stage.length + REACH) * each + 2 }, (_, i) => {
    const middle = Math.floor(i / each);
    let sum = 0;
    for (let k = middle - REACH; k <= middle + REACH + 1; k++) sum += (stage[Math.abs(k)] ?? 0) * (between[Math.abs(i - k * each)] ?? 0);
    return sum;
  });
}

/**
 * Resample, and pause between parts of a second, so that messages can come in.
 * @param {Float32Array} samples
 * @param {number} from their rate in Hz, a whole number
 * @param {number} to the other rate
 * @returns {Generator<void, Float32Array>}
 */
export function* atRate(samples, from, to) {
  if (from === to) return samples;
  const divisor = common(from, to);
  const [step, phases] = [from / divisor, to / divisor];
  const table = tableOf(Number.isInteger(Math.log2(from / to)));
  const low = Math.min(1, to / from);
  const before = Math.ceil((table.length - 2) / FINE / low);
  const rowOf = (/** @type {number} */ phase) => Float64Array.from({ length: 2 * before + 1 }, (_, k) => {
    const place = Math.abs(phase / phases + before - k) * low * FINE;
    const i = Math.floor(place);
    return i + 1 < table.length ? low * (table[i] + (place - i) * (table[i + 1] - table[i])) : 0;
  });
  /** @type {Float64Array[]} */
  const rows = [];
  const out = new Float32Array(Math.round((samples.length * to) / from));
  for (let n = 0; n < out.length; n++) {
    const place = n * step;
    const [middle, phase] = [Math.floor(place / phases), place % phases];
    const row = phases > MOST_ROWS ? rowOf(phase) : (rows[phase] ??= rowOf(phase));
    out[n] = product(row, samples, middle - before);
    if (n % PAUSE === PAUSE - 1) yield;
  }
  return out;
}

/** The sum of the products of weights and the samples from a place on; zeros are around them. @param {Float64Array} row @param {Float32Array} samples @param {number} start */
function product(row, samples, start) {
  const [first, last] = [Math.max(0, -start), Math.min(row.length, samples.length - start)];
  let [one, two, three, four] = [0, 0, 0, 0];
  let k = first;
  for (; k + 3 < last; k += 4) {
    one += row[k] * samples[start + k];
    two += row[k + 1] * samples[start + k + 1];
    three += row[k + 2] * samples[start + k + 2];
    four += row[k + 3] * samples[start + k + 3];
  }
  for (; k < last; k++) one += row[k] * samples[start + k];
  return one + two + three + four;
}

/** The largest number that divides both. @param {number} a @param {number} b @returns {number} */
function common(a, b) {
  return b ? common(b, a % b) : a;
}
