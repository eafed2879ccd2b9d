/** Kits in the browser: some lie ready, and each can be varied and drawn again; as `kits/change.py`. */

import { monoOf, peakOf } from "./heard.js";
import { loudness } from "./loudness.js";
import { RandomState } from "./random.js";
import { Refused } from "./refusal.js";

/** @import { Recipe } from "./answers.js" */
/** @import { Heard } from "./heard.js" */
/** @import { Drawn, Latent } from "./latent.js" */
/** @import { Wish } from "./wish.js" */

/** A voice of a kit's file. @typedef {{name: string, note: number, family: string, locked: boolean, level_db: number, recipe: any, own: string[]}} Voice */
/** Makes a sound, draws one, and tells the number of an own sound of a compact form in base64. @typedef {{render: (recipe: Recipe) => Heard, draw: (category: number, seed: number, wild: number, wish: Wish) => Drawn, numberOf: (form: string) => number}} Make */
/** @typedef {{name: string, model: string, voices: Voice[], [key: string]: any}} KitFile */

const MOST_SEED = 2 ** 32 - 1;
const LEVEL_DB = [-60, 24];

export class Kits {
  /** @param {Latent} latent @param {Make} make @param {number} rate @param {string} model */
  constructor(latent, make, rate, model) {
    this._latent = latent;
    this._make = make;
    this._rate = rate;
    this._model = model;
  }

  /** A kit like another one; locked voices stay. @param {KitFile} kit @param {number} amount @param {number} seed */
  vary(kit, amount, seed) {
    this._check(kit);
    const random = new RandomState(seed);
    /** @type {Map<string, Float32Array>} the step of each family */
    const steps = new Map();
    const voices = kit.voices.map((voice) => {
      const family = voice.family || ` ${voice.note}`;
      if (!steps.has(family)) steps.set(family, this._latent.deviation(this._index(voice), Math.floor(random.uniform() * MOST_SEED)));
      const step = /** @type {Float32Array} */ (steps.get(family));
      if (voice.locked || amount === 0) return voice;
      const code = Float32Array.from(voice.recipe.code, (/** @type {number} */ each, i) => each + Math.fround(amount * step[i]));
      return this._holding(voice, { ...voice.recipe, code: [...code] });
    });
    return { ...kit, voices };
  }

  /** A kit in which a voice is drawn again, with its family. @param {KitFile} kit @param {string} name @param {number} seed @param {number} wild */
  swap(kit, name, seed, wild) {
    this._check(kit);
    const voice = kit.voices.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!voice) throw new Refused("out-of-range", `the kit has no voice '${name}'; there are ${kit.voices.map((each) => each.name).join(", ")}`);
    if (voice.locked) throw new Refused("out-of-range", `the voice '${voice.name}' is locked; unlock it first`);
    const isOne = (/** @type {Voice} */ each) => each === voice || (voice.family !== "" && each.family === voice.family);
    const first = /** @type {Voice} */ (kit.voices.find(isOne));
    const { code, exemplars } = this._make.draw(this._index(first), seed, wild, first.recipe.wish ?? {});
    const pairs = exemplars.flatMap((number, i) => (i % 2 ? [] : [[number, exemplars[i + 1]]]));
    const recordings = pairs.map(([number]) => {
      const { name: file, source, licence, attribution } = this._latent.exemplars[number];
      return { name: file, source, licence, attribution };
    });
    const voices = kit.voices.map((each) => {
      if (!isOne(each) || each.locked) return each;
      const drawn = { ...each.recipe };
      for (const name of ["anchors", "blend"]) delete drawn[name];
      return this._holding(each, { ...drawn, seed, take: 0, code: [...code], exemplars: pairs, recordings }, []);
    });
    return { ...kit, voices };
  }

  /** @param {KitFile} kit */
  _check(kit) {
    if (!Array.isArray(kit.voices)) throw new Refused("bad-message", "the kit: is no kit");
    if (kit.model !== this._model) throw new Refused("out-of-range", `the kit was made with model ${String(kit.model).slice(0, 12)}, this is ${this._model.slice(0, 12)}`);
  }

  /** @param {Voice} voice */
  _index({ recipe }) {
    const index = this._latent.categories.indexOf(recipe.category);
    if (index < 0) throw new Refused("unknown-category", `no category '${recipe.category}'`);
    return index;
  }

  /** A voice with another sound, as loud as the one before. @param {Voice} voice @param {any} recipe @param {string[]} [own] @returns {Voice} */
  _holding(voice, recipe, own = voice.own ?? []) {
    const [before, after] = [this._sound(voice.recipe, voice.own ?? []), this._sound(recipe, own)];
    return { ...voice, recipe, own, level_db: levelHeld(voice.level_db, before, after, this._rate) };
  }

  /** @param {any} recipe of a voice @param {string[]} own its own sounds @returns {Heard} */
  _sound({ anchors = [], category, code, take = 0, exemplars = [], to = null, t = 0, blend = 0, wish = {}, velocity = 127 }, own) {
    const shares = own.flatMap((form, i) => [this._make.numberOf(form), anchors[i]?.share ?? 1]);
    const begins = [...shares, ...exemplars.flat()];
    return this._make.render({ category, code: Float32Array.from(code), seed: null, to, t, take, exemplars: begins, blend, wild: 1, wish, velocity });
  }
}

/**
 * The level at which a sound is as loud as the one before it in its voice.
 * @param {number} level of the one before, in dB @param {Heard} before @param {Heard} after @param {number} rate in Hz
 */
export function levelHeld(level, before, after, rate) {
  const change = loudness(monoOf(before), rate) - loudness(monoOf(after), rate);
  const peak = Math.max(peakOf(after.samples), 1e-9);
  const held = Math.min(level + (Number.isFinite(change) ? change : 0), Math.max(-20 * Math.log10(peak), level));
  return Math.round(100 * Math.min(Math.max(held, LEVEL_DB[0]), LEVEL_DB[1])) / 100;
}
