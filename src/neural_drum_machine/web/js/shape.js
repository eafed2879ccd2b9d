/** Trim and fades: what is heard and saved of a sound. */

/**
 * Times in milliseconds; an `end` of null is the sound's own.
 * @typedef {{start: number, end: number|null, fadeIn: number, fadeOut: number}} Trim
 */

/** @type {Readonly<Trim>} */
export const WHOLE = Object.freeze({ start: 0, end: null, fadeIn: 0, fadeOut: 0 });
/** The shortest that a sound may be cut to, in milliseconds. */
const SHORTEST = 5;

/**
 * A trim within a sound's length.
 * @param {Trim} trim
 * @param {number} length milliseconds
 * @returns {{start: number, end: number, fadeIn: number, fadeOut: number}}
 */
export function within(trim, length) {
  const start = Math.min(Math.max(0, trim.start), Math.max(0, length - SHORTEST));
  const end = Math.min(length, Math.max(start + SHORTEST, trim.end ?? length));
  const fadeIn = Math.min(Math.max(0, trim.fadeIn), end - start);
  const fadeOut = Math.min(Math.max(0, trim.fadeOut), end - start - fadeIn);
  return { start, end, fadeIn, fadeOut };
}

/**
 * The samples that a trim leaves, faded by half a cosine.
 * @param {Float32Array} samples
 * @param {number} sr Hz
 * @param {Trim} trim
 * @returns {Float32Array}
 */
export function shaped(samples, sr, trim) {
  const { start, end, fadeIn, fadeOut } = within(trim, (1000 * samples.length) / sr);
  const at = (/** @type {number} */ ms) => Math.round((ms * sr) / 1000);
  const out = samples.slice(at(start), at(end));
  const rise = (/** @type {number} */ x) => 0.5 - 0.5 * Math.cos(Math.PI * x);
  const [up, down] = [at(fadeIn), at(fadeOut)];
  for (let i = 0; i < up && i < out.length; i++) out[i] *= rise(i / up);
  for (let i = 0; i < down && i < out.length; i++) out[out.length - 1 - i] *= rise(i / down);
  return out;
}

/** Whether a trim changes nothing. @param {Trim} trim */
export function isWhole(trim) {
  return trim.start === 0 && trim.end === null && trim.fadeIn === 0 && trim.fadeOut === 0;
}
