/** A sound as a link: everything is in the part after `#`, which no browser sends to a server. */

import { readRecipe, readTrim } from "./project-file.js";

/** @import { Bounds } from "./project-file.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Trim } from "../model/trim.js" */
/** @import { HelloReply } from "../net/messages.js" */

/** A sound that a link names, and whether it is one of the server's model. @typedef {{recipe: Recipe, trim: Trim, isOfModel: boolean}} Linked */

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @param {string} text */
function fromBase64(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** Version 2 names the model, and has exemplars, and 3 wishes and velocities; a program without them would play another sound. */
const VERSION = 3;
/** Digits of the model's hash that a link has. */
const MODEL_DIGITS = 12;

/**
 * @param {Recipe} recipe
 * @param {Trim} trim
 * @param {string} model the model's hash
 * @returns {string} begins with `#`
 */
export function writeLink(recipe, trim, model) {
  const { code, ...rest } = recipe;
  const text = new TextEncoder().encode(JSON.stringify({ ...rest, trim, model: model.slice(0, MODEL_DIGITS) }));
  const numbers = new Float32Array(code); // latent vectors have single precision
  return `#${VERSION}.${toBase64(text)}.${toBase64(new Uint8Array(numbers.buffer))}`;
}

/**
 * @param {string} hash
 * @param {Bounds & Pick<HelloReply, "hash">} bounds
 * @returns {Linked|null} null if the link is incomplete or names no sound
 */
export function readLink(hash, bounds) {
  const [version, text, numbers] = hash.replace(/^#/, "").split(".");
  if (!["1", "2", `${VERSION}`].includes(version) || !text || !numbers) return null;
  try {
    const { trim, model, ...rest } = JSON.parse(new TextDecoder().decode(fromBase64(text)));
    const bytes = fromBase64(numbers);
    // Nine digits identify a number of single precision, so the code is the same again.
    const code = [...new Float32Array(bytes.buffer)].map((v) => Number(v.toPrecision(9)));
    // An older link does not say which model it is of.
    const isOfModel = model === undefined || bounds.hash.slice(0, MODEL_DIGITS) === model;
    return { recipe: readRecipe({ ...rest, code }, bounds), trim: readTrim(trim), isOfModel };
  } catch {
    return null;
  }
}

/** Whether an address was made by `writeLink`, complete or not. @param {string} hash */
export function isLink(hash) {
  return /^#\d+\./.test(hash);
}
