/** The values that a request asks for, and which recordings are nearest to them; as `wishes/wish.py` and `wishes/near.py`. */

import { qualities } from "../model/qualities.js";
import { Refused } from "./refusal.js";

/** @import { Offers, Quality } from "../model/qualities.js" */

/** Values by their names. @typedef {Record<string, number>} Wish */

/** In the engine's order. */
export const WISHES = ["pitch", "sweep", "decay", "attack", "brightness", "noisiness", "body", "air", "loudness"];
const LEVEL = "loudness";
/** A draw with a wish begins at one of this many sounds. */
const FEWEST = 6;

/** The values that a request asks for. @param {Record<string, any>} asked @returns {Wish} */
export function wishOf(asked) {
  return Object.fromEntries(WISHES.filter((name) => asked[name] !== undefined).map((name) => [name, asked[name]]));
}

export class Qualities {
  /** @param {Offers} hello */
  constructor(hello) {
    /** @type {Map<string, Quality>} */
    this._facts = new Map(qualities(hello).map((each) => [each.name, each]));
    this._ranges = hello.wishes ?? {};
  }

  /** What a category has. @param {string} category */
  offered(category) {
    return Object.keys(this._ranges[category]);
  }

  /** Refuse what a category has not, or no drum. @param {Wish} wish @param {string} category */
  check(wish, category) {
    for (const [name, value] of Object.entries(wish)) {
      const facts = this._facts.get(name);
      const offered = this.offered(category);
      if (!facts || !offered.includes(name)) {
        throw new Refused("out-of-range", `${category} has no ${name} that can be wished for; it has ${offered.join(", ")}`);
      }
      const [low, high] = facts.limits;
      if (value >= low && value <= high) continue;
      throw new Refused("out-of-range", `${name} must lie between ${low} and ${high}${facts.unit && ` ${facts.unit}`}, got ${value}`);
    }
  }

  /** The places of the sounds that are nearest to a wish, nearest first. @param {Wish[]} values of each sound @param {Wish} wish @param {string} category */
  nearest(values, wish, category) {
    const distances = values.map((each) => Object.keys(wish).reduce((sum, name) => sum + this._distance(name, each[name], wish[name], category), 0));
    return distances.map((_, place) => place).sort((a, b) => distances[a] - distances[b]).slice(0, FEWEST);
  }

  /** A square, of shares of the category's range. @param {string} name @param {number} has @param {number} wanted @param {string} category */
  _distance(name, has, wanted, category) {
    if (name === LEVEL) return 0;
    const scaled = (/** @type {number} */ value) => (this._facts.get(name)?.logarithmic ? Math.log2(value) : value);
    const [low, , high] = this._ranges[category][name];
    const off = (scaled(has) - scaled(wanted)) / Math.max(scaled(high) - scaled(low), 1e-9);
    return Number.isFinite(off) ? Math.min(off ** 2, 1) : 1;
  }
}
