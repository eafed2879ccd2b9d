/** The work: a project, the steps that led to it, and the sound of now. Knows no elements. */

import { Output } from "./audio.js";
import { Client, Refusal } from "./client.js";
import { Drums } from "./drums.js";
import { Hand } from "./hand.js";
import { Hearing } from "./hearing.js";
import { History } from "./history.js";
import { Library } from "./library.js";
import { Maps } from "./maps.js";
import { emptyProject, isOf, keyOf, rangeFor, recipeOf } from "./project.js";
import { Rack } from "./rack.js";
import { shaped } from "./shape.js";
import { Slots } from "./slots.js";
import { Waits } from "./waits.js";

/** Times of the last changes that are remembered. */
const TIMES = 1000;

/**
 * Fires `change` (anything to show), `sound` (other samples), `play` (detail: its touch), `trouble`
 * (detail: a sentence); and of its parts `busy`, `map`, `slots`, `pad` and `hit` (detail: the pad's number).
 */
export class App extends EventTarget {
  /** @param {string} url of the WebSocket */
  constructor(url) {
    super();
    this.client = new Client(url);
    this.library = new Library(this.client);
    this.output = new Output();
    /** @type {History<import("./project.js").Project>} */
    this.history = new History(emptyProject());
    /** @type {any} the server's hello */
    this.hello = null;
    /** @type {import("./wire.js").Sound|null} */
    this.sound = null;
    /** What was heard through the model, to be seen and heard beside what became of it. */
    /** @type {Float32Array|null} */
    this.original = null;
    /** @type {number|null} */
    this.fidelity = null;
    /** The seed that the sound was drawn with, while the safe–wild knob can still say how far. */
    /** @type {number|null} */
    this.drawn = null;
    /** Whether it was moved since. */
    this.moved = false;
    /** When the sound was last played. */
    this.played = 0;
    /** Milliseconds from a change to samples that can play: the last ones. */
    /** @type {number[]} */
    this.times = [];
    this._turn = 0;
    this._shown = 0;
    this.waits = new Waits(this);
    this.maps = new Maps(this);
    this.rack = new Rack(this);
    this.hand = new Hand(this);
    this.drums = new Drums(this);
    this.hearing = new Hearing(this);
    this.slots = new Slots(this);
    this.client.addEventListener("open", (event) => {
      this.hello = /** @type {CustomEvent} */ (event).detail;
    });
  }

  get project() {
    return this.history.now;
  }

  get category() {
    return this.project.recipe?.category ?? this.hello?.categories[0] ?? "";
  }

  /** The inverter that was chosen, as a request has it. */
  get inverter() {
    const { inverter } = this.project; // a file may name one that is not to be had
    return inverter && this.hello?.inverters.includes(inverter) ? { inverter } : {};
  }

  get take() {
    return this.project.recipe?.take ?? 0;
  }

  /** Whether the sound is the project's: not so while it is asked for. */
  get isThere() {
    const { recipe } = this.project;
    return !!recipe && !!this.sound && isOf(this.sound, recipe);
  }

  /** The sound as it is heard and saved. */
  get heard() {
    if (!this.sound) return null;
    if (this._heardOf !== this.sound || this._heardTrim !== this.project.trim) {
      this._heard = shaped(this.sound.samples, this.sound.sr, this.project.trim);
      [this._heardOf, this._heardTrim] = [this.sound, this.project.trim];
    }
    return /** @type {Float32Array} */ (this._heard);
  }

  /** Play the sound. @param {import("./audio.js").Touch} [touch] */
  play(touch = {}) {
    const { heard, sound } = this;
    if (!heard || !sound) return;
    this.output.wake();
    this.output.preview(heard, sound.sr, touch);
    this.played = performance.now();
    this.dispatchEvent(new CustomEvent("play", { detail: touch }));
  }

  /** Play what was heard through the model, as it was. */
  playOriginal() {
    if (!this.original || !this.sound) return;
    this.output.wake();
    this.output.preview(this.original, this.sound.sr);
  }

  /**
   * Change the project.
   * @param {Partial<import("./project.js").Project>} change
   * @param {boolean} [step] whether undo stops here
   */
  change(change, step = true) {
    const next = Object.freeze({ ...this.project, ...change });
    if (step) this.history.push(next);
    else this.history.replace(next);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Make all changes since an earlier project one step.
   * @param {import("./project.js").Project} before
   */
  settle(before) {
    this.history.settle(before);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Ask for a sound and take it as the present one, unless a newer one has come.
   * @param {string} type
   * @param {Record<string, any>} values
   * @param {{play?: boolean, step?: boolean, change?: Partial<import("./project.js").Project>,
   *   file?: ArrayBuffer, original?: Float32Array|null, yields?: boolean}} [how] `original`: what is
   *   encoded, where the server does not send it along; `yields`: to whatever is asked for meanwhile
   * @returns {Promise<boolean|null>} whether it was taken; null if it yielded
   */
  async request(type, values, { play = true, step = true, change = {}, file, yields, ...how } = {}) {
    const turn = ++this._turn;
    // What is beside this sound is not what comes between, of another sound.
    const original = how.original ?? this.original;
    const asked = performance.now();
    try {
      const sound = await (file ? this.client.upload(file, values) : this.client.ask(type, values));
      if (yields && turn < this._turn) return null;
      if (turn < this._shown) return false;
      this._shown = turn;
      sound.original ??= original;
      this._take(sound, change, step);
      this.output.buffer(/** @type {Float32Array} */ (this.heard), sound.sr);
      this.times.push(performance.now() - asked);
      if (this.times.length > TIMES) this.times.shift();
      if (play) this.play();
      return true;
    } catch (error) {
      this.refused(error);
      return false;
    }
  }

  /**
   * Take a sound up again, from memory if it is there.
   * @param {import("./project.js").Recipe} recipe
   * @param {Partial<import("./project.js").Project>} [change]
   * @param {{step?: boolean, play?: boolean}} [how]
   */
  async restore(recipe, change = {}, { step = true, play = true } = {}) {
    const turn = ++this._turn;
    this.drawn = null;
    try {
      const sound = await this.library.get(recipe);
      if (turn < this._shown) return;
      this._shown = turn;
      this.original = null;
      this._take({ ...sound, wild: recipe.wild, seed: recipe.seed }, { ...change }, step);
      if (play) this.play();
      void this.maps.show(this.category);
    } catch (error) {
      this.refused(error);
    }
  }

  /**
   * @param {import("./wire.js").Sound} sound
   * @param {Partial<import("./project.js").Project>} change
   * @param {boolean} step
   */
  _take(sound, change, step) {
    const recipe = recipeOf(sound);
    this.sound = sound;
    this.fidelity = sound.fidelity;
    this.original = sound.original;
    if (step) this.library.keep(keyOf(recipe), sound);
    // A hand stays within the range; what comes otherwise is to be seen where it is.
    const range = step ? rangeFor(this.project, recipe, this.hello.ranges) : this.project.range;
    this.change({ range, ...change, recipe }, step);
    this.dispatchEvent(new Event("sound"));
  }

  /**
   * Say why there is no sound. Of a newer one nothing need be said, and who is away is told of in
   * another place, and comes back with all there was.
   * @param {unknown} error
   */
  refused(error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "superseded" || error.code === "gone") return;
    this.dispatchEvent(new CustomEvent("trouble", { detail: error.message }));
  }

  undo() {
    if (this.history.undo()) void this.catchUp();
  }

  redo() {
    if (this.history.redo()) void this.catchUp();
  }

  /**
   * Another project in the place of this one, once all its sounds are at hand; undo brings this one back.
   * @param {import("./project.js").Project} project
   * @param {boolean} [play]
   * @throws {Refusal} if one is not to be had; then all is as it was
   */
  async open(project, play = true) {
    const recipes = [project, project.a, project.b, ...project.pads].flatMap((kept) => kept?.recipe ?? []);
    const missing = recipes.filter((recipe) => !this.sound || !isOf(this.sound, recipe));
    await Promise.all(missing.map((recipe) => this.library.get(recipe)));
    this.history.push(Object.freeze(project));
    await this.catchUp(play);
  }

  /** Hear and show the project that history has come to. @param {boolean} [play] */
  async catchUp(play = true) {
    const { recipe } = this.project;
    const isOther = recipe && !this.isThere;
    this.dispatchEvent(new Event("change"));
    if (isOther) await this.restore(recipe, {}, { step: false, play });
    if (isOther && !this.isThere) this._silence();
    await Promise.all([this.rack.load(), this.slots.load()]);
  }

  /** The sound is not to be had: then none is, rather than another under its name. */
  _silence() {
    [this.sound, this.original, this.fidelity] = [null, null, null];
    this.dispatchEvent(new Event("sound"));
    this.dispatchEvent(new Event("change"));
  }
}
