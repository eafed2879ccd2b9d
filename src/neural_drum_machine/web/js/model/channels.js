/** The channels of a sound: a drawn drum has one; a sample of one's own may have two, left and right. */

/** One channel, or left and right, which are equally long. @typedef {readonly Float32Array[]} Channels */

/** A sound that is not there. @type {Channels} */
export const NOTHING = Object.freeze([new Float32Array(0)]);

/** The mean of the channels; of one, the channel itself. @param {Channels} channels @returns {Float32Array} */
export function monoOf([left, right]) {
  return right ? left.map((v, i) => (v + right[i]) / 2) : left;
}

/**
 * Samples that alternate between left and right, as channels; one channel, if both are the same.
 * @param {Float32Array} samples @param {number} [channels] 1 or 2
 * @returns {Channels}
 */
export function channelsOf(samples, channels = 1) {
  if (channels === 1) return [samples];
  const [left, right] = [new Float32Array(samples.length / 2), new Float32Array(samples.length / 2)];
  let isMono = true;
  for (let i = 0; i < left.length; i++) {
    left[i] = samples[2 * i];
    right[i] = samples[2 * i + 1];
    isMono &&= left[i] === right[i];
  }
  return isMono ? [left] : [left, right];
}

/** Channels one sample after the other: left, right, left … @param {Channels} channels @returns {Float32Array} */
export function alternating([left, right]) {
  if (!right) return left;
  const out = new Float32Array(2 * left.length);
  for (let i = 0; i < left.length; i++) {
    out[2 * i] = left[i];
    out[2 * i + 1] = right[i];
  }
  return out;
}
