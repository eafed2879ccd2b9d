/** Samples as numbers from -1 to 1, and as 16-bit integers. */

/** The integer of full scale, both ways, as browsers read files: samples come back exactly. */
const FULL = 32768;

/** @param {Int16Array} pcm */
export function fromPcm(pcm) {
  const out = new Float32Array(pcm.length);
  for (let i = 0; i < out.length; i++) out[i] = pcm[i] / FULL;
  return out;
}

/** @param {Float32Array} samples */
export function toPcm(samples) {
  const out = new Int16Array(samples.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.min(FULL - 1, Math.max(-FULL, Math.round(FULL * samples[i])));
  }
  return out;
}
