/** A sound of one's own as it is kept: from shortly before its hit on, as `anchors/own_sound.py`. */

import { soundOf } from "./bender.js";
import { notesOf } from "./second-hit.js";

/** @import { Heard } from "../heard.js" */

const RATE = 44100;
const [LEAD_SECONDS, MOST_SECONDS, FADE_SECONDS] = [0.05, 10, 0.05];
/** Channels cancel if their mean is this much quieter than that of channels with nothing in common. */
const CANCELLING_DB = -12;

/**
 * @param {readonly Float32Array[]} channels of a file, at 44,100 Hz
 * @param {(mono: Float32Array) => number} findHit returns the sample of its onset
 * @param {number} [seconds] from its hit on that are kept
 * @returns {{sound: Heard, notes: string[]}} and sentences about what is lost
 */
export function ownSoundOf(channels, findHit, seconds = MOST_SECONDS) {
  const notes = [];
  const loudest = loudestOfCancelling(channels);
  const mono = loudest === null ? meanOf(channels) : channels[loudest];
  if (loudest !== null) notes.push(`Its channels cancel each other, so only channel ${loudest + 1} is used.`);
  const onset = findHit(mono);
  const kept = channels.length === 2 && loudest === null ? channels : [mono];
  const first = Math.max(0, onset - Math.round(LEAD_SECONDS * RATE));
  const last = first + seconds * RATE;
  if (mono.length > seconds * RATE) notes.push(`Only its first ${seconds} s are kept.`);
  const cut = kept.map((each) => each.slice(first, last));
  if (mono.length > last) cut.forEach(fadeOut);
  return { sound: soundOf(cut, onset - first), notes: [...notes, ...notesOf(mono, onset)] };
}

/** @param {readonly Float32Array[]} channels @returns {Float32Array} */
function meanOf(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, i) => channels.reduce((sum, each) => sum + each[i], 0) / channels.length);
}

/** Which channel is the loudest, if they cancel each other. @param {readonly Float32Array[]} channels */
function loudestOfCancelling(channels) {
  if (channels.length === 1) return null;
  const powers = channels.map(variance);
  const total = powers.reduce((sum, each) => sum + each, 0);
  const mean = variance(Float64Array.from(channels[0], (_, i) => channels.reduce((sum, each) => sum + each[i], 0) / channels.length));
  if (total === 0 || mean > (total / channels.length ** 2) * 10 ** (CANCELLING_DB / 10)) return null;
  return powers.indexOf(Math.max(...powers));
}

/** @param {Float32Array|Float64Array} samples */
function variance(samples) {
  let [sum, squares] = [0, 0];
  for (const each of samples) {
    sum += each;
    squares += each * each;
  }
  return squares / samples.length - (sum / samples.length) ** 2;
}

/** Fade out the end, in place. @param {Float32Array} samples */
function fadeOut(samples) {
  const n = Math.min(samples.length, Math.round(FADE_SECONDS * RATE));
  for (let i = 1; i <= n; i++) samples[samples.length - n + i - 1] *= 0.5 + 0.5 * Math.cos((Math.PI * i) / n);
}
