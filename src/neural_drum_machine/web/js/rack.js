/** The sounds of the eight pads: kept, mixed and hit. */

import { isOf } from "./project.js";
import { shaped } from "./shape.js";

export class Rack {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    /** @type {(import("./wire.js").Sound & {heard: Float32Array}|null)[]} */
    this.sounds = app.project.pads.map(() => null);
    /** @type {import("./project.js").Project|null} before a fader was touched */
    this._before = null;
  }

  /** Put the present sound on a pad. @param {number} n */
  async keep(n) {
    const { recipe, trim, pads } = this._app.project;
    if (!recipe) return;
    const { level = 0, pan = 0, pitch = 0 } = pads[n] ?? {};
    this._app.change({ pads: pads.with(n, { recipe, trim, level, pan, pitch }) });
    await this.load();
    this.hit(n, 1);
  }

  /** Work on a pad's sound. @param {number} n */
  async edit(n) {
    const kept = this._app.project.pads[n];
    if (kept) await this._app.restore(kept.recipe, { trim: kept.trim });
  }

  /** @param {number} n */
  clear(n) {
    const { pads } = this._app.project;
    if (!pads[n]) return;
    this._app.change({ pads: pads.with(n, null) });
    void this.load();
  }

  /** @param {number} n @param {Partial<import("./project.js").PadSound>} mix @param {boolean} step */
  mix(n, mix, step) {
    const { project } = this._app;
    const pad = project.pads[n];
    if (!pad) return;
    this._before ??= project;
    this._app.change({ pads: project.pads.with(n, { ...pad, ...mix }) }, false);
    if (!step) return;
    this._app.settle(this._before);
    this._before = null;
    this.hit(n, 1);
  }

  /** Have every pad's samples ready: a hit must not wait. */
  async load() {
    await Promise.all(this._app.project.pads.map((_, n) => this._load(n)));
  }

  /** @param {number} n */
  async _load(n) {
    const app = this._app;
    const pad = app.project.pads[n];
    if (!pad) {
      this.sounds[n] = null;
    } else {
      try {
        const held = this.sounds[n];
        const isHeld = held && isOf(held, pad.recipe);
        if (!isHeld) this.sounds[n] = null; // rather none than another's
        const sound = isHeld ? held : await app.library.get(pad.recipe);
        if (app.project.pads[n]?.recipe !== pad.recipe) return;
        const heard = shaped(sound.samples, sound.sr, pad.trim);
        app.output.buffer(heard, sound.sr);
        this.sounds[n] = { ...sound, heard };
      } catch (error) {
        app.refused(error);
      }
    }
    app.dispatchEvent(new CustomEvent("pad", { detail: n }));
  }

  /** Play a pad. @param {number} n @param {number} velocity 0 to 1 */
  hit(n, velocity) {
    const { output, project } = this._app;
    const [pad, sound] = [project.pads[n], this.sounds[n]];
    if (!pad || !sound) return;
    output.wake();
    const gain = 10 ** (pad.level / 20) * velocity;
    output.play(sound.heard, sound.sr, { gain, pan: pad.pan, semitones: pad.pitch });
    this._app.dispatchEvent(new CustomEvent("hit", { detail: n }));
  }
}
