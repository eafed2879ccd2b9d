/**
 * Playing samples faster or slower, as a tape does: every new sample is a sum of its neighbours, weighted by a sinc under a
 * Kaiser window. What would lie above half the rate is left out (below −80 dB). Up to 20 kHz of 22.05 kHz nothing is lost.
 */

/** Zero crossings of the sinc on each side, places of the table between two of them, and the shape of the window. */
const [CROSSINGS, FINE, BETA] = [64, 512, 9];
/** The middle of the fall, as a share of half the rate. */
const CUTOFF = 0.95;
/** @type {Float64Array|null} */
let table = null;

/** The modified Bessel function of order 0. @param {number} x */
function bessel(x) {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** The weights at distances of 0, 1 / FINE, 2 / FINE … zero crossings; one more lies behind the last. */
function weights() {
  table ??= Float64Array.from({ length: CROSSINGS * FINE + 2 }, (_, i) => {
    const x = i / FINE;
    if (x >= CROSSINGS) return 0;
    const sinc = x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1;
    return (sinc * bessel(BETA * Math.sqrt(1 - (x / CROSSINGS) ** 2))) / bessel(BETA);
  });
  return table;
}

/**
 * @param {Float32Array} samples
 * @param {number} ratio above 1 is faster, higher and shorter
 * @returns {Float32Array}
 */
export function resampled(samples, ratio) {
  if (ratio === 1) return samples;
  const kernel = weights();
  const scale = CUTOFF / Math.max(1, ratio); // zero crossings in a sample
  const reach = CROSSINGS / scale;
  const out = new Float32Array(Math.max(1, Math.round(samples.length / ratio)));
  for (let n = 0; n < out.length; n++) {
    const place = n * ratio;
    const last = Math.min(samples.length - 1, Math.floor(place + reach));
    let sum = 0;
    for (let k = Math.max(0, Math.ceil(place - reach)); k <= last; k++) {
      const x = Math.abs(place - k) * scale * FINE;
      const i = Math.floor(x);
      sum += samples[k] * (kernel[i] + (x - i) * (kernel[i + 1] - kernel[i]));
    }
    out[n] = scale * sum;
  }
  return out;
}
