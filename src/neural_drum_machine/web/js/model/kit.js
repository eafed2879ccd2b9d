/** The kit: sixteen drum pads, their notes, names and mix. The same voices as in a `.ndkit` file. */

import { clamp } from "./numbers.js";

/** @import { Recipe } from "./recipe.js" */
/** @import { Trim } from "./trim.js" */

/** A sound and its trim. @typedef {{recipe: Recipe, trim: Trim}} Kept */
/**
 * How a drum pad plays: decibels, -1 to 1, semitones; its choke group (0 for none), and how long the others of the group
 * take to fall silent, in milliseconds.
 * @typedef {{level: number, pan: number, pitch: number, choke: number, chokeMs: number}} Mix
 */
/**
 * @typedef {object} Voicing
 * @property {string} name
 * @property {number} note of MIDI
 * @property {string} family voices of one family are drawn and varied together
 * @property {boolean} locked whether it stays when the kit is varied or drawn anew
 */
/** @typedef {Kept & Mix & Voicing} PadSound */

/** Number of drum pads. */
export const PADS = 16;
/** Limits of the mix, as in `.ndkit`. */
const MIX_LIMITS = Object.freeze({ level: [-60, 24], pan: [-1, 1], pitch: [-24, 24], choke: [0, 16], chokeMs: [1, 1000] });
export const DEFAULT_MIX = Object.freeze({ level: 0, pan: 0, pitch: 0, choke: 0, chokeMs: 10 });
/** Characters of a name. */
export const MOST_LETTERS = 100;
/** General MIDI's notes in the order of a new kit's sixteen voices. */
export const NOTES = Object.freeze([36, 35, 38, 40, 39, 37, 46, 42, 44, 45, 47, 50, 54, 70, 63, 60]);
/** Names of categories as a kit has them, the notes of General MIDI that mean them, the first choice first. */
const KINDS = /** @type {const} */ ({
  kick: ["Kick", 36, 35], snare: ["Snare", 38, 40], clap: ["Clap", 39], snap: ["Snap", 37], closed_hihat: ["Closed hat", 42, 44],
  open_hihat: ["Open hat", 46], tom: ["Tom", 45, 47, 50, 41, 43, 48], tambourine: ["Tambourine", 54], shaker: ["Shaker", 70, 69, 82],
  conga: ["Conga", 63, 62, 64], bongo: ["Bongo", 60, 61],
});
const HATS = /** @type {const} */ (["closed_hihat", "open_hihat"]);

/** The name of a category on a pad. @param {string} category */
export function kindName(category) {
  return category in KINDS ? KINDS[/** @type {keyof typeof KINDS} */ (category)][0] : category.replaceAll("_", " ");
}

/** The category that a note of General MIDI means; "" if it means none of them. @param {number} note */
function kindOfNote(note) {
  const found = Object.entries(KINDS).find(([, [, ...notes]]) => /** @type {readonly number[]} */ (notes).includes(note));
  return found?.[0] ?? "";
}

/** A name that no other pad has. @param {readonly (PadSound|null)[]} pads @param {number} n @param {string} wanted */
export function freeName(pads, n, wanted) {
  const taken = new Set(pads.flatMap((pad, i) => (pad && i !== n ? pad.name.toLowerCase() : [])));
  const plain = wanted.trim().slice(0, MOST_LETTERS - 4) || "Drum";
  return numbered(plain, (name) => taken.has(name.toLowerCase()));
}

/** A name that is not taken: the plain one, or else with a number. @param {string} plain @param {(name: string) => boolean} isTaken */
export function numbered(plain, isTaken) {
  for (let k = 1; ; k++) {
    const name = k === 1 ? plain : `${plain} ${k}`;
    if (!isTaken(name)) return name;
  }
}

/** A note that no other pad has, near what the category wants. @param {readonly (PadSound|null)[]} pads @param {number} n @param {string} category */
export function freeNote(pads, n, category) {
  const taken = new Set(pads.flatMap((pad, i) => (pad && i !== n ? pad.note : [])));
  const [, ...wanted] = KINDS[/** @type {keyof typeof KINDS} */ (category)] ?? [""];
  const rest = Array.from({ length: 128 }, (_, k) => (k + 36) % 128);
  return [...wanted, NOTES[n], ...rest].find((note) => !taken.has(note)) ?? 0;
}

/** A pad without its sound, with the defaults of its category. @param {readonly (PadSound|null)[]} pads @param {number} n @param {string} category @returns {Mix & Voicing} */
export function newPad(pads, n, category) {
  return {
    ...DEFAULT_MIX, choke: chokeOf(category), name: freeName(pads, n, kindName(category)), note: freeNote(pads, n, category),
    family: "", locked: false,
  };
}

/** A pad that gets a sound of a category: a name that only told the old category follows. @param {readonly (PadSound|null)[]} pads @param {number} n @param {string} category @returns {PadSound} */
export function renamed(pads, n, category) {
  const pad = /** @type {PadSound} */ (pads[n]);
  const old = pad.recipe.category;
  if (old === category) return pad;
  const isPlain = pad.name.replace(/ \d+$/, "") === kindName(old);
  const name = isPlain ? freeName(pads, n, kindName(category)) : pad.name;
  const choke = pad.choke === chokeOf(old) ? chokeOf(category) : pad.choke;
  return { ...pad, name, choke, family: "" };
}

/** Hats choke one another. @param {string} category */
function chokeOf(category) {
  return /** @type {readonly string[]} */ (HATS).includes(category) ? 1 : 0;
}

/**
 * The pad that a note plays: the one with the note, else the first of the note's category.
 * @param {readonly (PadSound|null)[]} pads @param {number} note
 * @returns {number} -1 if there is none
 */
export function padOfNote(pads, note) {
  const exact = pads.findIndex((pad) => pad?.note === note);
  if (exact >= 0) return exact;
  const kind = kindOfNote(note);
  return kind ? pads.findIndex((pad) => pad?.recipe.category === kind) : -1;
}

/** A value of the mix within its limits; the default if it is none. @param {keyof Mix} name @param {unknown} value */
export function limited(name, value) {
  const number = typeof value === "number" && Number.isFinite(value) ? value : DEFAULT_MIX[name];
  const [low, high] = MIX_LIMITS[name];
  return clamp(name === "choke" ? Math.round(number) : number, low, high);
}

/** A kit's style; what makes no sense is left out. @param {any} given @returns {Record<string, number>} */
export function readStyle(given) {
  const pairs = Object.entries(given ?? {}).filter(([, value]) => typeof value === "number" && value >= 0 && value <= 1);
  return /** @type {Record<string, number>} */ (Object.fromEntries(pairs));
}
