/** Sounds that lie ready beside the page: it sounds before the model has come. */

import { WISHES, wishOf } from "./wish.js";

/** @import { Asked } from "./answers.js" */

/** A sound that lies ready: what it answers, its file, and its description. @typedef {{type: string, file: string, header: any}} ReadySound */

/** Values of a request that do not tell its sound, and those that a sound that lies ready has. */
const ANY = new Set(["type", "id", "category", "channels", "range", "seed", "engine", "code", "exemplars", "wild"]);
const PLAIN = /** @type {Record<string, unknown>} */ ({ p1: 0, p2: 0, p3: 0, take: 0, velocity: 127, inverter: "refined", to: null, t: 0, blend: 0 });
const NEAR = 1e-6;

export class Ready {
  /** @param {ReadySound[]} sounds @param {(file: string) => Promise<Response>} load */
  constructor(sounds, load) {
    this._sounds = sounds;
    this._load = load;
    /** @type {Map<string, Promise<Int16Array>>} */
    this._samples = new Map();
  }

  /** The sound that answers a request, if it lies ready. @param {Asked} asked */
  find(asked) {
    const isPlain = Object.entries(asked).every(([name, value]) => {
      const isEmpty = Array.isArray(value) && !value.length;
      return ANY.has(name) || WISHES.includes(name) || value === undefined || isEmpty || PLAIN[name] === value;
    });
    if (!isPlain || (asked.type === "generate" && (asked.seed ?? null) !== null)) return null;
    return this._sounds.find(({ type, header }) => {
      if (type !== asked.type || header.category !== asked.category || !isSame(header.wish ?? {}, wishOf(asked))) return false;
      return type === "generate" || (isNear(header.code, asked.code) && isNear(header.exemplars ?? [], asked.exemplars ?? []));
    }) ?? null;
  }

  /** @param {string} file @returns {Promise<Int16Array>} */
  samples(file) {
    const kept = this._samples.get(file) ?? this._load(file).then((each) => each.arrayBuffer()).then((data) => new Int16Array(data));
    this._samples.set(file, kept);
    return kept;
  }
}

/** @param {Record<string, number>} wish @param {Record<string, number>} other */
function isSame(wish, other) {
  const names = Object.keys(wish);
  return names.length === Object.keys(other).length && isNear(names.map((name) => wish[name]), names.map((name) => other[name]));
}

/** @param {number[]} some @param {number[]} others */
function isNear(some, others) {
  return some.length === others?.length && some.every((each, i) => Math.abs(each - others[i]) < NEAR);
}
