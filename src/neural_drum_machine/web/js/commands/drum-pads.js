/** The drum pads: sounds are kept on them, mixed, and hit. */

import { isOf } from "../model/recipe.js";
import { voiceOf } from "../model/state.js";
import { trimSamples } from "../model/trim.js";

/** @import { App } from "./app.js" */
/** @import { Mix, Project } from "../model/project.js" */

export class DrumPads {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** @type {Project|null} before a fader was touched */
    this._before = null;
  }

  /** Keep the present sound on a pad. @param {number} n */
  async keep(n) {
    const { recipe, trim, pads } = this._app.project;
    if (!recipe) return;
    const { level = 0, pan = 0, pitch = 0 } = pads[n] ?? {};
    this._app.change({ pads: pads.with(n, { recipe, trim, level, pan, pitch }) });
    await this.load();
    this.hit(n, 1);
  }

  /** Keep the present sound on the first empty pad, or else on the selected one. */
  keepOnFree() {
    const empty = this._app.project.pads.indexOf(null);
    return this.keep(empty < 0 ? this._app.state.selectedPad : empty);
  }

  /** Edit a pad's sound. @param {number} n */
  async edit(n) {
    const kept = this._app.project.pads[n];
    if (kept) await this._app.restore(kept.recipe, { change: { trim: kept.trim } });
  }

  /** @param {number} n */
  clear(n) {
    const { pads } = this._app.project;
    if (!pads[n]) return;
    this._app.change({ pads: pads.with(n, null) });
    void this.load();
  }

  /** @param {number} n */
  select(n) {
    this._app.store.dispatch({ type: "pad-selected", n });
  }

  /** Select a pad and hit it; an empty one keeps the present sound. @param {number} n @param {number} velocity */
  press(n, velocity) {
    this.select(n);
    if (this._app.project.pads[n]) this.hit(n, velocity);
    else void this.keep(n);
  }

  /**
   * Set a pad's level, pan or pitch.
   * @param {number} n
   * @param {Partial<Mix>} mix
   * @param {boolean} isStep false while a fader moves, true where it is released
   */
  mix(n, mix, isStep) {
    const { project, store } = this._app;
    const pad = project.pads[n];
    if (!pad) return;
    this._before ??= project;
    this._app.change({ pads: project.pads.with(n, { ...pad, ...mix }) }, false);
    if (!isStep) return;
    store.dispatch({ type: "project-settled", before: this._before });
    this._before = null;
    this.hit(n, 1);
  }

  /** Load every pad's samples, as a hit must not wait. */
  async load() {
    await Promise.all(this._app.project.pads.map((_, n) => this._load(n)));
  }

  /** @param {number} n */
  async _load(n) {
    const { cache, output, store } = this._app;
    const pad = this._app.project.pads[n];
    const loaded = this._app.state.voices[n];
    if (pad ? voiceOf(this._app.state, n) : !loaded) return;
    const isSameSound = pad && loaded && isOf(loaded.sound, pad.recipe);
    if (loaded && !isSameSound) store.dispatch({ type: "voice-loaded", n, voice: null });
    if (!pad) return;
    try {
      const sound = isSameSound ? loaded.sound : await cache.get(pad.recipe);
      const { recipe, trim } = pad;
      if (this._app.project.pads[n]?.recipe !== recipe) return;
      const samples = trimSamples(sound.samples, sound.sr, trim);
      output.buffer(samples, sound.sr);
      store.dispatch({ type: "voice-loaded", n, voice: { sound, recipe, trim, samples } });
    } catch (error) {
      this._app.report(error);
    }
  }

  /** Play a pad. @param {number} n @param {number} velocity 0 to 1 */
  hit(n, velocity) {
    const { output, project, state } = this._app;
    const [pad, voice] = [project.pads[n], voiceOf(state, n)];
    if (!pad || !voice) return;
    output.wake();
    const gain = 10 ** (pad.level / 20) * velocity;
    output.play(voice.samples, voice.sound.sr, { gain, pan: pad.pan, semitones: pad.pitch });
    this._app.dispatchEvent(new CustomEvent("hit", { detail: n }));
  }
}
