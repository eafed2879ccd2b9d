/**
 * The clock of the beat. A timer looks a little ahead and hands every stroke to the audio clock, which starts it to the
 * sample. Times are computed from where playing began, never added up, so nothing drifts.
 */

import { PER_BEAT, STEPS, patternAt } from "../model/beat.js";
import { DRIFT_MS, DRIFT_VELOCITY, HAND_MS, HAND_VELOCITY, circularDrift, normal } from "../model/drift.js";
import { clamp } from "../model/numbers.js";
import { earliest, strokesAt } from "../model/timing.js";

/** @import { Beat } from "../model/beat.js" */

/** What the clock needs of an audio context. @typedef {{currentTime: number}} Clock */
/** A stroke at a time of the clock. @typedef {{pad: number, velocity: number, when: number}} Timed */
/** A step at a time of the clock. @typedef {{pattern: number, at: number, when: number, bar: number}} Position */

/** Seconds that strokes are handed over ahead; in a tab that is not seen, timers come once a second. */
const [AHEAD, AHEAD_UNSEEN] = [0.12, 1.6];
/** Milliseconds between two looks. */
const EVERY = 25;
/** Seconds until the first step. */
const START = 0.06;
/** Places of the drift: four bars of sixteenths. */
const DRIFT_STEPS = 64;

export class Sequencer {
  /**
   * @param {object} on
   * @param {() => Clock} on.clock
   * @param {() => Beat} on.beat
   * @param {(stroke: Timed) => void} on.stroke
   * @param {(position: Position) => void} [on.step] called ahead, as for strokes
   * @param {() => boolean} [on.isSeen]
   * @param {() => number} [on.random]
   */
  constructor({ clock, beat, stroke, step = () => {}, isSeen = () => true, random = Math.random }) {
    this._on = { clock, beat, stroke, step, isSeen, random };
    this._timer = 0;
    this.isPlaying = false;
    /** The next step, counted from the start of playing. */
    this._next = 0;
    /** A step whose time is known, and the tempo from there. */
    this._origin = { step: 0, time: 0, tempo: 120 };
    this._drift = { time: new Float64Array(1), velocity: new Float64Array(1) };
  }

  /** Begin with the first step. @param {number} [at] a time of the clock */
  start(at = this._on.clock().currentTime + START) {
    this.stop();
    const { random } = this._on;
    this.isPlaying = true;
    this._next = 0;
    this._origin = { step: 0, time: at, tempo: this._on.beat().tempo };
    this._drift = { time: circularDrift(DRIFT_STEPS, random), velocity: circularDrift(DRIFT_STEPS, random) };
    this.look();
    this._timer = /** @type {any} */ (setInterval(() => this.look(), EVERY));
  }

  stop() {
    clearInterval(this._timer);
    this.isPlaying = false;
  }

  /** When a step begins on the straight grid. @param {number} step counted from the start of playing */
  timeOf(step) {
    const { step: from, tempo, time } = this._origin;
    return time + ((step - from) * 60) / (tempo * PER_BEAT);
  }

  /** Where a time lies: the bar from the start of playing, and seconds within it. @param {number} time of the clock */
  placeOf(time) {
    const second = 60 / (this._origin.tempo * PER_BEAT);
    const steps = this._origin.step + (time - this._origin.time) / second;
    const bar = Math.max(0, Math.floor(steps / STEPS));
    return { bar, seconds: (steps - bar * STEPS) * second };
  }

  /** Follow a clock from outside: a step lies at a time. @param {number} time @param {number} step counted from the start of playing */
  align(time, step) {
    this._origin = { step, time, tempo: this._on.beat().tempo };
  }

  /** Hand over everything that is due soon. */
  look() {
    if (!this.isPlaying) return;
    const beat = this._on.beat();
    if (beat.tempo !== this._origin.tempo) {
      this._origin = { step: this._next, time: this.timeOf(this._next), tempo: beat.tempo };
    }
    const ahead = (this._on.isSeen() ? AHEAD : AHEAD_UNSEEN) + earliest(beat.patterns);
    const now = this._on.clock().currentTime;
    while (this.isPlaying && this.timeOf(this._next) < now + ahead) {
      this._hand(beat, this._next);
      this._next += 1;
    }
  }

  /** Hand over one step. @param {Beat} beat @param {number} step */
  _hand(beat, step) {
    const bar = Math.floor(step / STEPS);
    const at = step % STEPS;
    const pattern = patternAt(beat, bar);
    const start = this.timeOf(step - at);
    this._on.step({ pattern, at, bar, when: this.timeOf(step) });
    for (const stroke of strokesAt(beat, beat.patterns[pattern], at, this._on.random)) {
      this._on.stroke(this._played(beat, step, { ...stroke, when: start + stroke.seconds }));
    }
  }

  /** A stroke as a hand plays it. @param {Beat} beat @param {number} step @param {Timed} stroke @returns {Timed} */
  _played({ human }, step, { pad, velocity, when }) {
    if (!human) return { pad, velocity, when };
    const { random } = this._on;
    const place = step % DRIFT_STEPS;
    const late = DRIFT_MS * this._drift.time[place] + HAND_MS * normal(random);
    const harder = DRIFT_VELOCITY * this._drift.velocity[place] + HAND_VELOCITY * normal(random);
    return { pad, velocity: clamp(Math.round(velocity + human * harder), 1, 127), when: when + (human * late) / 1000 };
  }
}
