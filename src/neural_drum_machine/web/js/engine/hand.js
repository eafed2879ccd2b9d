/** A hand that strikes a drum again and again: no two hits are equal; as `kits/hand.py`. */

import { louder, monoOf, peakOf } from "./heard.js";
import { loudness } from "./loudness.js";
import { RandomState } from "./random.js";
import { LOUDEST } from "../model/recipe.js";
import { softness } from "../model/velocity.js";

/** @import { Heard } from "./heard.js" */
/** @import { Latent } from "./latent.js" */

/** The sizes of moves by category, and the categories whose hits share their noise. @typedef {{sizes: Record<string, number>, of_one_noise: string[]}} HandFacts */
/** A drum that is struck. @typedef {{category: string, index: number, code: Float32Array, take: number}} Drum */
/** Makes a stroke. @typedef {(change: {code?: Float32Array, take?: number, velocity: number}) => Heard} Strike */

const MEMORY = 0.6;
const SOFTER = 0.5;
const LEAN = 0.3;
const MOST_OVER = 2;
const TAKES = 64;

export class Hand {
  /** @param {Latent} latent @param {HandFacts} facts @param {Drum} drum @param {Strike} strike @param {number} seed @param {number} amount @param {number} rate */
  constructor(latent, facts, drum, strike, seed, amount, rate) {
    this.latent = latent;
    this.facts = facts;
    this.drum = drum;
    this.strike = strike;
    this.amount = amount;
    this.rate = rate;
    this._random = new RandomState(seed);
    this._axis = latent.deviations(drum.index)[0];
    this._move = new Float32Array(drum.code.length);
    /** @type {number[]} */
    this._takes = [];
    /** @type {number|null} */
    this._velocity = null;
  }

  /** Equally loud strokes of one strength, each made when it is asked for: the drum itself, then hits. @param {number} velocity @param {number} count */
  *strokes(velocity, count) {
    const plain = this.strike({ velocity });
    yield plain;
    const wanted = loudness(monoOf(plain), this.rate);
    for (let i = 1; i < count; i++) yield this._hit(velocity, wanted);
  }

  /** @param {number} velocity @param {number} wanted its loudness */
  _hit(velocity, wanted) {
    const before = this._velocity ?? velocity;
    this._velocity = velocity;
    const seed = this._random.seed();
    if (this.amount === 0) return this.strike({ velocity });
    const fresh = this.latent.deviation(this.drum.index, seed);
    const size = this.facts.sizes[this.drum.category] * (1 + SOFTER * softness(velocity)) * Math.sqrt(1 - MEMORY ** 2);
    const lean = (LEAN * (velocity - before)) / (LOUDEST - 1);
    this._move = this._move.map((each, i) => MEMORY * each + size * fresh[i] + lean * this._axis);
    const code = this.drum.code.map((each, i) => each + this.amount * this._move[i]);
    return this._asLoud(this.strike({ code, take: this._take(), velocity }), wanted);
  }

  _take() {
    if (this.facts.of_one_noise.includes(this.drum.category)) return this.drum.take;
    if (!this._takes.length) this._takes = this._random.permutation(TAKES);
    return /** @type {number} */ (this._takes.pop());
  }

  /** @param {Heard} heard @param {number} wanted */
  _asLoud(heard, wanted) {
    const own = loudness(monoOf(heard), this.rate);
    if (!Number.isFinite(own) || !Number.isFinite(wanted)) return heard;
    return louder(heard, Math.min(10 ** ((wanted - own) / 20), MOST_OVER / peakOf(heard.samples)));
  }
}
