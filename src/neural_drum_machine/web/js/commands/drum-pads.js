/** The drum pads: sounds are kept on them, mixed, and hit. */

import { newPad, renamed } from "../model/kit.js";
import { gainOf } from "../model/mix.js";
import { LOUDEST, isOf } from "../model/recipe.js";
import { projectOf, voiceOf } from "../model/state.js";
import { trimmed } from "../model/trim.js";

/** @import { App } from "./app.js" */
/** @import { Touch } from "../audio/mixer.js" */
/** @import { Mix, PadSound, Voicing } from "../model/kit.js" */
/** @import { Project } from "../model/project.js" */

export class DrumPads {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** @type {Project|null} before a fader was touched */
    this._before = null;
  }

  /** Load the samples of pads that change, from now on. */
  start() {
    this._app.store.subscribe((state, before) => {
      if (projectOf(state).pads !== projectOf(before).pads) void this.load();
    });
  }

  /** Copy the present sound to another pad. @param {number} n */
  async keep(n) {
    const { recipe, trim, pads, selected } = this._app.project;
    if (!recipe) return;
    if (n !== selected) {
      const kept = pads[n] ? renamed(pads, n, recipe.category) : newPad(pads, n, recipe.category);
      this._app.change({ pads: pads.with(n, { ...kept, recipe, trim }) });
    }
    await this.load();
    this.hit(n);
  }

  /** @param {number} n */
  clear(n) {
    const { pads } = this._app.project;
    if (!pads[n]) return;
    this._app.change({ pads: pads.with(n, null) });
    void this.load();
  }

  /** Edit a pad. @param {number} n */
  select(n) {
    const { gesture, store } = this._app;
    if (n === this._app.project.selected) return;
    void gesture.release();
    store.dispatch({ type: "pad-selected", n });
    void this._app.catchUp(false);
  }

  /** Select a pad and hit it. @param {number} n @param {number} [velocity] */
  press(n, velocity = LOUDEST) {
    this.select(n);
    this.strike(n, velocity);
  }

  /** Hit a pad as a player: it is recorded if recording is on. @param {number} n @param {number} velocity */
  strike(n, velocity) {
    this.hit(n, velocity);
    this._app.beat.record(n, velocity);
  }

  /** Set what a pad is called, its note, or whether it is locked. @param {number} n @param {Partial<Voicing>} values */
  set(n, values) {
    const { pads } = this._app.project;
    const pad = pads[n];
    if (pad) this._app.change({ pads: pads.with(n, { ...pad, ...values }) });
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
    this.hit(n);
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
      const { sound: here } = this._app.state;
      const isHere = here && n === this._app.project.selected && isOf(here, pad.recipe);
      const sound = isSameSound ? loaded.sound : isHere ? here : await cache.get(pad.recipe);
      const { recipe, trim } = pad;
      if (this._app.project.pads[n]?.recipe !== recipe) return;
      const channels = trimmed(sound.channels, sound.sr, trim);
      output.buffer(channels, sound.sr);
      store.dispatch({ type: "voice-loaded", n, voice: { sound, recipe, trim, channels } });
    } catch (error) {
      this._app.report(error);
    }
  }

  /**
   * Play a pad.
   * @param {number} n
   * @param {number} [velocity] 1 to 127; at 127 its sound is as it is
   * @param {number} [when] seconds of the audio context; now, if it is absent
   */
  hit(n, velocity = LOUDEST, when) {
    const { layers, output, project, state } = this._app;
    const [pad, voice] = [project.pads[n], voiceOf(state, n)];
    if (!pad || !voice) return;
    if (when === undefined) output.wake();
    const { channels, gain } = layers.pick(n, voice, velocity);
    const at = output.play(channels, voice.sound.sr, { ...touchOf(pad, n), gain: gainOf(pad.level) * gain, when }).at;
    this._app.dispatchEvent(new CustomEvent("hit", { detail: { n, velocity, at } }));
  }

  /** Play the sound being edited, and end the one before it: a drag makes many. @param {number} n @param {Touch} touch */
  preview(n, touch) {
    const { output, project, state } = this._app;
    const [pad, voice] = [project.pads[n], state.voices[n]];
    if (!pad || !voice) return;
    output.wake();
    const semitones = pad.pitch + (touch.semitones ?? 0);
    output.preview(voice.channels, voice.sound.sr, { ...touchOf(pad, n), gain: gainOf(pad.level) * (touch.gain ?? 1), semitones });
    this._app.dispatchEvent(new CustomEvent("hit", { detail: { n, velocity: LOUDEST, at: 0 } }));
  }
}

/** How a pad's mix plays it. @param {PadSound} pad @param {number} n @returns {Touch} */
function touchOf({ choke, chokeMs, pan, pitch }, n) {
  return { pan, semitones: pitch, strip: n, group: choke, chokeMs };
}
