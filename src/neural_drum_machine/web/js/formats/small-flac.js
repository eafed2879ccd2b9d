/**
 * FLAC of at most so many bytes. Where 16 bits at 44,100 Hz are too many, samples are rounded to multiples of a power of two, the
 * coarser the louder the sound is there; then a lower rate is taken, and then one channel.
 */

import { doubled, halved } from "../model/halving.js";
import { flacFile } from "./flac.js";

/** Samples between -1 and 1, one or two channels. @typedef {readonly Float32Array[]} Channels */
/** A file, and how far its sound is from what it was made of. @typedef {{file: Uint8Array<ArrayBuffer>, error: number}} Try */

export const RATE = 44100;
/** How often the rate may be halved. */
const MOST_HALVINGS = 2;
const FULL = 32768;
const WHOLE_BLOCK = 4096;
/** Samples that share a step. */
const BLOCK = 1024;
/** The step grows as the level to this power: a share of 1 keeps their ratio, 0 the step. */
const SHARE = 0.5;
/** How much of a rounding error the next sample makes good, where the sound is low. */
const SHAPED = 0.5;
const [FINEST, COARSEST, NEAR] = [-8, 15, 0.1];
/** The blocks of a long sound by which its step is found, and the files that are made until one fits. */
const [SOME_BLOCKS, MOST_TRIES] = [16, 8];
/** With less error than this, no lower rate is tried: −20 dB. */
const GOOD = 0.01;

/**
 * @param {Channels} channels at 44,100 Hz
 * @param {number} room bytes
 * @returns {Uint8Array<ArrayBuffer>|null} null if it does not fit
 */
export function smallFlac(channels, room) {
  const whole = flacFile(channels.map((each) => rounded(each, () => 1)), RATE, WHOLE_BLOCK);
  if (whole.length <= room) return whole;
  const mono = channels.length === 2 ? [channels[0].map((each, i) => (each + channels[1][i]) / 2)] : channels;
  let best = nearest(channels, channels, room);
  if (mono !== channels && !(best && best.error < GOOD)) {
    const made = nearest(channels, mono, room);
    if (made && !(best && best.error < made.error)) best = made;
  }
  return best?.file ?? null;
}

/** The file of the rate at which it is nearest to the sound. @param {Channels} wanted @param {Channels} heard @param {number} room @returns {Try|null} */
function nearest(wanted, heard, room) {
  /** @type {Try|null} */
  let best = null;
  for (let halvings = 0, lower = heard; halvings <= MOST_HALVINGS; halvings++, lower = lower.map(halved)) {
    const made = finest(wanted, lower, halvings, room);
    if (made && best && made.error > best.error) break;
    best = made ?? best;
    if (best && best.error < GOOD) break;
  }
  return best;
}

/** The file of the finest steps that fits. @param {Channels} wanted @param {Channels} lower of a lower rate @param {number} halvings @param {number} room @returns {Try|null} */
function finest(wanted, lower, halvings, room) {
  const rate = RATE / 2 ** halvings;
  const count = lower[0].length * lower.length;
  if (8 * room < count) return null; // less than a bit for each sample
  const some = someOf(lower);
  const levels = levelsOf(lower);
  let step = nearStep(some, rate, (room * some[0].length) / lower[0].length);
  for (let i = 0; i < MOST_TRIES; i++) {
    const [file, samples] = made(lower, levels, step, rate);
    if (file.length <= room) {
      let back = samples.map((each) => Float32Array.from(each, (value) => value / FULL));
      for (let left = halvings - 1; left >= 0; left--) back = back.map((each) => doubled(each, Math.ceil(wanted[0].length / 2 ** left)));
      return { file, error: errorOf(wanted, back) };
    }
    // A bit less of each sample is a step twice as coarse.
    step += Math.max(NEAR, (8 * (file.length - room)) / count);
  }
  return null;
}

/** The finest step with which a sound fits. @param {Channels} channels @param {number} rate @param {number} room */
function nearStep(channels, rate, room) {
  const levels = levelsOf(channels);
  let [fine, coarse] = [FINEST, COARSEST];
  while (coarse - fine > NEAR) {
    const step = (fine + coarse) / 2;
    if (made(channels, levels, step, rate)[0].length > room) fine = step;
    else coarse = step;
  }
  return coarse;
}

/** Some blocks of a long sound, which tell how large all will be. @param {Channels} channels @returns {Channels} */
function someOf(channels) {
  const each = Math.floor(channels[0].length / (BLOCK * SOME_BLOCKS));
  if (each < 2) return channels;
  return channels.map((samples) => {
    const out = new Float32Array(Math.floor(samples.length / (BLOCK * each)) * BLOCK);
    for (let i = 0; i < out.length / BLOCK; i++) out.set(samples.subarray(i * each * BLOCK, (i * each + 1) * BLOCK), i * BLOCK);
    return out;
  });
}

/** @param {Channels} channels @param {number[]} levels @param {number} step @param {number} rate @returns {[Uint8Array<ArrayBuffer>, Int32Array[]]} */
function made(channels, levels, step, rate) {
  const sizes = levels.map((level) => 2 ** Math.max(0, Math.min(15, Math.round(step + SHARE * Math.log2(Math.max(level, 1))))));
  const samples = channels.map((each) => rounded(each, (block) => sizes[block]));
  return [flacFile(samples, rate, BLOCK), samples];
}

/** The level of each block, in steps of 16 bits: the root of its mean square. @param {Channels} channels */
function levelsOf(channels) {
  const count = channels[0].length;
  return Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) => {
    const end = Math.min(count, (block + 1) * BLOCK);
    let power = 0;
    for (const samples of channels) for (let i = block * BLOCK; i < end; i++) power += samples[i] ** 2;
    return FULL * Math.sqrt(power / (channels.length * (end - block * BLOCK)));
  });
}

/** Samples of 16 bits that are multiples of a step. @param {Float32Array} samples @param {(block: number) => number} stepOf */
function rounded(samples, stepOf) {
  const out = new Int32Array(samples.length);
  let error = 0;
  for (let start = 0; start < samples.length; start += BLOCK) {
    const end = Math.min(samples.length, start + BLOCK);
    const step = stepOf(start / BLOCK);
    const feedback = step > 1 ? SHAPED * correlation(samples, start, end) : 0;
    const most = Math.floor((FULL - 1) / step) * step;
    for (let i = start; i < end; i++) {
      const wanted = FULL * samples[i] + feedback * error;
      const taken = Math.max(-FULL, Math.min(most, step * Math.round(wanted / step)));
      error = taken - FULL * samples[i];
      out[i] = taken;
    }
  }
  return out;
}

/** Of each sample with the next one: near 1 for a low sound. @param {Float32Array} samples @param {number} start @param {number} end */
function correlation(samples, start, end) {
  let [power, both] = [1e-12, 0];
  for (let i = start + 1; i < end; i++) {
    power += samples[i] ** 2;
    both += samples[i] * samples[i - 1];
  }
  return Math.max(-1, Math.min(1, both / power));
}

/** The power of the difference of two sounds as a share of the first, blocks of a low level having more weight. @param {Channels} wanted @param {Channels} got */
function errorOf(wanted, got) {
  const levels = levelsOf(wanted);
  const off = levelsOf(wanted.map((each, n) => each.map((value, i) => value - (got[n] ?? got[0])[i])));
  const weighted = (/** @type {number[]} */ values) => values.reduce((sum, value, i) => sum + value ** 2 / Math.max(levels[i], 1) ** (2 * SHARE), 0);
  return weighted(off) / Math.max(weighted(levels), 1e-9);
}
