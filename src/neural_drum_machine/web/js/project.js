/** The work as values: what is undone, saved and opened again. No samples: codes recall them. */

import { WHOLE } from "./shape.js";

/**
 * What recalls a sound.
 * @typedef {object} Recipe
 * @property {string} category
 * @property {number[]} code
 * @property {number} seed -1 if it has none
 * @property {number} take
 * @property {string} inverter
 * @property {number} wild
 * @property {number[]} p P1, P2, P3
 * @property {string|null} to
 * @property {number} t
 */
/** A sound and its trim. @typedef {{recipe: Recipe, trim: import("./shape.js").Trim}} Kept */
/** @typedef {Kept & {level: number, pan: number, pitch: number}} PadSound level in dB */
/**
 * @typedef {object} Project
 * @property {Recipe|null} recipe the sound being worked on
 * @property {import("./shape.js").Trim} trim
 * @property {number} range
 * @property {number} wild
 * @property {number} amount how far a variation lies, in standard deviations of the category
 * @property {string|null} inverter
 * @property {Kept|null} a
 * @property {Kept|null} b
 * @property {number} morph
 * @property {(PadSound|null)[]} pads
 */

export const PADS = 8;
export const FORMAT = "neural_drum_machine_project";
const VERSION = 1;
const AMOUNT = 0.35;

/** @returns {Project} */
export function emptyProject() {
  const pads = Array.from({ length: PADS }, () => null);
  return {
    recipe: null, trim: WHOLE, range: 1, wild: 1, amount: AMOUNT, inverter: null, a: null, b: null,
    morph: 0, pads,
  };
}

/** @param {import("./wire.js").Sound} sound @returns {Recipe} */
export function recipeOf(sound) {
  const { category, code, seed, take, inverter, wild, p1, p2, p3, to, t } = sound;
  return { category, code, seed, take, inverter, wild, p: [p1, p2, p3], to, t };
}

/**
 * The range that a sound is seen in: raised as far as its place asks for, if that is another than before.
 * @param {Project} project @param {Recipe} recipe @param {number[]} ranges
 */
export function rangeFor({ range, recipe: before }, { p }, ranges) {
  const isThere = before && [0, 1].every((i) => Math.abs(before.p[i] - p[i]) < 1e-6);
  const farthest = Math.max(Math.abs(p[0]), Math.abs(p[1])) - 0.005; // as it reads
  if (isThere || farthest <= range) return range;
  return ranges.find((each) => each >= farthest) ?? Math.max(range, ...ranges);
}

/** A request that recalls a sound. @param {Recipe} recipe */
export function recallOf({ category, code, seed, take, inverter, to, t }) {
  const request = { category, code, take, inverter, t };
  return { ...request, ...(seed >= 0 && { seed }), ...(to && { to }) };
}

/** A name for a sound's samples: the same for the same samples. @param {Recipe} recipe */
export function keyOf({ category, code, take, inverter, to, t }) {
  return JSON.stringify([category, code, take, inverter, to, to ? t : 0]);
}

/** Whether a sound is what a recipe recalls. @param {import("./wire.js").Sound} sound @param {Recipe} recipe */
export function isOf(sound, recipe) {
  return keyOf(recipeOf(sound)) === keyOf(recipe);
}

/** What recalls a sound, for a file's comment; as the server's own files have it. */
export function commentOf(
  /** @type {Recipe} */ recipe,
  /** @type {import("./shape.js").Trim} */ trim,
  /** @type {string} */ model,
  /** @type {boolean} */ isWhole,
) {
  const { category, code, seed, take, inverter, to, t } = recipe;
  return JSON.stringify({
    neural_drum_machine: 1, model, inverter, category, seed: seed < 0 ? null : seed, take,
    ...(to && { to, t }), code, ...(!isWhole && { trim }),
  });
}

/** @param {Project} project @param {string} model hash */
export function writeProject(project, model) {
  return JSON.stringify({ [FORMAT]: VERSION, model, project });
}

/**
 * Read a project, whoever wrote it.
 * @param {string} text
 * @param {string[]} categories
 * @returns {{project: Project, model: string}}
 * @throws {Error} with a sentence for people
 */
export function readProject(text, categories) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("This file is no project: it is not JSON.");
  }
  if (value?.[FORMAT] === undefined) throw new Error("This file is no project of this program.");
  if (value[FORMAT] > VERSION) throw new Error("This project is of a newer version; update the program.");
  const given = value.project ?? {};
  const base = emptyProject();
  const kept = (/** @type {any} */ k) => {
    if (k == null) return null;
    return { recipe: readRecipe(k.recipe, categories), trim: readTrim(k.trim) };
  };
  const pads = base.pads.map((_, i) => {
    const pad = given.pads?.[i];
    const known = kept(pad);
    if (!known) return null;
    return {
      ...known, level: number(pad.level, -60, 12, 0), pan: number(pad.pan, -1, 1, 0),
      pitch: number(pad.pitch, -24, 24, 0),
    };
  });
  const project = {
    recipe: given.recipe == null ? null : readRecipe(given.recipe, categories),
    trim: readTrim(given.trim), range: number(given.range, 0, 8, 1),
    wild: number(given.wild, 0, 2, 1),
    amount: number(given.amount, 0, 2, AMOUNT), // of files that are older than it
    inverter: typeof given.inverter === "string" ? given.inverter : null,
    a: kept(given.a), b: kept(given.b), morph: number(given.morph, 0, 1, 0), pads,
  };
  return { project, model: String(value.model ?? "") };
}

/** @param {any} given @param {string[]} categories @returns {Recipe} */
export function readRecipe(given, categories) {
  const broken = (/** @type {string} */ what) => new Error(`A sound in this project has ${what}.`);
  if (!categories.includes(given?.category)) throw broken("an unknown category");
  if (given.to != null && !categories.includes(given.to)) throw broken("an unknown category");
  const { code } = given;
  if (!Array.isArray(code) || !code.length || !code.every((v) => Number.isFinite(v))) {
    throw broken("no code");
  }
  const p = Array.isArray(given.p) ? given.p : [];
  return {
    category: given.category, code: code.map(Number), seed: number(given.seed, -1, 2147483647, -1),
    take: Math.round(number(given.take, 0, 63, 0)), inverter: String(given.inverter ?? ""),
    wild: number(given.wild, 0, 2, 1), p: [0, 1, 2].map((i) => number(p[i], -8, 8, 0)),
    to: given.to ?? null, t: number(given.t, 0, 1, 0),
  };
}

/** @param {any} given @returns {import("./shape.js").Trim} */
export function readTrim(given) {
  const ms = (/** @type {any} */ v) => number(v, 0, 60000, 0);
  return {
    start: ms(given?.start), end: given?.end == null ? null : ms(given.end),
    fadeIn: ms(given?.fadeIn), fadeOut: ms(given?.fadeOut),
  };
}

/** @param {any} value @param {number} low @param {number} high @param {number} instead */
function number(value, low, high, instead) {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : instead;
}
