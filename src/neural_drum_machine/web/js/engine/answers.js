/**
 * From requests to answers, as the server gives them (docs/protocol-web.md). What the engine lacks is refused as
 * `unsupported`: taught axes, exports, and own sounds unless `owns` is there. Over 250 lines, because one class
 * answers every type of request.
 */

import { keepRecent } from "../model/keep-recent.js";
import { FIRST_OWN, LOUDEST } from "../model/recipe.js";
import { LAYERS } from "../model/velocity.js";
import { Hand } from "./hand.js";
import { countOf, cut, drawnSound, pcmOf, peakOf, withinFullScale } from "./heard.js";
import { Kits } from "./kits.js";
import { MAX_CONTROL, between } from "./latent.js";
import { message } from "./message.js";
import { RandomState } from "./random.js";
import { Refused, unsupported } from "./refusal.js";
import { strokeOf } from "./strike.js";
import { Qualities, WISHES, wishOf } from "./wish.js";

/** @import { HelloReply } from "../net/messages.js" */
/** @import { HandFacts } from "./hand.js" */
/** @import { Heard } from "./heard.js" */
/** @import { Latent } from "./latent.js" */
/** @import { Native, NativeSound } from "./native.js" */
/** @import { OwnSounds, Planned } from "./own/own-sounds.js" */
/** @import { ReadySound } from "./ready.js" */
/** @import { Shaper } from "./shaper.js" */
/** @import { Wish } from "./wish.js" */
/** @import { VelocityCurves } from "./strike.js" */

/**
 * What `ndm site` tells beside the model.
 * @typedef {object} Facts
 * @property {HelloReply & {type: "hello"}} hello
 * @property {number} model_bytes of the model file
 * @property {number[][]} scales
 * @property {VelocityCurves} velocity
 * @property {HandFacts} hand
 * @property {(number|null)[][]} exemplar_values of each exemplar, in the order of the qualities
 * @property {{brightness: number[][], decay: number[][]}[]} maps of the categories, in their order
 * @property {object} styles the answer to `styles`, without its id
 * @property {ReadySound[]} ready
 */
/** A request as it came. @typedef {{type: string, id: number, [name: string]: any}} Asked */
/** A sound that can be made again. @typedef {{category: string, code: Float32Array, seed: number|null, to: string|null, t: number, take: number, exemplars: number[], blend: number, wild: number, wish: Wish, velocity: number}} Recipe */

const KEPT = 64;
/** Sounds that are kept without their wish. */
const PLAIN_SOUNDS = 4;
/** Draws that are tried for a steady pitch. */
const DRAWS = 8;
const OF_PROGRAM = /** @type {Record<string, string>} */ ({
  axis: "An axis that you teach", groove_import: "A MIDI file",
  groove_export: "A MIDI file", humanize: "A loop as a file", export_kit: "A kit for another program",
});

export class Answers {
  /** @param {Facts} facts @param {Latent} latent @param {Native} native @param {Shaper} shaper */
  constructor(facts, latent, native, shaper) {
    this._facts = facts;
    this._latent = latent;
    this._native = native;
    this._shaper = shaper;
    this._qualities = new Qualities(facts.hello);
    /** @type {Wish[]} */
    this._exemplarValues = facts.exemplar_values.map((row) => Object.fromEntries(WISHES.map((name, i) => [name, row[i] ?? NaN])));
    /** @type {Map<string, Heard>} */
    this._plainSounds = new Map();
    /** What knows the user's own sounds, once there is one. @type {OwnSounds|null} */
    this.owns = null;
    this._rate = facts.hello.sr;
    /** @type {Map<number, Recipe>} the last sounds, by their requests' ids */
    this._recent = new Map();
    const make = {
      render: (/** @type {Recipe} */ recipe) => this.render(recipe), draw: this._draw.bind(this),
      numberOf: (/** @type {string} */ form) => this._ownSounds().numberOf(form),
    };
    this._kits = new Kits(latent, make, this._rate, facts.hello.hash);
  }

  /**
   * Answer a request that needs the model.
   * @param {Asked} asked
   * @returns {ArrayBuffer|string} a binary message, or a text
   */
  answer(asked) {
    if (asked.type === "layers") return atOnce(this.layers(asked));
    if (asked.type === "describe") return this._describe(asked);
    if (asked.type === "kit_vary" || asked.type === "kit_swap") return JSON.stringify({ type: "kit", id: asked.id, kit: this._kit(asked) });
    const began = performance.now();
    if (asked.type === "own") return JSON.stringify({ type: "own", id: asked.id, number: this._offered("A sample of your own").take(asked) });
    const planned = asked.type === "upload" ? this._offered("A sample of your own").upload(asked) : asked.type === "encode" ? this._encode(asked) : null;
    return this._sound(asked, this._recipe(asked, planned?.recipe), began, planned);
  }

  /** Know a sound that was answered before the model had come. @param {Asked} asked */
  remember(asked) {
    this._keep(asked.id, this._recipe(asked));
  }

  /** @param {Asked} asked @param {Recipe} [known] @returns {Recipe} */
  _recipe(asked, known) {
    if (asked.axes?.length) throw unsupported("An axis that you teach");
    const makers = /** @type {Record<string, (asked: Asked) => Recipe>} */ ({
      generate: (each) => this._generate(each), random: (each) => this._random(each), variation: (each) => this._variation(each),
      bend: (each) => this._bend(each), recall: (each) => this._described(each), move: (each) => this._move(each), morph: (each) => this._morph(each),
    });
    const make = known ? () => known : makers[asked.type];
    if (!make) throw OF_PROGRAM[asked.type] ? unsupported(OF_PROGRAM[asked.type]) : new Refused("bad-message", `no type ${asked.type}`);
    const recipe = make(asked);
    recipe.take = within("take", asked.take ?? 0, 0, this._facts.hello.limits.takes - 1);
    recipe.velocity = within("velocity", asked.velocity ?? LOUDEST, 1, LOUDEST);
    recipe.blend = within("blend", asked.blend ?? recipe.blend, 0, 1);
    if (asked.inverter && !this._facts.hello.inverters.includes(asked.inverter)) {
      throw new Refused("unknown-inverter", `no inverter '${asked.inverter}'; there are ${this._facts.hello.inverters.join(", ")}`);
    }
    return recipe;
  }

  /** @param {Asked} asked */
  _generate(asked) {
    const wild = asked.wild ?? 1;
    const index = this._index(asked.category);
    const wish = wishOf(asked);
    const { code, exemplars } = this._draw(index, asked.seed ?? null, wild, wish);
    return { ...plain(asked.category, this._latent.moved(index, code, placeOf(asked)), exemplars), seed: asked.seed ?? null, wild, wish };
  }

  /** @param {Asked} asked */
  _random(asked) {
    const seed = asked.seed ?? newSeed();
    const wild = asked.wild ?? 1;
    const wish = wishOf(asked);
    const { code, exemplars } = this._draw(this._index(asked.category), seed, wild, wish);
    return { ...plain(asked.category, code, exemplars), seed, wild, wish };
  }

  /**
   * Draw a sound; with a wish, it begins at one of the exemplars that are nearest.
   * @param {number} category @param {number|null} seed @param {number} wild @param {Wish} wish
   */
  _draw(category, seed, wild, wish) {
    const name = this._latent.categories[category];
    const numbers = this._latent.numbers(category);
    this._qualities.check(wish, name);
    if (seed === null || !Object.keys(wish).length || !numbers.length) return this._latent.draw(category, seed, wild);
    const values = numbers.map((number) => this._exemplarValues[number]);
    const among = this._qualities.nearest(values, wish, name).map((place) => numbers[place]);
    let drawn = this._latent.draw(category, seed, wild, among);
    if (wish.pitch === undefined) return drawn;
    // A move may take the pitch away. Then others of the seed are tried.
    const random = new RandomState(seed);
    for (let i = 0; i < DRAWS; i++) {
      const other = random.seed();
      const { pitch } = this._shaper.describe(this.render(plain(name, drawn.code, drawn.exemplars)));
      if (Math.abs(Math.log2(pitch / wish.pitch)) <= 1) break;
      drawn = this._latent.draw(category, other, wild, among);
    }
    return drawn;
  }

  /** @param {Asked} asked */
  _variation(asked) {
    const origin = this._find(asked.of);
    const seed = asked.seed ?? newSeed();
    const wild = asked.wild ?? 1;
    const step = Math.fround(asked.amount * wild);
    const deviation = this._latent.deviation(this._index(origin.category), seed);
    const wish = { ...origin.wish, ...wishOf(asked) };
    return { ...origin, seed, wild, wish, code: origin.code.map((each, i) => each + Math.fround(step * deviation[i])) };
  }

  /** @param {Asked} asked */
  _bend(asked) {
    const origin = this._find(asked.of);
    const index = this._index(origin.category);
    const by = placeOf(asked);
    let { code } = origin;
    if (by.some((each) => each !== 0)) {
      const place = this._latent.position(index, code).map((each, i) => Math.min(Math.max(each + by[i], -MAX_CONTROL), MAX_CONTROL));
      code = this._latent.moved(index, code, place);
    }
    const ends = asked.to ? { to: asked.to, t: asked.t ?? 1 } : {};
    return { ...origin, ...ends, code, blend: 0, wild: 1, wish: { ...origin.wish, ...wishOf(asked) } };
  }

  /** @param {Asked} asked @returns {Recipe} */
  _described(asked) {
    this._index(asked.category);
    const made = plain(asked.category, this._code(asked.code), asked.exemplars ?? []);
    return { ...made, seed: asked.seed ?? null, to: asked.to ?? null, t: asked.t ?? 0, wish: wishOf(asked) };
  }

  /** @param {Asked} asked */
  _move(asked) {
    const recipe = this._described(asked);
    recipe.code = this._latent.moved(this._index(asked.category), recipe.code, placeOf(asked));
    return recipe;
  }

  /** @param {Asked} asked @returns {Recipe} */
  _morph(asked) {
    const [one, other] = [this._code(asked.code), this._code(asked.to_code)];
    const [near, far] = [Math.fround(1 - asked.t), Math.fround(asked.t)];
    const code = one.map((each, i) => Math.fround(near * each) + Math.fround(far * other[i]));
    this._index(asked.category);
    const exemplars = between(asked.exemplars ?? [], asked.to_exemplars ?? [], asked.t);
    return { ...plain(asked.category, code, exemplars), to: asked.to, t: asked.t, wish: wishOf(asked) };
  }

  /** @param {number[]} code */
  _code(code) {
    if (code.length !== this._latent.dim) throw new Refused("out-of-range", `this model's codes are ${this._latent.dim} numbers, got ${code.length}`);
    return Float32Array.from(code);
  }

  /** @param {string} category */
  _index(category) {
    const index = this._latent.categories.indexOf(category);
    if (index < 0) throw new Refused("unknown-category", `no category '${category}'; there are ${this._latent.categories.join(", ")}`);
    return index;
  }

  /** @param {number} of */
  _find(of) {
    const found = this._recent.get(of);
    if (!found) throw new Refused("unknown-sound", `no sound of request ${of} is remembered; the last ${KEPT} are`);
    return found;
  }

  /** A recipe whose blend has arrived at one of its ends is of one category. @param {Recipe} recipe @returns {Recipe} */
  _arrived(recipe) {
    if (recipe.to === null || recipe.to === recipe.category || recipe.t === 0) return { ...recipe, to: null, t: 0 };
    return recipe.t === 1 ? { ...recipe, category: recipe.to, to: null, t: 0 } : recipe;
  }

  /** @param {Recipe} recipe @returns {Heard} */
  render(recipe) {
    const { category, to, t, wish, velocity } = recipe;
    let heard = this._plain(recipe);
    if (Object.keys(wish).length) {
      this._qualities.check(wish, category);
      heard = this._shaper.finished(heard, wish, this._qualities.offered(category));
    }
    if (velocity === LOUDEST) return heard;
    const shares = to === null ? { [category]: 1 } : { [category]: 1 - t, [to]: t };
    return this._shaper.struck(heard, strokeOf(this._facts.velocity, shares, velocity));
  }

  /** A sound without its wish and at full velocity, which are kept while a knob is turned. @param {Recipe} recipe @returns {Heard} */
  _plain({ category, code, take, exemplars, to, t, blend, wish, velocity }) {
    const sound = { category: this._index(category), code, take, exemplars, to: this._index(to ?? category), t };
    const isOwn = exemplars.some((number, i) => i % 2 === 0 && number >= FIRST_OWN);
    const make = () => (isOwn ? this._ownSounds().render(sound, blend) : this._drawn(sound));
    if (velocity === LOUDEST && !Object.keys(wish).length) return make();
    const key = JSON.stringify({ ...sound, code: [...code], blend });
    const heard = this._plainSounds.get(key) ?? make();
    keepRecent(this._plainSounds, key, heard, PLAIN_SOUNDS);
    return heard;
  }

  /** @param {NativeSound} sound @returns {Heard} */
  _drawn(sound) {
    return drawnSound(this._native.render(sound), this._rate);
  }

  _ownSounds() {
    if (!this.owns) throw new Refused("unknown-sound", "no own sounds are known here; send their compact forms or their files again");
    return this.owns;
  }

  /** What only an engine with own sounds has. @param {string} what */
  _offered(what) {
    if (!this.owns) throw unsupported(what);
    return this.owns;
  }

  /** The recipe of an earlier sound in another category. @param {Asked} asked @returns {Planned} */
  _encode(asked) {
    const owns = this._offered("Turning a sound into another drum");
    const origin = this._find(asked.of);
    return owns.encoded(this.render(origin), asked.category ?? origin.category, `sound ${asked.of}`);
  }

  /** @param {Asked} asked @param {Recipe} plan @param {number} began @param {Planned|null} brought what a sample of one's own adds */
  _sound(asked, plan, began, brought) {
    const recipe = this._arrived(plan);
    const heard = cut(this.render(recipe), asked.length, this._rate);
    this._keep(asked.id, recipe);
    const [p1, p2, p3] = this._latent.position(this._index(recipe.category), recipe.code);
    const channels = asked.channels ?? 1;
    const recordings = recipe.exemplars
      .filter((number, i) => i % 2 === 0 && number < FIRST_OWN)
      .map((number) => this._latent.exemplars[number])
      .map(({ name, source, licence, attribution }) => ({ name, source, licence, attribution }));
    const samples = countOf(heard);
    const isOwn = recipe.exemplars.some((number) => number >= FIRST_OWN);
    const header = {
      type: "sound", id: asked.id, ms: performance.now() - began, peak: peakOf(heard.samples),
      samples, sr: this._rate, length: (1000 * samples) / this._rate,
      category: recipe.category, seed: recipe.seed ?? -1, p1, p2, p3,
      inverter: this._facts.hello.inverters[0], wild: recipe.wild, take: recipe.take,
      ...(channels > 1 ? { channels } : {}),
      code: [...recipe.code], to: recipe.to, t: recipe.t,
      ...(recipe.exemplars.length ? { exemplars: recipe.exemplars } : {}),
      ...(isOwn && recipe.blend ? { blend: recipe.blend } : {}),
      ...(Object.keys(recipe.wish).length ? { wish: recipe.wish } : {}),
      ...(recipe.velocity < LOUDEST ? { velocity: recipe.velocity } : {}),
      ...(recordings.length ? { recordings } : {}),
      engine: "native",
      fidelity: null, original: brought?.original ? countOf(brought.original) : 0,
      ...brought?.headerOf(heard),
    };
    const original = brought?.original ? [pcmOf(brought.original, header.original, channels)] : [];
    return message(header, [pcmOf(heard, samples, channels), ...original]);
  }

  /** @param {Asked} asked */
  _kit(asked) {
    const seed = asked.seed ?? newSeed();
    if (asked.type === "kit_vary") return this._kits.vary(asked.kit, within("amount", asked.amount ?? 0.35, 0, this._facts.hello.limits.amount), seed);
    return this._kits.swap(asked.kit, asked.voice, seed, within("wild", asked.wild ?? 1, 0, this._facts.hello.limits.wild));
  }

  /** @param {number} id @param {Recipe} recipe */
  _keep(id, recipe) {
    keepRecent(this._recent, id, recipe, KEPT);
  }

  /** @param {Asked} asked */
  _describe({ id, of }) {
    const origin = this._find(of);
    const values = this._shaper.describe(this.render(origin));
    const has = this._qualities.offered(origin.category).filter((name) => Number.isFinite(values[name]));
    return JSON.stringify({ type: "values", id, of, category: origin.category, values: Object.fromEntries(has.map((name) => [name, values[name]])) });
  }

  /**
   * The answer to `layers`, a stroke a step, so that other requests can be answered in between.
   * @param {Asked} asked
   * @returns {Generator<void, ArrayBuffer>}
   */
  *layers(asked) {
    const origin = this._find(asked.of);
    const hits = asked.hits ?? 1;
    const channels = asked.channels ?? 1;
    const velocities = hits === 1 ? LAYERS : [LOUDEST, ...LAYERS].flatMap((each) => Array(hits).fill(each));
    /** @type {Heard[]} */
    const sounds = [];
    for (const stroke of hits === 1 ? this._softer(origin) : this._hits(origin, asked)) {
      sounds.push(cut(stroke, asked.length, this._rate));
      yield;
    }
    const samples = Math.max(...sounds.map(countOf));
    const header = { type: "layers", id: asked.id, of: asked.of, samples, sr: this._rate, channels, velocities };
    return message(header, sounds.map((each) => pcmOf(each, samples, channels)));
  }

  /** @param {Recipe} origin */
  *_softer(origin) {
    for (const velocity of LAYERS) yield this.render({ ...origin, velocity });
  }

  /** @param {Recipe} origin @param {Asked} asked */
  *_hits(origin, { hits, seed = newSeed(), amount = 1 }) {
    const drum = { category: origin.category, index: this._index(origin.category), code: origin.code, take: origin.take };
    const strike = (/** @type {object} */ change) => this.render({ ...origin, ...change });
    const hand = new Hand(this._latent, this._facts.hand, drum, strike, seed, amount, this._rate);
    for (const layer of [LOUDEST, ...LAYERS]) {
      for (const stroke of hand.strokes(layer, hits)) yield withinFullScale(stroke);
    }
  }
}

/** The result of steps. @template T @param {Generator<void, T>} steps @returns {T} */
function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** @param {string} category @param {Float32Array} code @param {number[]} exemplars @returns {Recipe} */
export function plain(category, code, exemplars) {
  return { category, code, exemplars, seed: null, to: null, t: 0, take: 0, blend: 0, wild: 1, wish: {}, velocity: LOUDEST };
}

/** A place on the axes. @param {Asked} asked */
function placeOf({ p1, p2, p3, range = 1 }) {
  return [p1, p2, p3].map((each, i) => within(`p${i + 1}`, range * each, -MAX_CONTROL, MAX_CONTROL));
}

/** @param {string} name @param {number} value @param {number} low @param {number} high */
function within(name, value, low, high) {
  if (value >= low && value <= high) return value;
  throw new Refused("out-of-range", `${name} must lie between ${low} and ${high}, got ${value}`);
}

function newSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
}
