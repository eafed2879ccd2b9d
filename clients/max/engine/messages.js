/** Max messages and what the engine takes and gives: the addresses and values of docs/protocol.md. */

import { Refused } from "../../../src/neural_drum_machine/web/js/engine/refusal.js";

/** @import { Asked } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { SoundHeader, ValuesReply } from "../../../src/neural_drum_machine/web/js/net/messages.js" */

/** @typedef {string|number} Atom */
/** @typedef {Atom[]} Message */
/** What the engine says of strokes. @typedef {{id: number, of: number, samples: number, sr: number, velocities: number[]}} LayersHeader */
/** A file of a kit. @typedef {{note: number, choke: number, path: string, name: string}} KitSound */

/** The values that come first in each request. */
const FIRST = /** @type {Record<string, string[]>} */ ({
  generate: ["id", "category", "p1", "p2", "p3"], random: ["id", "category"], variation: ["id", "of", "amount"],
  bend: ["id", "of", "p1", "p2", "p3"], layers: ["id", "of"], describe: ["id", "of"], encode: ["id", "of"],
  upload: ["id", "total", "sr"], open: ["id", "path"], kit: ["id"],
});
const WORDS = new Set(["category", "inverter", "to", "path"]);
/** The values of a sound after its path. */
const SOUND = ["ms", "peak", "samples", "sr", "length", "category", "seed", "p1", "p2", "p3", "inverter", "wild", "take"];

export const REQUESTS = Object.keys(FIRST);

/**
 * The request in a message.
 * @param {string} type
 * @param {Message} values
 * @returns {Asked}
 * @throws {Refused}
 */
export function requestOf(type, values) {
  const first = FIRST[type];
  const asked = /** @type {Asked} */ ({ type });
  first.forEach((name, i) => (asked[name] = checked(name, values[i])));
  const pairs = values.slice(first.length);
  for (let i = 0; i < pairs.length; i += 2) asked[String(pairs[i])] = checked(String(pairs[i]), pairs[i + 1]);
  return asked;
}

/** @param {string} name @param {Atom|undefined} value @returns {Atom} */
function checked(name, value) {
  if (value === undefined) throw new Refused("bad-message", `${name} is missing`);
  const isNumber = typeof value === "number" && Number.isFinite(value);
  if (isNumber === WORDS.has(name)) throw new Refused("bad-message", `${name} must be a ${isNumber ? "word" : "number"}, got ${value}`);
  // Single precision, as OSC and Live's parameters have it: so a set gives the very number again.
  return isNumber && !Number.isInteger(value) ? Math.fround(value) : value;
}

/** The answer to hello. @param {import("../../../src/neural_drum_machine/web/js/engine/answers.js").Facts["hello"]} hello @returns {Message[]} */
export function helloMessages(hello) {
  return [
    ["/ndm/hello", hello.protocol, hello.program, hello.model, hello.hash],
    ["/ndm/format", hello.sr, hello.length],
    ["/ndm/ranges", ...hello.ranges],
    ["/ndm/inverters", ...hello.inverters],
    ...Object.entries(hello.axes).map(([category, names]) => ["/ndm/axes", category, ...names]),
    ["/ndm/categories", ...hello.categories],
  ];
}

/** @param {SoundHeader} sound @param {string} path @returns {Message} */
export function soundMessage(sound, path) {
  const values = /** @type {Record<string, any>} */ (sound);
  return ["/ndm/sound", sound.id, path, ...SOUND.map((name) => values[name])];
}

/** @param {ValuesReply} values @returns {Message} */
export function valuesMessage({ id, of, category, values }) {
  return ["/ndm/values", id, of, category, ...Object.entries(values).flat()];
}

/** @param {LayersHeader} layers @param {string} path @returns {Message} */
export function layersMessage({ id, of, samples, sr, velocities }, path) {
  return ["/ndm/layers", id, of, path, samples, sr, ...velocities];
}

/** @param {number} id @param {string} name @param {string} folder @param {KitSound[]} sounds @returns {Message} */
export function kitMessage(id, name, folder, sounds) {
  return ["/ndm/kit", id, name, folder, ...sounds.flatMap(({ note, choke, path, name: voice }) => [note, choke, path, voice])];
}
