/** A sound in the worker: its channels one after the other, and what the engine needs to know of it. */

/** `onset` is a sample, and no peak passes `top`, where 1 is full scale. @typedef {{samples: Float32Array, channels: number, onset: number, top: number}} Heard */

const FADE_MS = 5;
/** Samples at 44,100 Hz before the onset of a drawn sound. */
export const GATE = 22;

/** A sound that the engine has drawn. @param {Float32Array} samples @param {number} [rate] in Hz @returns {Heard} */
export function drawnSound(samples, rate = 44100) {
  return { samples, channels: 1, onset: Math.round((GATE * rate) / 44100), top: 1 };
}

/** Samples of a channel. @param {Heard} heard */
export function countOf({ samples, channels }) {
  return samples.length / channels;
}

/** @param {Heard} heard @returns {Float32Array[]} */
export function channelsOf(heard) {
  const count = countOf(heard);
  return Array.from({ length: heard.channels }, (_, n) => heard.samples.subarray(n * count, (n + 1) * count));
}

/** Channels one after the other. @param {readonly Float32Array[]} channels */
export function joined(channels) {
  const out = new Float32Array(channels.length * channels[0].length);
  channels.forEach((each, n) => out.set(each, n * each.length));
  return out;
}

/** The mean of the channels. @param {Heard} heard @returns {Float32Array} */
export function monoOf(heard) {
  const [left, right] = channelsOf(heard);
  return right ? left.map((each, i) => (each + right[i]) / 2) : left;
}

/** @param {Float32Array} samples */
export function peakOf(samples) {
  return samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
}

/** @param {Heard} heard @param {number} gain @returns {Heard} */
export function louder(heard, gain) {
  return { ...heard, samples: heard.samples.map((each) => gain * each) };
}

/** A sound that a file can hold. @param {Heard} heard */
export function withinFullScale(heard) {
  const peak = peakOf(heard.samples);
  return peak <= 1 ? heard : louder(heard, 1 / peak);
}

/** A sound of at most a length in ms, faded out at its end. @param {Heard} heard @param {number|undefined} length @param {number} rate @returns {Heard} */
export function cut(heard, length, rate) {
  const n = length === undefined ? Infinity : Math.round((length / 1000) * rate);
  if (n >= countOf(heard)) return heard;
  const fade = Math.round((FADE_MS / 1000) * rate);
  const channels = channelsOf(heard).map((each) => {
    const out = each.slice(0, n);
    for (let i = 0; i < fade; i++) out[n - fade + i] *= 1 - (i + 1) / fade;
    return out;
  });
  return { ...heard, samples: joined(channels) };
}

/** Samples of 16 bits, zeros after the last; of two channels left and right take turns. @param {Heard} heard @param {number} length @param {number} channels */
export function pcmOf(heard, length, channels) {
  const sides = channels === 1 ? [monoOf(heard)] : channelsOf(heard);
  const out = new Int16Array(length * channels);
  for (let n = 0; n < channels; n++) {
    (sides[n] ?? sides[0]).forEach((each, i) => (out[i * channels + n] = Math.min(Math.max(nearest(each * 32768), -32768), 32767)));
  }
  return out;
}

/** The nearest whole number; of two, the even one. @param {number} value */
function nearest(value) {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 ? whole - 1 : whole;
}
