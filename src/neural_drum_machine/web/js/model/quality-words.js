/** Values of qualities as people write and hear them: "0.40 s", "0.4 seconds", "G1". */

/** @import { Quality } from "./qualities.js" */

const NOTES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const NOTE = /^([A-G])([#♯b♭]?)(-?\d)([+-]\d{1,2}(?:\.\d+)?)?$/i;
const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z%]*)$/i;
const A4 = 440;
/** Seconds from which on a time is written in seconds, and Hz from which on in kHz. */
const [SECONDS, KILOHERTZ] = [0.1, 1000];
/** Factors of the units that may be typed. @type {Record<Quality["unit"], Record<string, number>>} */
const FACTORS = {
  Hz: { "": 1, hz: 1, khz: 1000 }, s: { "": 1, s: 1, ms: 0.001 }, oct: { "": 1, oct: 1, octaves: 1 }, dB: { "": 1, db: 1 }, LUFS: { "": 1, lufs: 1 },
  "": { "": 1, "%": 0.01 },
};
/** What may be typed. @type {Record<Quality["unit"], string>} */
const EXAMPLES = {
  Hz: "a number such as 2.5 kHz", s: "a number such as 0.4 s or 400 ms", oct: "a number such as 1.2 octaves",
  dB: "a number such as −12 dB",
  LUFS: "a number such as −14 LUFS", "": "a number from 0 to 1, or a percentage",
};
const SPOKEN = { Hz: "hertz", kHz: "kilohertz", s: "seconds", ms: "milliseconds", oct: "octaves", dB: "decibels", LUFS: "LUFS", "": "" };

/** The name as a label. @param {Quality} quality */
export function qualityLabel({ name }) {
  return name[0].toUpperCase() + name.slice(1);
}

/** A value with its unit, such as "0.40 s", "2.4 kHz" or "49 Hz G1". @param {Quality} quality @param {number} value */
export function valueWords(quality, value) {
  const [number, unit] = written(quality, value);
  const note = quality.name === "pitch" ? ` ${noteName(value)}` : "";
  return `${number.replace("-", "−")}${unit && " "}${unit}${note}`;
}

/** A value as a screen reader says it: "0.4 seconds". @param {Quality} quality @param {number} value */
export function spokenValue(quality, value) {
  const [number, unit] = written(quality, value);
  const note = quality.name === "pitch" ? `, ${noteName(value).replace("#", " sharp ")}` : "";
  return `${String(Number(number)).replace("-", "minus ")} ${SPOKEN[unit]}`.trim() + note;
}

/** @param {Quality} quality @param {number} value @returns {[string, keyof typeof SPOKEN]} number and unit */
function written({ unit }, value) {
  if (unit === "s") {
    const ms = 1000 * value;
    return value < SECONDS ? [ms < 10 ? ms.toFixed(1) : ms.toFixed(0), "ms"] : [value.toFixed(2), "s"];
  }
  if (unit === "Hz") {
    if (value >= KILOHERTZ) return [(value / 1000).toFixed(1), "kHz"];
    return [value < 100 ? String(Number(value.toFixed(1))) : value.toFixed(0), "Hz"];
  }
  const number = value.toFixed(unit === "" ? 2 : 1);
  return [Number(number) === 0 ? number.replace("-", "") : number, unit];
}

/**
 * The note nearest to a frequency.
 * @param {number} hz
 */
export function noteName(hz) {
  const key = Math.round(69 + 12 * Math.log2(hz / A4));
  return `${NOTES[((key % 12) + 12) % 12]}${Math.floor(key / 12) - 1}`;
}

/** The frequency of a note such as "G1", "Bb2" or "A1+25"; null if it is none. @param {string} name */
function noteHz(name) {
  const found = NOTE.exec(name);
  if (!found) return null;
  const [, letter, sign, octave, cents] = found;
  const step = NOTES.indexOf(letter.toUpperCase()) + (sign === "" ? 0 : "#♯".includes(sign) ? 1 : -1);
  const key = 12 * (Number(octave) + 1) + step + Number(cents ?? 0) / 100;
  return A4 * 2 ** ((key - 69) / 12);
}

/**
 * Read a value that somebody has typed, such as "600 ms", "2.5 kHz" or "G1".
 * @param {Quality} quality
 * @param {string} text
 * @returns {number}
 * @throws {Error} with a sentence for people
 */
export function readValue(quality, text) {
  const { limits, name, unit } = quality;
  const plain = text.trim().replace("−", "-").replace(",", ".");
  const [, number, given] = NUMBER.exec(plain) ?? [];
  const factor = number === undefined ? undefined : FACTORS[unit][given.toLowerCase()];
  const value = factor === undefined ? (name === "pitch" ? noteHz(plain) : null) : Number(number) * factor;
  if (value === null) {
    const what = name === "pitch" ? "a note such as G1, or a number such as 55 Hz" : EXAMPLES[unit];
    throw new Error(`“${text.trim().slice(0, 40)}” is not a value of ${name}. Type ${what}.`);
  }
  if (!(value >= limits[0] && value <= limits[1])) {
    const [low, high] = limits.map((each) => valueWords(quality, each));
    throw new Error(`${qualityLabel(quality)} must lie between ${low} and ${high}.`);
  }
  return value;
}
