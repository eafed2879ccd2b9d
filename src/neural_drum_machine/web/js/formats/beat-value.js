/** The beat in project files and links: short, as most steps are empty. */

import { EMPTY_PATTERN, LIMITS, MOST_SONG, PATTERNS, PLAIN, STEPS, emptyBeat, stepOf } from "../model/beat.js";
import { PADS } from "../model/kit.js";
import { clamp } from "../model/numbers.js";

/** @import { Beat, Pattern, Step } from "../model/beat.js" */

/** A stroke: pad, step, velocity, and what is not plain. @typedef {[number, number, number, ...number[]]} Stroke */

/** @param {Beat} beat */
export function writeBeat({ patterns, ...rest }) {
  return { ...rest, patterns: patterns.map(writePattern) };
}

/** @param {Pattern} pattern @returns {Stroke[]} */
function writePattern(pattern) {
  return pattern.flatMap((row, pad) => row.flatMap((step, at) => (step ? [strokeOf(pad, at, step)] : [])));
}

/** @param {number} pad @param {number} at @param {Step} step @returns {Stroke} */
function strokeOf(pad, at, { chance, flam, nudge, repeats, velocity }) {
  const isPlain = chance === PLAIN.chance && !flam && !nudge && repeats === PLAIN.repeats;
  return isPlain ? [pad, at, velocity] : [pad, at, velocity, chance, repeats, flam, nudge];
}

/** Read a beat; what makes no sense is left out. @param {any} given @returns {Beat} */
export function readBeat(given) {
  const empty = emptyBeat();
  if (typeof given !== "object" || given === null) return empty;
  const within = (/** @type {"tempo"|"swing"|"human"} */ name) =>
    Number.isFinite(given[name]) ? clamp(given[name], ...LIMITS[name]) : empty[name];
  const indices = (/** @type {any} */ list, /** @type {number} */ below) =>
    Array.isArray(list) ? list.filter((n) => Number.isInteger(n) && n >= 0 && n < below) : [];
  const song = indices(given.song, PATTERNS).slice(0, MOST_SONG);
  return {
    name: String(given.name ?? empty.name).slice(0, 100), tempo: within("tempo"), swing: within("swing"), unit: given.unit === 0.5 ? 0.5 : 0.25,
    human: within("human"), patterns: empty.patterns.map((_, n) => readPattern(given.patterns?.[n])),
    shown: indices([given.shown], PATTERNS)[0] ?? 0, song: song.length ? song : [0], isSong: given.isSong === true,
    muted: indices(given.muted, PADS), soloed: indices(given.soloed, PADS),
  };
}

/** @param {any} given @returns {Pattern} */
function readPattern(given) {
  let pattern = EMPTY_PATTERN;
  for (const stroke of Array.isArray(given) ? given.slice(0, PADS * STEPS) : []) {
    const [pad, at, velocity, chance = 1, repeats = 1, flam = 0, nudge = 0] = Array.isArray(stroke) ? stroke : [];
    const values = [velocity, chance, repeats, flam, nudge];
    if (!(pad in EMPTY_PATTERN) || !(at in EMPTY_PATTERN[0]) || !values.every((v) => Number.isFinite(v))) continue;
    pattern = pattern.with(pad, pattern[pad].with(at, stepOf({ velocity, chance, repeats, flam, nudge })));
  }
  return pattern;
}
