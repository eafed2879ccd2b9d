/** What MIDI does: notes play pads, and teach them their note; controllers turn knobs; a clock leads the beat, or follows it. */

import { ends, qualitiesOf, valueAt } from "../model/qualities.js";
import { padOfNote } from "../model/kit.js";
import { categoryOf } from "../model/state.js";
import { readStored, writeStored } from "./browser-storage.js";

/** @import { App } from "./app.js" */
/** @import { MidiMessage, MidiOut } from "../input/midi.js" */
/** @import { Position } from "../audio/sequencer.js" */

const KEY = "ndm.midi";
/** Clock ticks of a quarter note, and of a step. */
const [TICKS, STEP_TICKS] = [24, 6];
/** Ticks over which the tempo of a clock is measured. */
const MEASURED = 48;
/** What a controller can turn beside the values of a sound. */
const PLACES = /** @type {const} */ (["p1", "p2", "p3"]);

/** What is learned next: a pad gets a note, or a knob a controller. @typedef {{type: "pad"}|{type: "knob", name: string}|null} Lesson */

export class MidiCommands {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** @type {MidiOut[]} */
    this._outs = [];
    /** @type {Lesson} */
    this.lesson = null;
    /** The knob that a controller turns. @type {Record<number, string>} */
    this._knobs = readKnobs();
    /** When ticks of a clock came. @type {number[]} */
    this._ticks = [];
    this._count = 0;
    this._isLed = false;
    this._rest = 0;
    /** Whether the page's clock goes out. */
    this.isSending = false;
    app.beat.addEventListener("step", (event) => this._send(/** @type {CustomEvent} */ (event).detail));
    app.store.subscribe((state, before) => {
      if (state.isPlaying !== before.isPlaying) this._sendState(state.isPlaying);
    });
  }

  /** @param {MidiOut[]} outs */
  connect(outs) {
    this._outs = outs;
  }

  /** @param {MidiMessage} message @param {number} time as of `performance.now()` */
  take(message, time) {
    if (message.type === "note") this._note(message.note, message.velocity);
    else if (message.type === "control") this._control(message.control, message.value);
    else if (message.type === "clock") this._tick(time);
    else if (message.type === "stop") this._lead(false);
    else this._lead(true);
  }

  /** @param {number} note @param {number} velocity */
  _note(note, velocity) {
    const { drumPads, project } = this._app;
    if (this.lesson?.type === "pad") {
      this.lesson = null;
      const { pads, selected } = project;
      const other = pads.findIndex((pad) => pad?.note === note);
      const pad = pads[selected];
      if (!pad) return;
      // Notes differ: the pad that had it gets the other one.
      const swapped = other >= 0 && other !== selected ? pads.with(other, { .../** @type {NonNullable<typeof pad>} */ (pads[other]), note: pad.note }) : pads;
      this._app.change({ pads: swapped.with(selected, { ...pad, note }) });
      this._app.notice(`Note ${note} plays ${pad.name} now.`);
    }
    const n = padOfNote(this._app.project.pads, note);
    if (n >= 0) drumPads.strike(n, velocity);
  }

  /** @param {number} control @param {number} value 0 to 1 */
  _control(control, value) {
    const { gesture, project, state, wishes } = this._app;
    if (this.lesson?.type === "knob") {
      this._knobs = { ...this._knobs, [control]: this.lesson.name };
      writeStored(KEY, JSON.stringify(this._knobs));
      this._app.notice(`Controller ${control} turns ${this.lesson.name} now.`);
      this.lesson = null;
    }
    const name = this._knobs[control];
    if (!name || !project.recipe) return;
    const place = PLACES.indexOf(/** @type {typeof PLACES[number]} */ (name));
    if (place >= 0) {
      const [middle, range] = place < 2 ? [project.center[place], project.range] : [0, 1];
      gesture.move({ [name]: middle + range * (2 * value - 1) });
    } else {
      const quality = qualitiesOf(state.hello, categoryOf(state)).find((each) => each.name === name);
      if (!quality) return;
      const [low, high] = ends(quality, state.hello?.wishes[categoryOf(state)][name] ?? []);
      wishes.drag(name, valueAt(quality, low + value * (high - low)));
    }
    // A controller tells no end of a turn.
    clearTimeout(this._rest);
    this._rest = setTimeout(() => void gesture.release(), 300);
  }

  /** A clock from outside begins, or ends. @param {boolean} isOn */
  _lead(isOn) {
    const { beat } = this._app;
    [this._isLed, this._count, this._ticks] = [isOn, 0, []];
    if (isOn !== beat.sequencer.isPlaying) beat.toggle();
  }

  /** @param {number} time milliseconds */
  _tick(time) {
    const { beat, output } = this._app;
    this._ticks = [...this._ticks, time].slice(-MEASURED - 1);
    const n = this._ticks.length - 1;
    if (n >= TICKS) {
      const tempo = (60_000 * n) / (this._ticks[n] - this._ticks[0]) / TICKS;
      if (Math.abs(tempo - this._app.project.beat.tempo) > 0.3) this._app.change({ beat: { ...this._app.project.beat, tempo: Math.round(10 * tempo) / 10 } }, false);
    }
    this._count += 1;
    if (!this._isLed || !beat.sequencer.isPlaying || this._count % (4 * TICKS) !== 1 || this._count < TICKS) return;
    // Once a bar the beat is set to the clock.
    const now = output.context.currentTime - (performance.now() - time) / 1000;
    beat.sequencer.align(now, (this._count - 1) / STEP_TICKS);
  }

  /** @param {Position} position */
  _send({ when }) {
    if (!this.isSending || this._isLed) return;
    const { output, project } = this._app;
    const start = performance.now() + 1000 * (when - output.context.currentTime + output.latency);
    const tick = 60_000 / (project.beat.tempo * TICKS);
    for (const out of this._outs) {
      for (let k = 0; k < STEP_TICKS; k++) out.send([0xf8], start + k * tick);
    }
  }

  /** @param {boolean} isPlaying */
  _sendState(isPlaying) {
    if (this.isSending && !this._isLed) for (const out of this._outs) out.send([isPlaying ? 0xfa : 0xfc]);
  }
}

/** @returns {Record<number, string>} */
function readKnobs() {
  try {
    const value = JSON.parse(readStored(KEY) ?? "{}");
    return typeof value === "object" && value ? value : {};
  } catch {
    return {};
  }
}
