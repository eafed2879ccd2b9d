/** The beat: it is played, edited, recorded and tapped. */

import { Sequencer } from "../audio/sequencer.js";
import { EMPTY_PATTERN, LIMITS, MOST_SONG, STEPS, patternAt, stepOf, toggled, withStep } from "../model/beat.js";
import { readGroove, withGroove } from "../formats/groove-file.js";
import { clamp } from "../model/numbers.js";
import { nearestStep } from "../model/timing.js";

/** @import { App } from "./app.js" */
/** @import { Position } from "../audio/sequencer.js" */
/** @import { Beat, Step } from "../model/beat.js" */
/** @import { Project } from "../model/project.js" */

/** Milliseconds after which taps begin anew, and the taps that are averaged. */
const [TAP_REST, TAPS] = [2200, 8];

/** Fires `step` (detail: the position) for every step, ahead of its time. */
export class BeatCommands extends EventTarget {
  /** @param {App} app */
  constructor(app) {
    super();
    this._app = app;
    /** @type {number[]} */
    this._taps = [];
    /** The project before a control of the beat was held. @type {Project|null} */
    this._before = null;
    this.sequencer = new Sequencer({
      clock: () => app.output.context,
      beat: () => app.project.beat,
      stroke: ({ pad, velocity, when }) => app.drumPads.hit(pad, velocity, when),
      step: (position) => this._step(position),
      isSeen: () => !document.hidden,
    });
  }

  get _beat() {
    return this._app.project.beat;
  }

  /** Start the beat, or stop it. */
  toggle() {
    if (this.sequencer.isPlaying) this.stop();
    else this.play();
  }

  play() {
    const { output, store } = this._app;
    output.wake();
    this.sequencer.start();
    store.dispatch({ type: "beat-started", isPlaying: true });
  }

  stop() {
    const { store } = this._app;
    this.sequencer.stop();
    store.dispatch({ type: "beat-started", isPlaying: false });
    store.dispatch({ type: "recording-set", isRecording: false });
  }

  /** Record what is played, or stop recording. Recording starts the beat. */
  toggleRecording() {
    const { state, store } = this._app;
    const isRecording = !state.isRecording;
    if (isRecording && !this.sequencer.isPlaying) this.play();
    store.dispatch({ type: "recording-set", isRecording });
  }

  /** @param {Position} position */
  _step(position) {
    this.dispatchEvent(new CustomEvent("step", { detail: position }));
  }

  /**
   * Change the beat.
   * @param {Partial<Beat>} values
   * @param {boolean} [isStep] false while a control is held, true where it is released
   */
  set(values, isStep = true) {
    const { project, store } = this._app;
    const before = this._before ?? project;
    this._app.change({ beat: { ...project.beat, ...values } }, false);
    this._before = isStep ? null : before;
    if (isStep && this._app.project !== before) store.dispatch({ type: "project-settled", before });
  }

  /** @param {number} tempo @param {boolean} [isStep] */
  setTempo(tempo, isStep) {
    this.set({ tempo: clamp(Math.round(10 * tempo) / 10, ...LIMITS.tempo) }, isStep);
  }

  /** Tap the tempo. @param {number} [now] milliseconds */
  tap(now = performance.now()) {
    const last = this._taps.at(-1);
    if (last === undefined || now - last > TAP_REST) this._taps = [];
    this._taps = [...this._taps, now].slice(-TAPS);
    const n = this._taps.length;
    if (n < 2) return;
    this.setTempo(Math.round((60_000 * (n - 1)) / (this._taps[n - 1] - this._taps[0])));
  }

  /** Set a stroke of the shown pattern, or take it away. @param {number} pad @param {number} at @param {Partial<Step>|null} values @param {boolean} [isStep] */
  setStep(pad, at, values, isStep = true) {
    const beat = this._beat;
    const old = beat.patterns[beat.shown][pad][at];
    const { patterns } = withStep(beat, pad, at, values && stepOf({ ...old, ...values }));
    this.set({ patterns }, isStep);
  }

  /** Select the step that the step controls edit, and its pad. @param {number} pad @param {number} at */
  selectStep(pad, at) {
    this._app.drumPads.select(pad);
    this._app.store.dispatch({ type: "step-selected", pad, at });
  }

  /** @param {number} n */
  show(n) {
    this._app.change({ beat: { ...this._beat, shown: n } }, false);
  }

  /** Copy the shown pattern to another one, and show that. @param {number} n */
  copyTo(n) {
    const { patterns, shown } = this._beat;
    this.set({ patterns: patterns.with(n, patterns[shown]), shown: n });
  }

  /** Empty the shown pattern, or one pad of it. @param {number} [pad] */
  clear(pad) {
    const { patterns, shown } = this._beat;
    const rows = patterns[shown];
    this.set({ patterns: patterns.with(shown, pad === undefined ? EMPTY_PATTERN : rows.with(pad, EMPTY_PATTERN[0])) });
  }

  /** Play the song row, or the shown pattern. @param {boolean} isSong */
  playSong(isSong) {
    this.set({ isSong });
  }

  /** Add a pattern to the song row. @param {number} n */
  addToSong(n) {
    this.set({ song: [...this._beat.song, n].slice(0, MOST_SONG), isSong: true });
  }

  /** Take a place out of the song row. @param {number} place */
  removeFromSong(place) {
    const song = this._beat.song.filter((_, i) => i !== place);
    this.set(song.length ? { song } : { song: [this._beat.shown], isSong: false });
  }

  /** @param {number} pad */
  toggleMute(pad) {
    this.set({ muted: toggled(this._beat.muted, pad) });
  }

  /** @param {number} pad */
  toggleSolo(pad) {
    this.set({ soloed: toggled(this._beat.soloed, pad) });
  }

  /** Play a groove's bars. @param {any} content of a `.ndgroove` @param {readonly string[]} [notes] about it @throws {Error} with a sentence for people */
  open(content, notes = []) {
    const { pads } = this._app.project;
    const groove = readGroove(content, pads);
    const { beat, left } = withGroove(this._beat, groove);
    this.set(beat);
    const missing = groove.missing.length ? ` No pad plays the notes ${groove.missing.join(", ")}.` : "";
    const beyond = left ? ` ${left} bars are left out: there are four patterns.` : "";
    this._app.notice([`The beat ${groove.name} is open.${missing}${beyond}`, ...notes, "Undo brings the last one back."].join(" "));
  }

  /** Write a stroke that was just played into the pattern, if recording is on. @param {number} pad @param {number} velocity */
  record(pad, velocity) {
    const { output, state } = this._app;
    if (!state.isRecording || !this.sequencer.isPlaying) return;
    const { bar, seconds } = this.sequencer.placeOf(output.context.currentTime - output.latency);
    const { at, late } = nearestStep(this._beat, seconds);
    const pattern = patternAt(this._beat, bar + Math.floor(at / STEPS));
    const step = stepOf({ velocity, nudge: state.options.isQuantised ? 0 : Math.round(late) });
    this.set({ patterns: withStep(this._beat, pad, at % STEPS, step, pattern).patterns });
  }
}
