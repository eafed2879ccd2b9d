/** Codes: the places on the axes, draws and variations, as `latent/` and `exemplars/draw.py` have them. */

import { RandomState } from "./random.js";

/** @import { Exemplar, ModelFile } from "./model-file.js" */

const AXES = 3;
const MOVE = 0.8;
const GOLDEN = 2654435769;
const CATEGORY = 362436069;
/** Most exemplars of a sound. */
const MOST = 4;
export const MAX_CONTROL = 8;

/** A code with the exemplars that its sound begins at: number, share, number, share … @typedef {{code: Float32Array, exemplars: number[]}} Drawn */

export class Latent {
  /** @param {ModelFile} file @param {number[][]} scales what P1, P2 and P3 of each category are multiplied by */
  constructor(file, scales) {
    const { categories, latent_dim: dim, exemplars } = file.header;
    this.categories = categories;
    this.dim = dim;
    this._scales = scales;
    this._axes = numbersOf(file, "controls.axes");
    this._ofAll = file.shape("controls.axes").length === 2;
    this._means = numbersOf(file, "codes.mean");
    this._covariances = numbersOf(file, "codes.covariance");
    this._about = file.numbers("mixture.covariance") ?? this._covariances;
    /** @type {Exemplar[]} */
    this.exemplars = exemplars?.exemplars ?? [];
    this._codes = file.numbers("exemplars.codes") ?? new Float32Array();
    /** @type {Map<string, Float64Array>} */
    this._factors = new Map();
  }

  /** @param {number} category */
  mean(category) {
    return this._means.slice(category * this.dim, (category + 1) * this.dim);
  }

  /** Where a code lies on the three axes. @param {number} category @param {Float32Array} code */
  position(category, code) {
    return Array.from({ length: AXES }, (_, axis) => {
      const at = this._axis(category, axis);
      let sum = 0;
      for (let i = 0; i < this.dim; i++) sum += this._axes[at + i] * (code[i] - this._means[category * this.dim + i]);
      return sum / this._scales[category][axis];
    });
  }

  /** A code moved along the axes to a place. @param {number} category @param {Float32Array} code @param {number[]} place */
  moved(category, code, place) {
    const here = this.position(category, code);
    const steps = place.map((wanted, axis) => (wanted - here[axis]) * this._scales[category][axis]);
    return code.map((value, i) => value + steps.reduce((sum, step, axis) => sum + step * this._axes[this._axis(category, axis) + i], 0));
  }

  /** A step from a code of a category to a neighbour of the same kind. @param {number} category @param {number} seed */
  deviation(category, seed) {
    return Float32Array.from(this._normal("about", this._about, category, new RandomState(seed)));
  }

  /** The standard deviations of a category's codes. @param {number} category */
  deviations(category) {
    const { dim } = this;
    return Float32Array.from({ length: dim }, (_, i) => Math.sqrt(this._covariances[(category * dim + i) * dim + i]));
  }

  /**
   * Draw a sound; without a seed it is the category's middle.
   * @param {number} category @param {number|null} seed @param {number} wild @param {number[]} [among] exemplars to begin at
   * @returns {Drawn}
   */
  draw(category, seed, wild, among) {
    const kits = among?.map((number) => [number]) ?? this._kits(category);
    if (seed === null) {
      const code = this.mean(category);
      return { code, exemplars: kits.length ? [this._nearest(kits.flat(), code), 1] : [] };
    }
    const place = ((Math.imul(seed, GOLDEN) + Math.imul(category, CATEGORY)) >>> 0) / 2 ** 32;
    const random = new RandomState(seed);
    const kit = kits[Math.floor(place * kits.length)];
    const number = kit[Math.floor(random.uniform() * kit.length)];
    const move = Float32Array.from(this._normal("spread", this._covariances, category, random), (each) => wild * MOVE * each);
    return { code: this.codeOf(number).map((value, i) => value + move[i]), exemplars: [number, 1] };
  }

  /** @param {number} category @param {number} axis */
  _axis(category, axis) {
    return ((this._ofAll ? 0 : category * AXES) + axis) * this.dim;
  }

  /** The code of an exemplar. @param {number} number */
  codeOf(number) {
    return this._codes.slice(number * this.dim, (number + 1) * this.dim);
  }

  /** The numbers of a category's exemplars. @param {number} category */
  numbers(category) {
    return this._kits(category).flat();
  }

  /** The numbers of a category's exemplars, a list for each kit. @param {number} category */
  _kits(category) {
    /** @type {Map<string, number[]>} */
    const kits = new Map();
    this.exemplars.forEach((each, number) => {
      if (each.category !== this.categories[category]) return;
      const kit = kits.get(each.kit);
      if (kit) kit.push(number);
      else kits.set(each.kit, [number]);
    });
    return [...kits.values()];
  }

  /** @param {number[]} numbers @param {Float32Array} code */
  _nearest(numbers, code) {
    const distances = numbers.map((number) => this.codeOf(number).reduce((sum, value, i) => sum + (value - code[i]) ** 2, 0));
    return numbers[distances.indexOf(Math.min(...distances))];
  }

  /** @param {string} name @param {Float32Array} covariances @param {number} category @param {RandomState} random */
  _normal(name, covariances, category, random) {
    const key = `${name} ${category}`;
    const { dim } = this;
    let factor = this._factors.get(key);
    if (!factor) {
      factor = cholesky(covariances.subarray(category * dim * dim, (category + 1) * dim * dim), dim);
      this._factors.set(key, factor);
    }
    const normals = random.normals(dim);
    const out = new Float64Array(dim);
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j <= i; j++) out[i] += factor[i * dim + j] * normals[j];
    }
    return out;
  }
}

/** @param {ModelFile} file @param {string} name */
function numbersOf(file, name) {
  const numbers = file.numbers(name);
  if (!numbers) throw new Error(`the model has no ${name}`);
  return numbers;
}

/** The lower triangle whose product with its transpose is a matrix. @param {Float32Array} matrix @param {number} n */
function cholesky(matrix, n) {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= out[i * n + k] * out[j * n + k];
      out[i * n + j] = i === j ? Math.sqrt(sum) : sum / out[j * n + j];
    }
  }
  return out;
}

/**
 * The exemplars of a sound between two others, as `exemplars/overlay.py` has them.
 * @param {number[]} first @param {number[]} second number, share, number, share … @param {number} t
 */
export function between(first, second, t) {
  if (t === 0 || !second.length) return t < 1 ? first : [];
  if (t === 1 || !first.length) return second;
  /** @type {Map<number, number>} */
  let shares = new Map();
  for (const [list, weight] of /** @type {[number[], number][]} */ ([[first, 1 - t], [second, t]])) {
    for (let i = 0; i < list.length; i += 2) shares.set(list[i], (shares.get(list[i]) ?? 0) + weight * list[i + 1]);
  }
  if (shares.size > MOST) {
    const strongest = [...shares].sort((a, b) => b[1] - a[1]).slice(0, MOST);
    const total = strongest.reduce((sum, [, share]) => sum + share, 0);
    shares = new Map(strongest.map(([number, share]) => [number, share / total]));
  }
  return [...shares]
    .sort((a, b) => a[0] - b[0])
    .map(([number, share]) => [number, Math.round(share * 1e6) / 1e6])
    .filter(([, share]) => share)
    .flat();
}
