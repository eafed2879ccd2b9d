/** Trim and fades: the part of a sound that is played and saved. */

/** @import { Channels } from "./channels.js" */

/**
 * Times in milliseconds. An `end` of null is the end of the sound, whatever its length.
 * @typedef {object} Trim
 * @property {number} start
 * @property {number|null} end
 * @property {number} fadeIn
 * @property {number} fadeOut
 */
/** A trim fitted to one sound: its end is a time. @typedef {Trim & {end: number}} FittedTrim */

/** @type {Readonly<Trim>} */
export const WHOLE = Object.freeze({ start: 0, end: null, fadeIn: 0, fadeOut: 0 });
/** The shortest part that a trim leaves, in milliseconds. */
export const SHORTEST = 5;

/**
 * Fit a trim to a sound of a given length.
 * @param {Trim} trim
 * @param {number} length milliseconds
 * @returns {FittedTrim}
 */
export function fitTrim(trim, length) {
  const start = Math.min(Math.max(0, trim.start), Math.max(0, length - SHORTEST));
  const end = Math.min(length, Math.max(start + SHORTEST, trim.end ?? length));
  const fadeIn = Math.min(Math.max(0, trim.fadeIn), end - start);
  const fadeOut = Math.min(Math.max(0, trim.fadeOut), end - start - fadeIn);
  return { start, end, fadeIn, fadeOut };
}

/** The gain of a fade: half a period of a cosine. @param {number} x 0 to 1 @returns {number} 0 to 1 */
export function fadeGain(x) {
  return 0.5 - 0.5 * Math.cos(Math.PI * x);
}

/**
 * Cut a sound and fade its ends.
 * @param {Channels} channels
 * @param {number} sr Hz
 * @param {Trim} trim
 * @returns {Channels} copies
 */
export function trimmed(channels, sr, trim) {
  const { start, end, fadeIn, fadeOut } = fitTrim(trim, (1000 * channels[0].length) / sr);
  const at = (/** @type {number} */ ms) => Math.round((ms * sr) / 1000);
  const [up, down] = [at(fadeIn), at(fadeOut)];
  return channels.map((channel) => {
    const out = channel.slice(at(start), at(end));
    for (let i = 0; i < up && i < out.length; i++) out[i] *= fadeGain(i / up);
    for (let i = 0; i < down && i < out.length; i++) out[out.length - 1 - i] *= fadeGain(i / down);
    return out;
  });
}

/** Whether a trim changes nothing. @param {Trim} trim */
export function isWhole(trim) {
  return trim.start === 0 && trim.end === null && trim.fadeIn === 0 && trim.fadeOut === 0;
}

/** How far below the peak the end of a hit is, in dB. */
const QUIET_DB = -54;

/** Seconds until a hit has died away on all channels. @param {Channels} channels @param {number} sr Hz */
export function hitSeconds(channels, sr) {
  let peak = 0;
  for (const channel of channels) for (const v of channel) peak = Math.max(peak, Math.abs(v));
  const least = peak * 10 ** (QUIET_DB / 20);
  const last = Math.max(...channels.map((channel) => channel.findLastIndex((v) => Math.abs(v) > least)));
  return (last + 1) / sr;
}
