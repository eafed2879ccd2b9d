/** What a sound looks like in a cell of the map: a small spectrogram, its brightness and its decay. It is pure. */

import { fft } from "./fft.js";

/** @import { MapNode } from "./state.js" */

/** Columns in time and rows in frequency. */
export const [COLUMNS, ROWS] = [14, 28];
/** Samples of a transform. */
const SIZE = 1024;
/** Seconds that a picture shows, and how much its beginning is stretched. */
const [SECONDS, STRETCH] = [0.45, 1.7];
const [LOW_HZ, HIGH_HZ] = [45, 15_000];
const FLOOR_DB = -66;
const WINDOW = Float32Array.from({ length: SIZE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / SIZE));

/** @param {Float32Array} samples @param {number} sr Hz @returns {Omit<MapNode, "i"|"j">} */
export function nodePicture(samples, sr) {
  const levels = new Float32Array(COLUMNS * ROWS);
  let top = 1e-9;
  let [sum, weighted] = [1e-12, 0];
  for (let x = 0; x < COLUMNS; x++) {
    const column = spectrum(samples, Math.round(SECONDS * sr * (x / COLUMNS) ** STRETCH));
    for (let k = 1; k < column.length; k++) {
      const power = column[k] ** 2;
      sum += power;
      weighted += (power * k * sr) / SIZE;
    }
    for (let y = 0; y < ROWS; y++) {
      // From high frequencies to low; a row takes the strongest bin within it.
      const [from, until] = [y + 1, y].map((edge) => (LOW_HZ * (HIGH_HZ / LOW_HZ) ** (1 - edge / ROWS) * SIZE) / sr);
      let most = between(column, (from + until) / 2);
      for (let k = Math.ceil(from); k < until; k++) most = Math.max(most, column[k] ?? 0);
      levels[y * COLUMNS + x] = most;
      top = Math.max(top, most);
    }
  }
  const picture = Uint8Array.from(levels, (v) => 255 * Math.max(0, 1 - (20 * Math.log10(v / top + 1e-9)) / FLOOR_DB));
  return { picture, brightness: weighted / sum, decay: decayOf(samples, sr) };
}

/** Magnitudes of a transform that begins at a sample. @param {Float32Array} samples @param {number} start */
function spectrum(samples, start) {
  const re = new Float32Array(SIZE);
  // The first windows begin before the sound, so that the attack is in the middle of one.
  for (let i = 0; i < SIZE; i++) re[i] = (samples[start - SIZE / 4 + i] ?? 0) * WINDOW[i];
  const im = new Float32Array(SIZE);
  fft(re, im);
  return Float32Array.from({ length: SIZE / 2 }, (_, k) => Math.hypot(re[k], im[k]));
}

/** @param {Float32Array} values @param {number} at */
function between(values, at) {
  const whole = Math.floor(at);
  return (values[whole] ?? 0) * (1 - at + whole) + (values[whole + 1] ?? 0) * (at - whole);
}

/** Seconds from the loudest stretch until the sound has fallen by 20 dB for good. @param {Float32Array} samples @param {number} sr */
function decayOf(samples, sr) {
  const size = Math.round(0.01 * sr);
  const parts = Array.from({ length: Math.max(1, Math.floor(samples.length / size)) }, (_, k) => {
    let sum = 0;
    for (let i = k * size; i < (k + 1) * size; i++) sum += samples[i] ** 2;
    return sum;
  });
  const most = Math.max(...parts);
  const last = parts.findLastIndex((part) => part > most / 100);
  return 0.01 * Math.max(1, last - parts.indexOf(most));
}
