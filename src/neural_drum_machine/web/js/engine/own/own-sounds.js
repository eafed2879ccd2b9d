/**
 * The user's own sounds, as `server/own_sounds.py` and `anchors/play.py`: each has a number beside those of the model's
 * exemplars. They are kept as they are, and bent as the generator moves.
 */

import { formOf } from "../../formats/own-form.js";
import { sha256 } from "../../formats/sha256.js";
import { fromBase64, toBase64 } from "../../model/base64.js";
import { keepRecent } from "../../model/keep-recent.js";
import { FIRST_OWN } from "../../model/recipe.js";
import { plain } from "../answers.js";
import { GATE, channelsOf, drawnSound, monoOf } from "../heard.js";
import { Refused } from "../refusal.js";
import { Bender, soundOf } from "./bender.js";
import { ownSoundOf } from "./own-sound.js";
import { decoded, distance } from "./parts.js";
import { wholeModel } from "./whole-model.js";

/** @import { Asked, Recipe } from "../answers.js" */
/** @import { Heard } from "../heard.js" */
/** @import { Latent } from "../latent.js" */
/** @import { Header } from "../model-file.js" */
/** @import { Native, NativeSound } from "../native.js" */
/** @import { Hearing } from "./bender.js" */
/** @import { Encoder } from "./encoder.js" */
/** @import { Parts, Sizes } from "./parts.js" */
/** @import { Unpack } from "./whole-model.js" */

/** What the own sounds need. @typedef {{native: Native, latent: Latent, header: Header, length: number, unpack: Unpack}} Given */
/** An own sound with its code. @typedef {{sound: Heard, category: number, code: Float32Array}} Anchor */
/** A recipe that a sample of one's own has, and what the answer tells beside it. @typedef {{recipe: Recipe, original: Heard|null, headerOf: (made: Heard) => object}} Planned */

const MOST = 256;
/** Bytes of all their samples; the oldest make room. */
const MOST_BYTES = 64 * 2 ** 20;
/** Sounds whose levels are kept while they are moved. */
const MOST_HEARD = 6;
/** Steps of the search for the code of a sound that becomes another drum: two more, as the program takes, would find little. */
const STEPS = 1;

export class OwnSounds {
  /** @param {Given} given */
  constructor({ native, latent, header, length, unpack }) {
    this._native = native;
    this._latent = latent;
    this._header = header;
    this._load = () => wholeModel(native, length, header, unpack, () => this._bender.close());
    const size = (/** @type {string} */ name) => header.parts[name].shape.reduce((product, each) => product * each, 1);
    /** @type {Sizes} */
    this._sizes = [size("standardisation.mean"), size("air.mean"), size("attack.mean")];
    this._bender = new Bender(native, this._sizes);
    /** @type {Promise<void>|null} */
    this._loading = null;
    /** @type {Encoder|null} */
    this._encoder = null;
    /** @type {Map<number, Anchor>} the least recently used first */
    this._known = new Map();
    /** @type {Map<number, {heard: Hearing, before: Parts}>} */
    this._heard = new Map();
  }

  /** Load the encoder, for a request that needs it. @param {Asked} asked */
  async prepare({ type }) {
    if (type === "own") return;
    this._loading ??= this._load().then((encoder) => void (this._encoder = encoder));
    try {
      await this._loading;
    } catch (error) {
      this._loading = null; // the next request tries again
      throw error;
    }
  }

  /** Take a file in. @param {Asked} asked with the samples of the file @returns {Planned} */
  upload({ category: named, name = "the dropped file", audio }) {
    const found = this._named(name, () => ownSoundOf(audio.channels, (mono) => this._bender.findHit(mono), audio.seconds));
    const { sound } = found;
    const { parts } = this._named(name, () => this._bender.hear(sound));
    const encoder = this._encoderOf();
    const category = named === undefined ? encoder.guess(parts) : this._index(named);
    const code = encoder.encode(parts, category, 0);
    const about = { category: this._latent.categories[category], onset: sound.onset, name, code: [...code] };
    const form = formOf(channelsOf(sound), about);
    if (!form) throw new Refused("bad-audio", `${name}: does not fit into 40000 bytes; cut the end of the sound`);
    const number = this._keep(numberOf(form), { sound, category, code });
    const notes = [...audio.notes, ...found.notes];
    // At rest it is the file, so nothing is between them.
    const header = { fidelity: 0, own: toBase64(form), ...(notes.length ? { notes } : {}) };
    return { recipe: plain(about.category, code, [number, 1]), original: sound, headerOf: () => header };
  }

  /** Know the sound of a compact form; returns its number. @param {Asked} asked with the form, its header and its samples */
  take({ audio: { channels, form, header } }) {
    const category = this._index(header.category);
    const { dim } = this._latent;
    if (header.code.length !== dim) throw new Refused("out-of-range", `this model's codes are ${dim} numbers, got ${header.code.length}: the own sound is of another model`);
    if (header.onset >= channels[0].length) throw new Refused("bad-audio", "an own sound is damaged: its onset lies behind its end; take it from the original file again");
    const whole = channels.map((/** @type {Float32Array} */ each) => (header.peak === 1 ? each : each.map((value) => value * header.peak)));
    const number = numberOf(form);
    if (this._known.has(number)) return number; // perhaps as it was dropped, which is nearer to the file
    return this._keep(number, { sound: soundOf(whole, header.onset), category, code: Float32Array.from(header.code) });
  }

  /** The number of an own sound that is known. @param {string} form in base64 */
  numberOf(form) {
    const number = numberOf(fromBase64(form));
    this._find(number);
    return number;
  }

  /** The recipe of a sound as the generator makes it in a category. @param {Heard} heard @param {string} category @param {string} name @returns {Planned} */
  encoded(heard, category, name) {
    const index = this._index(category);
    const parts = this._named(name, () => this._heardAs(heard));
    const code = this._encoderOf().encode(parts, index, STEPS);
    const headerOf = (/** @type {Heard} */ made) => ({ fidelity: distance(parts, this._heardAs(made), this._header.spec.log_eps) });
    return { recipe: plain(category, code, []), original: null, headerOf };
  }

  /** Own sounds, each bent to a code, together, and the generator's beside them. @param {NativeSound} sound @param {number} blend @returns {Heard} */
  render(sound, blend) {
    const { exemplars, take, ...place } = sound;
    const numbers = exemplars.filter((_, i) => i % 2 === 0);
    const shares = exemplars.filter((_, i) => i % 2);
    const anchors = numbers.map((number) => (number >= FIRST_OWN ? this._find(number) : this._ofModel(number)));
    const isAtRest = anchors.every((each) => place.t === 0 && each.category === place.category && each.code.every((value, i) => value === place.code[i]));
    const after = isAtRest ? null : decoded(this._native, this._sizes, { ...place, take: 0, exemplars: [] });
    const bent = anchors.map((each, i) => (after ? this._bent(numbers[i], each, after) : each.sound));
    const own = this._bender.mixed(bent, shares);
    if (!blend) return own;
    const other = this._bender.asLoud(drawnSound(this._native.render({ ...place, take, exemplars: [] })), own);
    return blend < 1 ? this._bender.mixed([own, other], [1 - blend, blend]) : soundOf(channelsOf(other), GATE);
  }

  /** @param {number} number @param {Anchor} anchor @param {Parts} after */
  _bent(number, { sound, category, code }, after) {
    const known = this._heard.get(number) ?? {
      heard: this._bender.hear(sound),
      before: decoded(this._native, this._sizes, { category, code, take: 0, exemplars: [], to: category, t: 0 }),
    };
    keepRecent(this._heard, number, known, MOST_HEARD);
    return this._bender.bent(sound, known.heard, known.before, after);
  }

  /** A recording of the model as an own sound: beside own sounds it is one of them. @param {number} number @returns {Anchor} */
  _ofModel(number) {
    const known = this._known.get(number);
    if (known) return known;
    const category = this._index(this._latent.exemplars[number].category);
    const code = this._latent.codeOf(number);
    const samples = this._native.render({ category, code, take: 0, exemplars: [number, 1], to: category, t: 0 });
    this._keep(number, { sound: drawnSound(samples), category, code });
    return this._find(number);
  }

  /** The levels of a sound whose hit is looked for. @param {Heard} heard */
  _heardAs(heard) {
    const samples = monoOf(heard);
    return this._bender.hear({ samples, channels: 1, onset: this._bender.findHit(samples), top: heard.top }).parts;
  }

  /** @param {number} number @param {Anchor} anchor */
  _keep(number, anchor) {
    keepRecent(this._known, number, anchor, MOST);
    let bytes = [...this._known.values()].reduce((sum, { sound }) => sum + sound.samples.byteLength, 0);
    for (const [oldest, { sound }] of this._known) {
      if (bytes <= MOST_BYTES || this._known.size === 1) break;
      bytes -= sound.samples.byteLength;
      this._known.delete(oldest);
    }
    return number;
  }

  /** @param {number} number @returns {Anchor} */
  _find(number) {
    const found = this._known.get(number);
    if (!found) throw new Refused("unknown-sound", `no own sound ${number} is known here; send its compact form or its file again`);
    keepRecent(this._known, number, found, MOST);
    return found;
  }

  /** @param {string} category */
  _index(category) {
    const index = this._latent.categories.indexOf(category);
    if (index < 0) throw new Refused("unknown-category", `no category '${category}'; there are ${this._latent.categories.join(", ")}`);
    return index;
  }

  _encoderOf() {
    if (!this._encoder) throw new Error("the encoder is not loaded; reload the page");
    return this._encoder;
  }

  /** Say of which file a refusal is. @template T @param {string} name @param {() => T} task @returns {T} */
  _named(name, task) {
    try {
      return task();
    } catch (error) {
      throw error instanceof Refused ? new Refused(error.code, `${name}: ${error.message}`) : error;
    }
  }
}

/** The number of a compact form, from its digest: the same everywhere. @param {Uint8Array} form */
function numberOf(form) {
  const [a, b, c] = sha256(form);
  return FIRST_OWN + (((a << 16) | (b << 8) | c) >> 1);
}
