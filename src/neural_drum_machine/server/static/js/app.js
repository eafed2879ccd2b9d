/** The work itself: what the controls do to the project and the sound. Knows no elements. */

import { Client, Refusal } from "./client.js";
import { Output } from "./audio.js";
import { History } from "./history.js";
import { Library } from "./library.js";
import { emptyProject, keyOf, recallOf, recipeOf } from "./project.js";
import { WHOLE, shaped } from "./shape.js";

/** How far a variation lies from its sound, in standard deviations of the category. */
const VARIATION = 0.35;
/** Milliseconds between hits while a drag is heard as it goes. */
const REPEAT = 90;
const TAKES = 64;
/** Times of the last changes that are remembered. */
const TIMES = 1000;

/**
 * Fires `change` (anything to show), `sound` (other samples), `trouble` (detail: a sentence),
 * `map` and `pad` (detail: its number).
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
    /** Samples of an upload, to be seen and heard beside what became of it. */
    /** @type {Float32Array|null} */
    this.original = null;
    /** @type {number|null} */
    this.fidelity = null;
    this.continuous = false;
    /** Milliseconds from a change to samples that can play: the last ones. */
    /** @type {number[]} */
    this.times = [];
    /** @type {(import("./wire.js").Sound & {heard: Float32Array}|null)[]} */
    this.padSounds = this.project.pads.map(() => null);
    /** @type {Map<string, import("./map.js").PadMap>} */
    this._maps = new Map();
    /** @type {Map<string, import("./project.js").Recipe>} the last sound of each category */
    this._left = new Map();
    this._turn = 0;
    this._shown = 0;
    this._moving = 0;
    /** @type {number[]|null} where the sound was last asked to be */
    this._place = null;
    this._soundEpoch = 0;
    this._played = 0;
    /** @type {{before: import("./project.js").Project, base: import("./project.js").Recipe|null,
     *   last: Promise<boolean>}|null} */
    this._gesture = null;
    /** The seed that the sound was drawn with, while the safe–wild knob can still say how far. */
    /** @type {number|null} */
    this._drawn = null;
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
    this._played = performance.now();
    this.dispatchEvent(new CustomEvent("play", { detail: touch }));
  }

  /** Play what was uploaded, as it was. */
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
   * Ask for a sound and take it as the present one, unless a newer one has come.
   * @param {string} type
   * @param {Record<string, any>} values
   * @param {{play?: boolean, step?: boolean, change?: Partial<import("./project.js").Project>,
   *   file?: ArrayBuffer}} [how]
   * @returns {Promise<boolean>} whether it was taken
   */
  async request(type, values, { play = true, step = true, change = {}, file } = {}) {
    const turn = ++this._turn;
    const asked = performance.now();
    try {
      const sound = await (file ? this.client.upload(file, values) : this.client.ask(type, values));
      if (turn < this._shown) return false;
      this._shown = turn;
      this._take(sound, change, step);
      this.output.buffer(/** @type {Float32Array} */ (this.heard), sound.sr);
      this.times.push(performance.now() - asked);
      if (this.times.length > TIMES) this.times.shift();
      if (play) this.play();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Who is away is told of in another place, and comes back with all there was.
      if (error.code !== "superseded" && error.code !== "gone") this._trouble(error.message);
      return false;
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
    this._soundEpoch = this.client.epoch;
    this.fidelity = sound.fidelity;
    if (sound.original) this.original = sound.original;
    if (step) this.library.keep(keyOf(recipe), sound);
    this.change({ ...change, recipe }, step);
    this.dispatchEvent(new Event("sound"));
  }

  /** @param {string} sentence */
  _trouble(sentence) {
    this.dispatchEvent(new CustomEvent("trouble", { detail: sentence }));
  }

  get _inverter() {
    return this.project.inverter ? { inverter: this.project.inverter } : {};
  }

  get _take_() {
    return this.project.recipe?.take ?? 0;
  }

  /** @param {string} category */
  async choose(category) {
    const { recipe } = this.project;
    if (recipe) this._left.set(recipe.category, recipe);
    const before = this._left.get(category);
    [this.original, this._drawn] = [null, null];
    const change = { trim: WHOLE };
    if (before) await this.request("recall", recallOf(before), { change });
    else await this.request("generate", { category, p1: 0, p2: 0, p3: 0, ...this._inverter }, { change });
    void this.map(category);
  }

  async random() {
    const { category } = this;
    this.original = null;
    const values = { category, wild: this.project.wild, take: this._take_, ...this._inverter };
    if (await this.request("random", values, { change: { trim: WHOLE } })) {
      this._drawn = this.sound?.seed ?? null;
    }
  }

  async variation() {
    this._drawn = null;
    if (!(await this._known())) return;
    const values = { of: this.sound?.id, amount: VARIATION, wild: this.project.wild };
    await this.request("variation", { ...values, take: this._take_, ...this._inverter });
  }

  /** Another hit of the same drum. */
  async nextTake() {
    const { recipe } = this.project;
    if (!recipe) return;
    await this.request("recall", { ...recallOf(recipe), take: (recipe.take + 1) % TAKES });
  }

  /** @param {string} inverter */
  async invertWith(inverter) {
    const { recipe } = this.project;
    if (!recipe) return;
    await this.request("recall", { ...recallOf(recipe), inverter }, { change: { inverter } });
  }

  /** @param {string} name @param {ArrayBuffer} file @param {string} [category] guessed if absent */
  async upload(name, file, category) {
    this._drawn = null;
    const values = { ...(category && { category }), ...this._inverter };
    const taken = await this.request("upload", values, { file, change: { trim: WHOLE } });
    if (taken) void this.map(this.category);
    return taken;
  }

  /** Let the server know the sound of an earlier connection or of its own. */
  async _known() {
    const { recipe } = this.project;
    if (!recipe) return false;
    const isKnown = this.sound && this._soundEpoch === this.client.epoch;
    if (isKnown && keyOf(recipeOf(/** @type {any} */ (this.sound))) === keyOf(recipe) && this._fresh) {
      return true;
    }
    return this.request("recall", recallOf(recipe), { play: false, step: false });
  }

  /** Whether the sound's id is among those that the server still knows: not if it is from memory. */
  get _fresh() {
    return this.sound !== null && this.library.peek(recipeOf(this.sound))?.id === this.sound.id;
  }

  /**
   * Something is being moved; ends with `release`.
   * @param {(base: import("./project.js").Recipe) => [string, Record<string, any>]} ask
   * @param {Partial<import("./project.js").Project>} [change]
   */
  drag(ask, change = {}) {
    const before = this._gesture?.before ?? this.project;
    const base = this._gesture?.base ?? this.project.recipe;
    if (!base) return;
    this.output.wake();
    const play = this.continuous && performance.now() - this._played >= REPEAT;
    const last = this.request(...ask(base), { play, step: false, change });
    this._gesture = { before, base, last };
    this._moving += 1;
    void last.finally(() => {
      this._moving -= 1;
      if (!this._moving) this.dispatchEvent(new Event("change"));
    });
  }

  /** Whether what was asked for is not yet what is there: controls stay where the hand put them. */
  get isMoving() {
    return this._moving > 0;
  }

  /** The hand rests: what came of it is one step back. */
  async release() {
    const gesture = this._gesture;
    this._gesture = null;
    if (!gesture) return;
    const taken = await gesture.last;
    if (this._gesture || this.project === gesture.before) return;
    if (this.sound) this.library.keep(keyOf(recipeOf(this.sound)), this.sound);
    const after = this.project;
    this.history.replace(gesture.before);
    this.history.push(after);
    this.dispatchEvent(new Event("change"));
    if (taken && !this.continuous) this.play();
  }

  /**
   * Move the sound on its axes.
   * @param {{p1?: number, p2?: number, p3?: number}} to
   */
  move(to) {
    this.drag((base) => {
      const now = (this.isMoving ? this._place : this.project.recipe?.p) ?? base.p;
      const p = [to.p1 ?? now[0], to.p2 ?? now[1], to.p3 ?? now[2]];
      this._place = p;
      // A place outside the range stays where it is until it is moved itself.
      const range = Math.min(8, Math.max(this.project.range, ...p.map(Math.abs)));
      const [p1, p2, p3] = p.map((v) => Math.min(1, Math.max(-1, v / range)));
      return ["move", { ...recallOf(base), p1, p2, p3, range }];
    });
  }

  /** How far draws reach; a sound that was drawn goes along. @param {number} wild */
  setWild(wild) {
    const seed = this._drawn;
    if (seed === null || seed < 0 || !this.project.recipe) {
      this._gesture ??= {
        before: this.project, base: this.project.recipe, last: Promise.resolve(false),
      };
      this.change({ wild }, false);
      return;
    }
    const { category } = this;
    const values = { category, seed, wild, take: this._take_, ...this._inverter };
    this.drag(() => ["random", values], { wild });
  }

  /** @param {"a"|"b"} slot */
  keepSlot(slot) {
    const { recipe, trim } = this.project;
    if (recipe) this.change({ [slot]: { recipe, trim }, morph: slot === "a" ? 0 : 1 });
  }

  /** @param {"a"|"b"} slot */
  async hearSlot(slot) {
    const kept = this.project[slot];
    if (!kept) return;
    const change = { trim: kept.trim, morph: slot === "a" ? 0 : 1 };
    await this.restore(kept.recipe, change);
  }

  /** @param {number} t 0: A, 1: B, exactly */
  morph(t) {
    const { a, b } = this.project;
    if (!a || !b) return;
    const change = { morph: t };
    [this.original, this._drawn] = [null, null];
    if (t === 0 || t === 1) {
      this.drag(() => ["recall", recallOf((t ? b : a).recipe)], change);
      return;
    }
    // Of a sound that is itself a morph, the category that it is nearer to.
    const nearer = (/** @type {import("./project.js").Recipe} */ r) => (r.to && r.t >= 0.5 ? r.to : r.category);
    this.drag(
      () => ["morph", {
        category: nearer(a.recipe), code: a.recipe.code, to: nearer(b.recipe),
        to_code: b.recipe.code, t, take: a.recipe.take, ...this._inverter,
      }],
      change,
    );
  }

  /**
   * Take a sound up again, from memory if it is there.
   * @param {import("./project.js").Recipe} recipe
   * @param {Partial<import("./project.js").Project>} [change]
   * @param {{step?: boolean, play?: boolean}} [how]
   */
  async restore(recipe, change = {}, { step = true, play = true } = {}) {
    const turn = ++this._turn;
    this._drawn = null;
    try {
      const sound = await this.library.get(recipe);
      if (turn < this._shown) return;
      this._shown = turn;
      this._take({ ...sound, wild: recipe.wild, seed: recipe.seed }, { ...change }, step);
      if (play) this.play();
      void this.map(this.category);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== "gone") this._trouble(error.message);
    }
  }

  undo() {
    if (this.history.undo()) void this._restored();
  }

  redo() {
    if (this.history.redo()) void this._restored();
  }

  /** Show the project that history has come to. @param {boolean} [play] */
  async _restored(play = true) {
    this.original = null;
    this.dispatchEvent(new Event("change"));
    const { recipe } = this.project;
    const isOther = recipe && (!this.sound || keyOf(recipeOf(this.sound)) !== keyOf(recipe));
    if (isOther) await this.restore(recipe, {}, { step: false, play });
    await this.loadPads();
  }

  /**
   * Another project in the place of this one; undo brings this one back.
   * @param {import("./project.js").Project} project
   * @param {boolean} [play]
   */
  async open(project, play = true) {
    this.history.push(Object.freeze(project));
    await this._restored(play);
  }

  /** @param {number} n */
  async keepOnPad(n) {
    const { recipe, trim } = this.project;
    if (!recipe) return;
    const old = this.project.pads[n];
    const mix = { level: old?.level ?? 0, pan: old?.pan ?? 0, pitch: old?.pitch ?? 0 };
    this.change({ pads: this.project.pads.with(n, { recipe, trim, ...mix }) });
    await this.loadPads();
    this.hit(n, 1);
  }

  /** @param {number} n */
  clearPad(n) {
    if (!this.project.pads[n]) return;
    this.change({ pads: this.project.pads.with(n, null) });
    void this.loadPads();
  }

  /** @param {number} n @param {Partial<import("./project.js").PadSound>} mix @param {boolean} step */
  mixPad(n, mix, step) {
    const pad = this.project.pads[n];
    if (!pad) return;
    this._mixBefore ??= this.project;
    this.change({ pads: this.project.pads.with(n, { ...pad, ...mix }) }, false);
    if (!step) return;
    const after = this.project;
    this.history.replace(this._mixBefore);
    this.history.push(after);
    this._mixBefore = undefined;
    this.dispatchEvent(new Event("change"));
    this.hit(n, 1);
  }

  /** Have every pad's samples ready: a hit must not wait. */
  async loadPads() {
    await Promise.all(this.project.pads.map(async (pad, n) => {
      if (!pad) {
        this.padSounds[n] = null;
      } else {
        try {
          const sound = await this.library.get(pad.recipe);
          if (this.project.pads[n]?.recipe !== pad.recipe) return;
          const heard = shaped(sound.samples, sound.sr, pad.trim);
          this.output.buffer(heard, sound.sr);
          this.padSounds[n] = { ...sound, heard };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          if (error.code !== "gone") this._trouble(error.message);
        }
      }
      this.dispatchEvent(new CustomEvent("pad", { detail: n }));
    }));
  }

  /** Play a pad. @param {number} n @param {number} velocity 0 to 1 */
  hit(n, velocity) {
    const [pad, sound] = [this.project.pads[n], this.padSounds[n]];
    if (!pad || !sound) return;
    this.output.wake();
    const gain = 10 ** (pad.level / 20) * velocity;
    this.output.play(sound.heard, sound.sr, { gain, pan: pad.pan, semitones: pad.pitch });
    this.dispatchEvent(new CustomEvent("hit", { detail: n }));
  }

  /** A category's map; asked for once. @param {string} category */
  async map(category) {
    if (!this._maps.has(category)) {
      try {
        const { brightness, decay } = await this.client.ask("pad_map", { category });
        this._maps.set(category, { brightness, decay });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return;
      }
    }
    this.dispatchEvent(new Event("map"));
  }

  /** @param {string} category */
  mapOf(category) {
    return this._maps.get(category) ?? null;
  }
}
