/**
 * Links: everything is in the part after `#`, which no browser sends to a server. A link of today holds a whole project,
 * compressed; older ones hold one sound.
 */

import { fromLetters, pack, toLetters, unpack } from "./packed.js";
import { readProject, readRecipe, readTrim, writeProject } from "./project-file.js";

/** @import { Bounds } from "./project-file.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { OwnSounds } from "../net/own-sounds.js" */
/** @import { Trim } from "../model/trim.js" */
/** @import { HelloReply } from "../net/messages.js" */

/** A sound that an older link names, and whether it is one of the server's model. @typedef {{recipe: Recipe, trim: Trim, isOfModel: boolean}} LinkedSound */
/** What a link names. @typedef {LinkedSound|{project: Project, own: Record<string, string>, isOfModel: boolean}} Linked */

/** The version with a whole project. */
const VERSION = 4;
/** Versions with one sound; 2 names the model, and has exemplars, and 3 wishes and velocities. */
const SOUND_VERSIONS = ["1", "2", "3"];
/** Digits of the model's hash that a link has. */
const MODEL_DIGITS = 12;
/** Characters of the longest project. */
const MOST = 4_000_000;

/**
 * A link to a project. Latent vectors have single precision, and are written as bytes.
 * @param {Project} project
 * @param {string} model the model's hash
 * @param {Pick<OwnSounds, "formsOf">} owns
 * @returns {Promise<string>} begins with `#`
 */
export async function writeLink(project, model, owns) {
  const text = JSON.stringify(JSON.parse(writeProject(project, model, owns)), (key, value) =>
    key === "code" && Array.isArray(value) && value.every(isSingle) ? toLetters(new Uint8Array(new Float32Array(value).buffer)) : value);
  return `#${VERSION}.${await pack(text)}`;
}

/** @param {string} letters @param {Bounds & Pick<HelloReply, "hash">} bounds @returns {Promise<Linked>} */
async function readLinkedProject(letters, bounds) {
  const text = JSON.stringify(JSON.parse(await unpack(letters, MOST), (key, value) =>
    key === "code" && typeof value === "string" ? numbersOf(value) : value));
  const { model, own, project } = readProject(text, bounds);
  return { project, own, isOfModel: model === bounds.hash };
}

/** Whether a number has single precision, as those of latent vectors: the code of a taught axis may have more. @param {number} v */
function isSingle(v) {
  return v === Number(Math.fround(v).toPrecision(9));
}

/** Nine digits identify a number of single precision, so the numbers are the same again. @param {string} letters */
function numbersOf(letters) {
  return [...new Float32Array(fromLetters(letters).buffer)].map((v) => Number(v.toPrecision(9)));
}

/**
 * @param {string} hash
 * @param {Bounds & Pick<HelloReply, "hash">} bounds
 * @returns {Promise<Linked|null>} null if the link is incomplete
 */
export async function readLink(hash, bounds) {
  const [version, text, numbers] = hash.replace(/^#/, "").split(".");
  try {
    if (version === `${VERSION}` && text) return await readLinkedProject(text, bounds);
    if (!SOUND_VERSIONS.includes(version) || !text || !numbers) return null;
    const { trim, model, ...rest } = JSON.parse(new TextDecoder().decode(fromLetters(text)));
    const code = numbersOf(numbers);
    // An older link does not say which model it is of.
    const isOfModel = model === undefined || bounds.hash.slice(0, MODEL_DIGITS) === model;
    return { recipe: readRecipe({ ...rest, code }, bounds), trim: readTrim(trim), isOfModel };
  } catch {
    return null;
  }
}

/** The part of a text that may be a link; "" if there is none. @param {string} text */
export function linkIn(text) {
  return /#\d+\.[\w.-]+/.exec(text)?.[0] ?? "";
}

/** Whether an address was made by a program like this, complete or not. @param {string} hash */
export function isLink(hash) {
  return /^#\d+\./.test(hash);
}
