/**
 * The hub of the commands: asks the server for sounds, puts them into the state, and plays them.
 * It knows no elements of the page.
 */

import { Refusal } from "../net/client.js";
import { SoundCache } from "../net/sound-cache.js";
import { newPad, renamed } from "../model/kit.js";
import { isOf, recipeOf } from "../model/recipe.js";
import { hasItsSound, projectOf, voiceOf } from "../model/state.js";
import { WHOLE } from "../model/trim.js";
import { BeatCommands } from "./beat.js";
import { DrumPads } from "./drum-pads.js";
import { Encoder } from "./encoder.js";
import { Favourites } from "./favourites.js";
import { Gesture } from "./gesture.js";
import { KitCommands } from "./kit.js";
import { Layers } from "./layers.js";
import { Measures } from "./measures.js";
import { Morph } from "./morph.js";
import { NewSounds } from "./new-sounds.js";
import { OwnMaps } from "./own-maps.js";
import { TaughtAxes } from "./taught-axes.js";
import { Tray } from "./tray.js";
import { Wishes } from "./wishes.js";

/** @import { Touch } from "../audio/mixer.js" */
/** @import { Output } from "../audio/output.js" */
/** @import { Client, SoundType, Values } from "../net/client.js" */
/** @import { Sound } from "../net/sound-message.js" */
/** @import { Channels } from "../model/channels.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Notice } from "../model/state.js" */
/** @import { Store } from "../model/store.js" */

/**
 * What happens to a sound when it arrives.
 * @typedef {object} Arrival
 * @property {boolean|(() => boolean)} [play]
 * @property {boolean} [step] whether undo stops there
 * @property {Partial<Project>} [change] further changes of the project
 * @property {Channels|null} [original] shown beside it, where the server sends no original along
 * @property {boolean} [yields] whether it is dropped if anything else was asked for meanwhile
 */

/** The number of latencies that are kept. */
export const MAX_LATENCIES = 1000;

/** Fires `play` (detail: its touch) and `hit` (detail: the drum pad's number, its velocity, and when, in seconds of the audio context). */
export class App extends EventTarget {
  /** @param {Store} store @param {Client} client @param {Output} output */
  constructor(store, client, output) {
    super();
    this.store = store;
    this.client = client;
    this.output = output;
    this.cache = new SoundCache(client);
    this.maps = new OwnMaps(this);
    this.layers = new Layers(this);
    this.drumPads = new DrumPads(this);
    this.beat = new BeatCommands(this);
    this.gesture = new Gesture(this);
    this.newSounds = new NewSounds(this);
    this.encoder = new Encoder(this);
    this.favourites = new Favourites(this);
    this.kit = new KitCommands(this);
    this.tray = new Tray(this);
    this.measures = new Measures(this);
    this.morph = new Morph(this);
    this.wishes = new Wishes(this);
    this.axes = new TaughtAxes(this);
    /** When the sound being edited was last played, as of `performance.now()`. */
    this.playedAt = 0;
    /** What was played then. @type {Sound|null} */
    this.heard = null;
    /** Milliseconds from a request to samples that are ready to play, the last ones. */
    /** @type {number[]} */
    this.latencies = [];
    /** Counts the requests for the sound being edited, in the order of asking. */
    this._asked = 0;
    /** The request whose sound is shown: an older one that comes later is dropped. */
    this._shown = 0;
  }

  get state() {
    return this.store.state;
  }

  get project() {
    return projectOf(this.state);
  }

  /** The samples of the sound being edited as they are played and saved; null without a sound. */
  trimmed() {
    return hasItsSound(this.state) ? voiceOf(this.state, this.project.selected)?.channels ?? null : null;
  }

  /** Play the sound being edited, with its pad's mix. @param {Touch} [touch] */
  play(touch = {}) {
    const { selected } = this.project;
    this.drumPads.preview(selected, touch);
    this.playedAt = performance.now();
    this.heard = this.state.sound;
    this.dispatchEvent(new CustomEvent("play", { detail: touch }));
  }

  /** Play the sound that was encoded. */
  playOriginal() {
    const { original, sound } = this.state;
    if (!original || !sound) return;
    this.output.wake();
    this.output.preview(original, sound.sr);
  }

  /**
   * Change the project.
   * @param {Partial<Project>} change
   * @param {boolean} [isStep] whether undo stops there
   */
  change(change, isStep = true) {
    this.store.dispatch({ type: "project-changed", change, isStep });
  }

  /**
   * Ask for a sound to edit.
   * @template {SoundType} T
   * @param {T} type
   * @param {Values[T]} values
   * @param {Arrival} [how]
   */
  request(type, values, how) {
    return this.take(() => this.client.ask(/** @type {SoundType} */ (type), /** @type {any} */ (values)), how);
  }

  /**
   * Ask for a sound to edit, and take it unless a newer one has come.
   * @param {() => Promise<Sound>} ask
   * @param {Arrival} [how]
   * @returns {Promise<boolean|null>} whether it was taken; null if it yielded
   */
  async take(ask, { play = true, step = true, change = {}, original = this.state.original, yields = false } = {}) {
    const turn = ++this._asked;
    const { notice } = this.state;
    const { selected } = this.project;
    const start = performance.now();
    try {
      const sound = await ask();
      if (yields && turn < this._asked) return null;
      if (selected !== this.project.selected) {
        this._putOn(selected, sound, change);
        return true;
      }
      if (turn < this._shown) return false;
      this._shown = turn;
      sound.original ??= original;
      this._arrive(sound, change, step, notice);
      const channels = this.trimmed();
      if (channels) this.output.buffer(channels, sound.sr);
      this.latencies.push(performance.now() - start);
      if (this.latencies.length > MAX_LATENCIES) this.latencies.shift();
      if (typeof play === "function" ? play() : play) this.play();
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /**
   * Edit a sound again, from memory if it is there.
   * @param {Recipe} recipe
   * @param {Pick<Arrival, "play"|"step"|"change">} [how]
   */
  async restore(recipe, { play = true, step = true, change = {} } = {}) {
    const turn = ++this._asked;
    const { notice } = this.state;
    const { selected } = this.project;
    this.store.dispatch({ type: "draw-forgotten" });
    try {
      const sound = await this.cache.get(recipe);
      if (turn < this._shown || selected !== this.project.selected) return;
      this._shown = turn;
      const { along, p: [p1, p2, p3], seed, wild } = recipe;
      // Another way may have led to the same samples.
      const way = along ? { along, p1, p2, p3 } : { along: undefined };
      this._arrive({ ...sound, wild, seed, ...way }, change, step, notice);
      if (play) this.play();
    } catch (error) {
      this.report(error);
    }
  }

  /**
   * Put a sound on the pad that it was asked for, when another one is selected by now.
   * @param {number} n @param {Sound} sound @param {Partial<Project>} change
   */
  _putOn(n, sound, { trim }) {
    const { pads } = this.project;
    const recipe = recipeOf(sound);
    this.cache.keep(recipe, sound);
    const kept = pads[n] ? renamed(pads, n, recipe.category) : newPad(pads, n, recipe.category);
    this.change({ pads: pads.with(n, { trim: WHOLE, ...kept, ...(trim && { trim }), recipe }) });
  }

  /** @param {Sound} sound @param {Partial<Project>} change @param {boolean} isStep @param {Notice|null} seen */
  _arrive(sound, change, isStep, seen) {
    if (isStep) {
      this.cache.keep(recipeOf(sound), sound);
      this._remember();
    }
    this.store.dispatch({ type: "sound-arrived", sound, change, isStep, seen });
  }

  /** Add the sound that is about to be replaced to the last sounds: nothing is lost without a trace. */
  _remember() {
    const { recipe, trim } = this.project;
    if (recipe) this.store.dispatch({ type: "recent-added", kept: { recipe, trim } });
  }

  /**
   * Show why there is no sound. A superseded request needs no message, and the page shows elsewhere that
   * the server is away.
   * @param {unknown} error
   */
  report(error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "superseded" || error.code === "away") return;
    this.notice(error.message, true);
  }

  /** @param {string} sentence @param {boolean} [isError] */
  notice(sentence, isError = false) {
    this.store.dispatch({ type: "noticed", sentence, isError });
  }

  undo() {
    this._step("undone");
  }

  redo() {
    this._step("redone");
  }

  /** @param {"undone"|"redone"} type */
  _step(type) {
    const { history } = this.state;
    this.store.dispatch({ type });
    if (this.state.history !== history) void this.catchUp();
  }

  /**
   * Open another project, once all its sounds are in memory. Undo brings the present one back.
   * @param {Project} project
   * @param {boolean} [play]
   * @throws {Refusal} if the server does not make one of its sounds; then nothing has changed
   */
  async open(project, play = true) {
    const { sound } = this.state;
    const recipes = [project.a, project.b, ...project.pads].flatMap((kept) => kept?.recipe ?? []);
    const missing = recipes.filter((recipe) => !sound || !isOf(sound, recipe));
    await Promise.all(missing.map((recipe) => this.cache.get(recipe)));
    this.store.dispatch({ type: "project-opened", project, isStep: true });
    await this.catchUp(play);
  }

  /** Load the sounds of a project that is new in the state. @param {boolean} [play] */
  async catchUp(play = true) {
    const { recipe } = this.project;
    if (recipe && !hasItsSound(this.state)) {
      await this.restore(recipe, { step: false, play });
      // No sound is better than another one under the recipe's name.
      if (!hasItsSound(this.state)) this.store.dispatch({ type: "sound-lost" });
    }
    await this.loadKept();
  }

  /** Load the sounds of the drum pads, A and B. */
  async loadKept() {
    await Promise.all([this.drumPads.load(), this.morph.load()]);
  }
}
