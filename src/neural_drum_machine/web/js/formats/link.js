/** A sound as a link: everything is in the part after `#`, which no browser sends to a server. */

import { readRecipe, readTrim } from "./project-file.js";

/** @import { Bounds } from "./project-file.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Trim } from "../model/trim.js" */

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

/**
 * @param {Recipe} recipe
 * @param {Trim} trim
 * @returns {string} begins with `#`
 */
export function writeLink(recipe, trim) {
  const { code, ...rest } = recipe;
  const text = new TextEncoder().encode(JSON.stringify({ ...rest, trim }));
  const numbers = new Float32Array(code); // latent vectors have single precision
  return `#1.${toBase64(text)}.${toBase64(new Uint8Array(numbers.buffer))}`;
}

/**
 * @param {string} hash
 * @param {Bounds} bounds
 * @returns {{recipe: Recipe, trim: Trim}|null} null if the link is incomplete or names no sound
 */
export function readLink(hash, bounds) {
  const [version, text, numbers] = hash.replace(/^#/, "").split(".");
  if (version !== "1" || !text || !numbers) return null;
  try {
    const { trim, ...rest } = JSON.parse(new TextDecoder().decode(fromBase64(text)));
    const bytes = fromBase64(numbers);
    // Nine digits identify a number of single precision, so the code is the same again.
    const code = [...new Float32Array(bytes.buffer)].map((v) => Number(v.toPrecision(9)));
    return { recipe: readRecipe({ ...rest, code }, bounds), trim: readTrim(trim) };
  } catch {
    return null;
  }
}

/** Whether an address was made by `writeLink`, complete or not. @param {string} hash */
export function isLink(hash) {
  return /^#\d+\./.test(hash);
}
