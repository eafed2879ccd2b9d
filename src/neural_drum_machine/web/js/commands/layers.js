/**
 * Layers: other strokes of the drum pads, which notes and the beat play. Softer ones are made once a pad is struck softly;
 * with a humanised beat, several of each strength, so that strokes of one strength take turns. They are made pad by pad
 * while nothing else is asked for. A pad that changes drops its own.
 */

import { padsPlayed } from "../model/beat.js";
import { PADS } from "../model/kit.js";
import { recallOf, sidesOf } from "../model/recipe.js";
import { projectOf, voiceOf } from "../model/state.js";
import { trimmed } from "../model/trim.js";
import { LAYERS, layerFor, layersOf } from "../model/velocity.js";
import { Refusal } from "../net/client.js";
import { WhenIdle } from "./when-idle.js";

/** @import { App } from "./app.js" */
/** @import { Channels } from "../model/channels.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { State } from "../model/state.js" */
/** @import { Trim } from "../model/trim.js" */
/** @import { Layer } from "../model/velocity.js" */

/** A sound that can have layers. @typedef {{recipe: Recipe, trim: Trim, channels: Channels}} Struck */
/**
 * A sound with its layers, the sound itself first.
 * @typedef {Struck & {layers: Layer[], isRefused: boolean, human: number, seed: number}} Layered
 */

/** Milliseconds without a request until a layer is made. */
const REST_MS = 100;
/** Hits of each strength of a humanised pad. */
const HITS = 4;

export class Layers {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** By drum pad. @type {(Layered|undefined)[]} */
    this._known = [];
    /** Drum pads that were struck softly. @type {Set<number>} */
    this._soft = new Set();
    this._idle = new WhenIdle(app, REST_MS, () => this._work());
  }

  /** Make layers from now on. */
  start() {
    this._app.store.subscribe((state, before) => {
      const hasNews = state.voices !== before.voices || state.history !== before.history || state.sound !== before.sound;
      if (hasNews || state.moving !== before.moving || state.isAway !== before.isAway) this._idle.soon();
    });
  }

  /**
   * The samples that a note plays, and the factor of their level.
   * @param {number} place of a drum pad
   * @param {Struck} sound that is there
   * @param {number} velocity 1 to 127
   */
  pick(place, sound, velocity) {
    if (velocity <= (127 + LAYERS[0]) / 2 && !this._soft.has(place)) {
      this._soft.add(place);
      this._idle.soon();
    }
    return layerFor(this._of(place, sound).layers, velocity);
  }

  /** The velocities of the strokes of a pad, that of the sound itself first. @param {number} place */
  made(place) {
    return this._known[place]?.layers.map(({ velocity }) => velocity) ?? [];
  }

  /** @param {number} place @param {Struck} sound @returns {Layered} */
  _of(place, sound) {
    const known = this._known[place];
    const { channels, recipe, trim } = sound;
    if (known && known.recipe === recipe && known.trim === trim && known.channels === channels) return known;
    const layers = [{ velocity: recipe.velocity, channels }];
    return (this._known[place] = { recipe, trim, channels, layers, isRefused: false, human: 0, seed: 1 });
  }

  /** The pads whose hits are to differ. @param {State} state */
  _humanised(state) {
    const { beat } = projectOf(state);
    return beat.human > 0 ? padsPlayed(beat) : [];
  }

  /** What is missing first. @returns {{layered: Layered, place: number, velocity: number}|null} a velocity of 0 is a whole set */
  _missing() {
    const { state } = this._app;
    const humanised = this._humanised(state);
    const { human } = projectOf(state).beat;
    for (let place = 0; place < PADS; place++) {
      const sound = voiceOf(state, place);
      if (!sound) {
        delete this._known[place];
        continue;
      }
      const layered = this._of(place, sound);
      if (layered.isRefused) continue;
      if (humanised.includes(place)) {
        if (layered.human !== human) return { layered, place, velocity: 0 };
        continue;
      }
      if (!this._soft.has(place) || layered.human) continue;
      const made = this.made(place);
      const velocity = layersOf(sound.recipe.velocity).find((each) => !made.includes(each));
      if (velocity !== undefined) return { layered, place, velocity };
    }
    return null;
  }

  /** How to make what is missing first, if anything is. */
  _work() {
    const missing = this._missing();
    return missing && (() => this._makeFirst(missing));
  }

  /** @param {{layered: Layered, place: number, velocity: number}} missing */
  async _makeFirst(missing) {
    try {
      await (missing.velocity ? this._make(missing) : this._makeSet(missing));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Without the layer, the sound itself plays at its level.
      missing.layered.isRefused = error.code !== "busy" && error.code !== "away";
    }
    this._idle.soon();
  }

  /** @param {{layered: Layered, place: number, velocity: number}} missing */
  async _make({ layered, place, velocity }) {
    const { client } = this._app;
    const sound = await client.ask("recall", recallOf({ ...layered.recipe, velocity }));
    if (this._known[place] === layered) layered.layers.push(this._layer(layered, velocity, sound.channels, sound.sr));
  }

  /** Make several hits of each strength. @param {{layered: Layered, place: number}} missing */
  async _makeSet({ layered, place }) {
    const { client, state } = this._app;
    const { human } = projectOf(state).beat;
    const { id } = await client.ask("recall", recallOf(layered.recipe));
    const asked = { of: id, hits: HITS, amount: human, seed: layered.seed, ...sidesOf(layered.recipe.exemplars) };
    const { sr, strokes, velocities } = await client.ask("layers", asked);
    if (this._known[place] !== layered) return; // another sound is there
    const own = layered.recipe.velocity;
    const fresh = velocities.map((velocity, i) => this._layer(layered, Math.round((velocity * own) / 127), strokes[i], sr));
    layered.layers = [layered.layers[0], ...fresh];
    layered.human = human;
    layered.seed += 1;
  }

  /** @param {Layered} layered @param {number} velocity @param {Channels} whole @param {number} sr @returns {Layer} */
  _layer({ trim }, velocity, whole, sr) {
    const channels = trimmed(whole, sr, trim);
    this._app.output.buffer(channels, sr);
    return { velocity, channels };
  }
}
