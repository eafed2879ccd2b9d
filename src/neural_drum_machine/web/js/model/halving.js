/** Half and twice the rate of samples, by a filter that is symmetric around half the lower rate (a half-band filter). It is pure. */

/** Weights at odd distances from the middle: a sinc under a Hann window, which sum to a half on both sides together. */
const REACH = 47;
const ODD = Float64Array.from({ length: (REACH + 1) / 2 }, (_, k) => {
  const x = 2 * k + 1;
  return (Math.sin((Math.PI * x) / 2) / (Math.PI * x)) * (0.5 + 0.5 * Math.cos((Math.PI * x) / (REACH + 1)));
});
const SUM = 2 * ODD.reduce((sum, each) => sum + each, 0);
const WEIGHTS = ODD.map((each) => (0.5 * each) / SUM);

/** Samples with silence on both sides. @param {Float32Array} samples */
function padded(samples) {
  const out = new Float32Array(samples.length + 2 * REACH + 2);
  out.set(samples, REACH);
  return out;
}

/** @param {Float32Array} samples @returns {Float32Array} every second one, without what lies above half the new rate */
export function halved(samples) {
  const from = padded(samples);
  const out = new Float32Array(Math.ceil(samples.length / 2));
  for (let n = 0; n < out.length; n++) {
    const at = 2 * n + REACH;
    let sum = 0.5 * from[at];
    for (let k = 0; k < WEIGHTS.length; k++) sum += WEIGHTS[k] * (from[at - 2 * k - 1] + from[at + 2 * k + 1]);
    out[n] = sum;
  }
  return out;
}

/** @param {Float32Array} samples @param {number} length of the result, which has a sample between each two */
export function doubled(samples, length) {
  const from = padded(samples);
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const at = (i >> 1) + REACH;
    if (i % 2 === 0) {
      out[i] = from[at];
      continue;
    }
    let sum = 0;
    for (let k = 0; k < WEIGHTS.length; k++) sum += WEIGHTS[k] * (from[at - k] + from[at + 1 + k]);
    out[i] = 2 * sum;
  }
  return out;
}
