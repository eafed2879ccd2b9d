/** Project files, and the recipes in them. */

import { checkedAlong, checkedAxes } from "./axis-file.js";
import { readBeat, writeBeat } from "./beat-value.js";
import { MOST_LETTERS, freeName, freeNote, limited, newPad, readStyle } from "../model/kit.js";
import { DEFAULT_AMOUNT, emptyProject, tied } from "../model/project.js";
import { clamp } from "../model/numbers.js";
import { offered, qualities } from "../model/qualities.js";
import { LOUDEST, REFERENCE } from "../model/recipe.js";

/** @import { Project } from "../model/project.js" */
/** @import { Values } from "../model/qualities.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Trim } from "../model/trim.js" */
/** @import { HelloReply } from "../net/messages.js" */
/** @import { OwnSounds } from "../net/own-sounds.js" */

/** The part of the server's hello that a file is checked against. @typedef {Pick<HelloReply, "categories"|"engines"|"limits"|"qualities"|"wishes"> & {hash?: string}} Bounds */

/** The key that marks a project file. */
export const FORMAT = "neural_drum_machine_project";
/** Version 2 has exemplars, 3 own sounds, 4 wishes and velocities, and 5 a kit and a beat. A program that does not know them would play other sounds. */
const VERSION = 5;
const MAX_SEED = 2 ** 31 - 1;
/** Numbers of a sound's exemplars: at most four, each with its share. */
const MAX_EXEMPLARS = 8;
/** Letters of the longest compact form of an own sound, in base64, and the most own sounds of a project. */
const MAX_FORM = 53_336;
const MAX_OWN = 64;
/** The longest time in a trim, in milliseconds. */
const MAX_MS = 60_000;

/**
 * @param {Project} project @param {string} model the model's hash
 * @param {Pick<OwnSounds, "formsOf">} owns
 */
export function writeProject(project, model, owns) {
  const own = owns.formsOf(recipesIn(project).map(({ exemplars }) => exemplars));
  // The sound that is edited is that of the selected pad.
  const content = { ...project, beat: writeBeat(project.beat), recipe: undefined, trim: undefined };
  return JSON.stringify({ [FORMAT]: VERSION, model, project: content, ...(Object.keys(own).length && { own }) });
}

/** The recipes of a project. @param {Project} project */
function recipesIn(project) {
  return [project.a, project.b, ...project.pads].flatMap((kept) => kept?.recipe ?? []);
}

/**
 * Read a project file. Values out of range are brought into it; old files lack some.
 * @param {string} text
 * @param {Bounds} bounds
 * @returns {{project: Project, model: string, own: Record<string, string>, isOtherEngine: boolean}} `own`: forms of own
 *   sounds by number; `isOtherEngine`: whether some sounds were computed by an engine that is not here
 * @throws {Error} with a sentence for people
 */
export function readProject(text, bounds) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("This file is not a project: it is not JSON.");
  }
  if (value?.[FORMAT] === undefined) throw new Error("This file is not a project of this program.");
  if (value[FORMAT] > VERSION) {
    throw new Error("This project is from a newer version of this program. Update the program to open it.");
  }
  const { limits } = bounds;
  const given = value.project ?? {};
  const kept = (/** @type {any} */ each) =>
    each == null ? null : { recipe: readRecipe(each.recipe, bounds), trim: readTrim(each.trim) };
  /** @type {Project["pads"]} */
  let pads = emptyProject().pads;
  const put = (/** @type {number} */ n, /** @type {any} */ pad) => {
    const known = kept(pad);
    if (known) pads = pads.with(n, { ...known, ...readVoicing(pads, n, pad, known.recipe.category) });
  };
  pads.forEach((_, n) => put(n, given.pads?.[n]));
  let selected = Math.round(number(given.selected, 0, pads.length - 1, 0));
  if (value[FORMAT] < VERSION && given.recipe) {
    // The sound that was edited lay beside the pads, which were eight.
    const free = pads.findIndex((pad) => !pad);
    selected = free < 0 ? 0 : free;
    put(selected, { recipe: given.recipe, trim: given.trim });
  }
  const center = [0, 1].map((i) => number(given.center?.[i], -limits.control, limits.control, 0));
  const project = {
    selected, recipe: null, trim: readTrim(null), center, range: number(given.range, 0, limits.control, 1),
    wild: number(given.wild, 0, limits.wild, 1),
    amount: number(given.amount, 0, limits.amount, DEFAULT_AMOUNT),
    locks: readValues(given.locks, bounds), axes: checkedAxes(given.axes, bounds), inverter: typeof given.inverter === "string" ? given.inverter : null,
    a: kept(given.a), b: kept(given.b), morph: number(given.morph, 0, 1, 0), pads,
    kitName: String(given.kitName ?? "My kit").slice(0, MOST_LETTERS), kitStyle: readStyle(given.kitStyle), beat: readBeat(given.beat),
  };
  const recipes = [given, given.a, given.b, ...(given.pads ?? [])].flatMap((each) => each?.recipe ?? []);
  const isOtherEngine = recipes.some((each) => engineOf(each, bounds) !== (each.engine ?? REFERENCE));
  return { project: tied(project, project), model: String(value.model ?? ""), own: readOwn(value.own), isOtherEngine };
}

/** What a pad is besides its sound. @param {Project["pads"]} pads @param {number} n @param {any} given @param {string} category */
function readVoicing(pads, n, given, category) {
  const fresh = newPad(pads, n, category);
  const mix = /** @type {const} */ (["level", "pan", "pitch", "choke", "chokeMs"]).map((name) => [name, limited(name, given[name] ?? fresh[name])]);
  const note = Number.isInteger(given.note) && given.note >= 0 && given.note < 128 ? given.note : fresh.note;
  return {
    ...fresh, ...Object.fromEntries(mix), name: given.name ? freeName(pads, n, String(given.name)) : fresh.name,
    note: pads.some((pad) => pad?.note === note) ? freeNote(pads, n, category) : note,
    family: String(given.family ?? "").slice(0, MOST_LETTERS), locked: given.locked === true,
  };
}

/** The own sounds of a project file; those that make no sense are left out. @param {any} given */
function readOwn(given) {
  const isForm = (/** @type {[string, any]} */ [number, form]) =>
    /^\d{5,8}$/.test(number) && typeof form === "string" && form.length <= MAX_FORM && /^[\w+/]+=*$/.test(form);
  const forms = typeof given === "object" && given !== null ? Object.entries(given).filter(isForm) : [];
  return /** @type {Record<string, string>} */ (Object.fromEntries(forms.slice(0, MAX_OWN)));
}

/**
 * @param {any} given
 * @param {Bounds} bounds
 * @returns {Recipe}
 * @throws {Error} with a sentence for people
 */
export function readRecipe(given, bounds) {
  const { categories, limits } = bounds;
  const broken = (/** @type {string} */ fault) => new Error(`A sound in this project has ${fault}.`);
  for (const category of [given?.category, given?.to ?? given?.category]) {
    if (!categories.includes(category)) throw broken(`an unknown category, ${shown(category)}`);
  }
  const { code } = given;
  if (!Array.isArray(code) || !code.length || !code.every((v) => Number.isFinite(v))) {
    throw broken("no valid code");
  }
  const exemplars = given.exemplars ?? [];
  if (!isExemplars(exemplars)) throw broken("no valid exemplars");
  const p = Array.isArray(given.p) ? given.p : [];
  const values = (/** @type {any} */ each) => offered(bounds, given.category, readValues(each, bounds));
  const along = checkedAlong(given.along, bounds);
  return {
    category: given.category, code: code.map(Number), seed: number(given.seed, -1, MAX_SEED, -1),
    take: Math.round(number(given.take, 0, limits.takes - 1, 0)), inverter: String(given.inverter ?? ""),
    wild: number(given.wild, 0, limits.wild, 1),
    p: [0, 1, 2].map((i) => number(p[i], -limits.control, limits.control, 0)),
    to: given.to ?? null, t: number(given.t, 0, 1, 0), exemplars: exemplars.map(Number),
    blend: number(given.blend, 0, 1, 0), wish: values(given.wish),
    velocity: Math.round(number(given.velocity, 1, LOUDEST, LOUDEST)),
    engine: engineOf(given, bounds),
    along: along && { ...along, wish: values(given.along.wish) },
  };
}

/** What is to compute a sound: what computed it, or what there is. @param {any} given @param {Bounds} bounds */
function engineOf(given, { engines }) {
  const engine = given.engine ?? REFERENCE;
  return engines.includes(engine) ? engine : engines[0];
}

/** Values of qualities; those that make no sense are left out. @param {any} given @param {Bounds} bounds @returns {Values} */
function readValues(given, bounds) {
  const known = qualities(bounds).filter(({ name }) => Number.isFinite(given?.[name]));
  return Object.fromEntries(known.map(({ name, limits: [low, high] }) => [name, clamp(given[name], low, high)]));
}

/** Whether a value is a list of exemplars' numbers, each followed by its share. @param {any} value */
function isExemplars(value) {
  return Array.isArray(value) && value.length % 2 === 0 && value.length <= MAX_EXEMPLARS
    && value.every((v, i) => (i % 2 ? v > 0 && v <= 1 : Number.isInteger(v) && v >= 0));
}

/** @param {any} given @returns {Trim} */
export function readTrim(given) {
  const ms = (/** @type {any} */ v) => number(v, 0, MAX_MS, 0);
  return {
    start: ms(given?.start), end: given?.end == null ? null : ms(given.end),
    fadeIn: ms(given?.fadeIn), fadeOut: ms(given?.fadeOut),
  };
}

/** @param {any} value @param {number} low @param {number} high @param {number} missing */
function number(value, low, high, missing) {
  return Number.isFinite(value) ? clamp(value, low, high) : missing;
}

/** A value as a part of a sentence. @param {unknown} value */
function shown(value) {
  return (JSON.stringify(value) ?? "none").slice(0, 40);
}
