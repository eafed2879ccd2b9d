/**
 * How a hand drifts: deviations of one stroke go on in the next ones. Their spectrum falls as 1/f (Hennig et al. 2011, as
 * in `grooves/playing.py`). It is made on a circle, so that it goes round without a seam. It is pure.
 */

/** Standard deviations at amount 1: of the drift that all drums share and of each stroke, in ms; the same of velocities. */
export const [DRIFT_MS, HAND_MS, DRIFT_VELOCITY, HAND_VELOCITY] = [7, 2, 6, 4];

/** A normal random number. @param {() => number} random 0 to 1 */
export function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Noise with a spectrum of 1/f on a circle: mean 0, standard deviation 1.
 * @param {number} n places
 * @param {() => number} [random]
 */
export function circularDrift(n, random = Math.random) {
  const out = new Float64Array(n);
  for (let k = 1; k <= n / 2; k++) {
    const [re, im] = [normal(random) / Math.sqrt(k), normal(random) / Math.sqrt(k)];
    for (let i = 0; i < n; i++) {
      const turn = (2 * Math.PI * k * i) / n;
      out[i] += re * Math.cos(turn) + im * Math.sin(turn);
    }
  }
  const size = Math.sqrt(out.reduce((sum, v) => sum + v * v, 0) / n);
  return out.map((v) => v / size);
}
