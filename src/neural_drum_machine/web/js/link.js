/** A sound in an address: everything after `#`, which no server ever sees. */

import { readRecipe, readTrim } from "./project.js";

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
 * @param {import("./project.js").Recipe} recipe
 * @param {import("./shape.js").Trim} trim
 */
export function writeLink(recipe, trim) {
  const { code, ...rest } = recipe;
  const text = new TextEncoder().encode(JSON.stringify({ ...rest, trim }));
  const numbers = new Float32Array(code); // codes are of single precision
  return `#1.${toBase64(text)}.${toBase64(new Uint8Array(numbers.buffer))}`;
}

/**
 * @param {string} hash
 * @param {string[]} categories
 * @returns {{recipe: import("./project.js").Recipe, trim: import("./shape.js").Trim}|null} null if it names no sound
 */
export function readLink(hash, categories) {
  const [version, text, numbers] = hash.replace(/^#/, "").split(".");
  if (version !== "1" || !text || !numbers) return null;
  try {
    const { trim, ...rest } = JSON.parse(new TextDecoder().decode(fromBase64(text)));
    const bytes = fromBase64(numbers);
    // Nine digits are a number of single precision, in the shortest way; so it is the same again.
    const code = [...new Float32Array(bytes.buffer)].map((v) => Number(v.toPrecision(9)));
    return { recipe: readRecipe({ ...rest, code }, categories), trim: readTrim(trim) };
  } catch {
    return null;
  }
}
