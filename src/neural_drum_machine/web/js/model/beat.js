/** The beat: four patterns of sixteen steps for every drum pad, a song row, tempo and swing. It is pure. */

import { clamp } from "./numbers.js";
import { PADS } from "./kit.js";

/**
 * A stroke on a step.
 * @typedef {object} Step
 * @property {number} velocity 1 to 127
 * @property {number} chance how often it is played, 0 to 1
 * @property {number} repeats strokes that share the step, 1 to 16
 * @property {number} flam a softer stroke comes so many milliseconds earlier; 0 for none
 * @property {number} nudge milliseconds later, -200 to 200
 */
/** Steps by drum pad, then by place. @typedef {readonly (readonly (Step|null)[])[]} Pattern */
/**
 * @typedef {object} Beat
 * @property {string} name
 * @property {number} tempo quarter notes a minute
 * @property {number} swing where the second of two equal steps lies between its neighbours: 0.5 is straight
 * @property {number} unit the length of a step that swings, in quarter notes: 0.25 or 0.5
 * @property {number} human how freely it is played, 0 to 1
 * @property {readonly Pattern[]} patterns
 * @property {number} shown the pattern that is edited, and played unless the song is
 * @property {readonly number[]} song patterns in the order of playing
 * @property {boolean} isSong whether the song row plays
 * @property {readonly number[]} muted drum pads
 * @property {readonly number[]} soloed drum pads
 */

export const STEPS = 16;
export const PATTERNS = 4;
/** Steps of a quarter note. */
export const PER_BEAT = 4;
export const MOST_SONG = 64;
/** @type {Readonly<Record<"tempo"|"swing"|"human"|"velocity"|"chance"|"repeats"|"flam"|"nudge", readonly [number, number]>>} */
export const LIMITS = Object.freeze({
  tempo: [20, 400], swing: [0.5, 0.75], human: [0, 1], velocity: [1, 127], chance: [0, 1], repeats: [1, 16], flam: [0, 100], nudge: [-200, 200],
});
/** @type {Readonly<Step>} */
export const PLAIN = Object.freeze({ velocity: 100, chance: 1, repeats: 1, flam: 0, nudge: 0 });
export const LETTERS = Object.freeze(["A", "B", "C", "D"]);

/** @type {Pattern} */
export const EMPTY_PATTERN = Object.freeze(Array.from({ length: PADS }, () => Object.freeze(Array.from({ length: STEPS }, () => null))));

/** @returns {Beat} */
export function emptyBeat() {
  return {
    name: "My beat", tempo: 120, swing: 0.5, unit: 0.25, human: 0, patterns: Array.from({ length: PATTERNS }, () => EMPTY_PATTERN),
    shown: 0, song: [0], isSong: false, muted: [], soloed: [],
  };
}

/** A step within its limits. @param {Partial<Step>} values @returns {Step} */
export function stepOf(values) {
  const step = { ...PLAIN, ...values };
  const within = (/** @type {"velocity"|"chance"|"repeats"|"flam"|"nudge"} */ name) => clamp(step[name], ...LIMITS[name]);
  return {
    velocity: Math.round(within("velocity")), chance: within("chance"), repeats: Math.round(within("repeats")),
    flam: within("flam"), nudge: within("nudge"),
  };
}

/** A beat with another step in the shown pattern. @param {Beat} beat @param {number} pad @param {number} at @param {Step|null} step @param {number} [pattern] @returns {Beat} */
export function withStep(beat, pad, at, step, pattern = beat.shown) {
  const rows = beat.patterns[pattern];
  const changed = rows.with(pad, rows[pad].with(at, step));
  return { ...beat, patterns: beat.patterns.with(pattern, changed) };
}

/** Whether a pattern has no stroke. @param {Pattern} pattern */
export function isEmpty(pattern) {
  return pattern.every((row) => row.every((step) => step === null));
}

/** Whether a drum pad is heard. @param {Beat} beat @param {number} pad */
export function isHeard({ muted, soloed }, pad) {
  return soloed.length ? soloed.includes(pad) : !muted.includes(pad);
}

/** A list of numbers with one more, or without it. @param {readonly number[]} list @param {number} n */
export function toggled(list, n) {
  return list.includes(n) ? list.filter((each) => each !== n) : [...list, n].sort((a, b) => a - b);
}

/** The pattern of a bar, counted from where playing began. @param {Beat} beat @param {number} bar */
export function patternAt({ isSong, shown, song }, bar) {
  return isSong && song.length ? song[bar % song.length] : shown;
}

/** The bars after which the beat begins anew, and their patterns. @param {Beat} beat @returns {number[]} */
export function barsOf({ isSong, shown, song }) {
  return isSong && song.length ? [...song] : [shown];
}

/** Drum pads with a stroke anywhere. @param {Beat} beat */
export function padsPlayed({ patterns }) {
  return Array.from({ length: PADS }, (_, pad) => pad).filter((pad) => patterns.some((rows) => rows[pad].some(Boolean)));
}
