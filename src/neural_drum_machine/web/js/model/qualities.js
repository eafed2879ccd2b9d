/**
 * Qualities: the values that can be asked of a sound, such as its decay, and the scales on which equal
 * steps sound equal. Values that were asked for are a wish.
 */

import { clamp } from "./numbers.js";

/** @import { HelloReply } from "../net/messages.js" */

/** @typedef {"pitch"|"sweep"|"decay"|"attack"|"brightness"|"noisiness"|"body"|"air"|"loudness"} QualityName */
/**
 * @typedef {object} Quality
 * @property {QualityName} name
 * @property {""|"Hz"|"s"|"oct"|"dB"|"LUFS"} unit
 * @property {string} low_word
 * @property {string} high_word
 * @property {boolean} logarithmic whether equal ratios sound equal
 * @property {[number, number]} limits the least and the greatest wish
 * @property {number} tolerance a wish is met if the value lies as near on the scale
 */
/** Values by the names of qualities. @typedef {Readonly<Record<string, number>>} Values */
/** What the server says of qualities. @typedef {Pick<HelloReply, "qualities"|"wishes">} Offers */

/** How far a knob reaches beyond the recordings at either end, as a share of their spread. */
const BEYOND = 0.25;
/** Steps of an arrow key from one end of a knob to the other; with Shift. */
const [STEPS, SMALL_STEPS] = [40, 200];
/** Semitones of an arrow key on a pitch; with Shift. */
const [SEMITONES, SMALL_SEMITONES] = [1, 0.1];

/** All qualities, in the server's order. @param {Offers|null} hello @returns {Quality[]} */
export function qualities(hello) {
  return /** @type {Quality[]} */ (/** @type {unknown} */ (hello?.qualities ?? []));
}

/** The qualities that a category has. @param {Offers|null} hello @param {string} category */
export function qualitiesOf(hello, category) {
  return qualities(hello).filter(({ name }) => hello?.wishes[category]?.[name]);
}

/** The part of some values that a category has. @param {Offers|null} hello @param {string} category @param {Values} values @returns {Values} */
export function offered(hello, category, values) {
  const has = qualitiesOf(hello, category).filter(({ name }) => name in values);
  return Object.fromEntries(has.map(({ name }) => [name, values[name]]));
}

/** Values with one more, or with one less. @param {Values} values @param {string} name @param {number|null} value null leaves it out @returns {Values} */
export function withValue(values, name, value) {
  const rest = Object.fromEntries(Object.entries(values).filter(([other]) => other !== name));
  return value === null ? rest : { ...rest, [name]: value };
}

/** A value's place on the scale on which equal steps sound equal. @param {Quality} quality @param {number} value */
export function place({ logarithmic }, value) {
  return logarithmic ? Math.log2(value) : value;
}

/** The value of a place on that scale. @param {Quality} quality @param {number} at */
export function valueAt({ logarithmic }, at) {
  return logarithmic ? 2 ** at : at;
}

/**
 * The ends of a knob on the scale: what recordings have, and a little more.
 * @param {Quality} quality
 * @param {readonly number[]} range the 5th, 50th and 95th percentile of recordings
 * @returns {[number, number]}
 */
export function ends(quality, [low, , high]) {
  const [from, to] = [low, high].map((value) => place(quality, value));
  const [least, most] = quality.limits.map((value) => place(quality, value));
  const more = BEYOND * (to - from);
  return [clamp(from - more, least, most), clamp(to + more, least, most)];
}

/**
 * The value after a step of an arrow key. Steps of a pitch end at semitones, or at tenths of them.
 * @param {Quality} quality
 * @param {readonly number[]} range percentiles of recordings
 * @param {number} value
 * @param {1|-1} way
 * @param {boolean} isSmall
 */
export function stepped(quality, range, value, way, isSmall) {
  const [low, high] = ends(quality, range);
  const isPitch = quality.name === "pitch";
  const step = isPitch ? (isSmall ? SMALL_SEMITONES : SEMITONES) / 12 : (high - low) / (isSmall ? SMALL_STEPS : STEPS);
  // Semitones are counted from A4, whose frequency is 440 Hz. The margin is for rounding.
  const zero = isPitch ? Math.log2(440) : place(quality, value);
  const steps = (place(quality, value) - zero) / step;
  const next = way > 0 ? Math.floor(steps + 1e-6) + 1 : Math.ceil(steps - 1e-6) - 1;
  return valueAt(quality, clamp(zero + next * step, low, high));
}

/** Whether a value is as good as the one that was asked for. @param {Quality} quality @param {number} asked @param {number} value */
export function isMet(quality, asked, value) {
  return Math.abs(place(quality, asked) - place(quality, value)) <= quality.tolerance;
}

/**
 * The wish of a sound between two: a value that was asked of one goes over into that which the other has.
 * @param {Offers|null} hello
 * @param {readonly {category: string, wish: Values, values: Values}[]} both what they are, what was asked of
 *   them, and what they have
 * @param {number} t 0 for the first sound, 1 for the second
 * @returns {Values}
 */
export function wishBetween(hello, both, t) {
  const [first, second] = both.map(({ wish, values }) => ({ ...values, ...wish }));
  /** @type {Record<string, number>} */
  const wish = {};
  for (const quality of qualities(hello)) {
    const { name } = quality;
    const isOffered = both.every(({ category }) => hello?.wishes[category]?.[name]);
    if (!isOffered || !both.some((each) => name in each.wish) || !(name in first) || !(name in second)) continue;
    wish[name] = valueAt(quality, (1 - t) * place(quality, first[name]) + t * place(quality, second[name]));
  }
  return wish;
}
