/** The mix of a drum pad, in numbers: the same laws as in exports (`kits/export/mix.py`). */

import { resampled } from "./resample.js";

/** @import { Channels } from "./channels.js" */
/** @import { Mix } from "./kit.js" */

/** The part of a mix that can be in the samples: decibels, -1 to 1, semitones. @typedef {Pick<Mix, "level"|"pan"|"pitch">} Baked */

/** Whether a mix leaves the sound as it is. @param {Baked} mix */
export function isPlain({ level, pan, pitch }) {
  return level === 0 && pan === 0 && pitch === 0;
}

/** The factor of a level. @param {number} level dB */
export function gainOf(level) {
  return 10 ** (level / 20);
}

/**
 * The factors of the left and the right channel. The power of both together is the same everywhere: in the middle both are
 * 1, at an edge one is √2 and the other 0.
 * @param {number} pan -1 to 1
 * @returns {[left: number, right: number]}
 */
export function panGains(pan) {
  const angle = ((pan + 1) * Math.PI) / 4;
  return [Math.SQRT2 * Math.cos(angle), Math.SQRT2 * Math.sin(angle)];
}

/** A sound as it plays with a mix; the sound itself, if that changes nothing. @param {Channels} channels @param {Baked} mix @returns {Channels} */
export function mixed(channels, { level, pan, pitch }) {
  if (isPlain({ level, pan, pitch })) return channels;
  const gain = gainOf(level);
  const played = channels.map((samples) => resampled(samples, 2 ** (pitch / 12)));
  if (!pan) return played.map((samples) => samples.map((v) => gain * v));
  const [left, right = left] = played;
  const gains = panGains(pan);
  return [left, right].map((samples, n) => samples.map((v) => gain * gains[n] * v));
}

/** By how many decibels the loudest sample of sounds passes full scale; 0 if none does. @param {Channels[]} sounds */
export function dbOverFull(sounds) {
  let peak = 1;
  for (const samples of sounds.flat()) for (const v of samples) peak = Math.max(peak, Math.abs(v));
  return 20 * Math.log10(peak);
}
