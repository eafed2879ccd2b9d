/** When strokes are played: swing, repeats, flams and nudges. The same laws as in `grooves/`. It is pure. */

import { PER_BEAT, STEPS, isHeard } from "./beat.js";
import { clamp } from "./numbers.js";

/** @import { Beat, Pattern } from "./beat.js" */

/** A stroke of a pad; `seconds` after the start of its bar, at the beat's tempo. @typedef {{pad: number, velocity: number, seconds: number}} Stroke */

/** The velocities of a flam's first stroke beside the second, and of each repeat beside the one before, as in `grooves/playing.py`. */
const [GRACE, REPEAT] = [0.55, 0.85];

/** Where a place lies with swing, in quarter notes. @param {Pick<Beat, "swing"|"unit">} beat @param {number} place in quarter notes */
export function swung({ swing, unit }, place) {
  const pair = 2 * unit;
  const start = Math.floor(place / pair) * pair;
  const share = (place - start) / pair;
  if (share < 0.5) return start + share * 2 * swing * pair;
  return start + (swing + (share - 0.5) * 2 * (1 - swing)) * pair;
}

/**
 * The strokes of a step of a bar.
 * @param {Beat} beat
 * @param {Pattern} pattern
 * @param {number} at the step
 * @param {() => number} [random] 0 to 1, for the chance
 * @returns {Stroke[]}
 */
export function strokesAt(beat, pattern, at, random = Math.random) {
  const quarter = 60 / beat.tempo;
  /** @type {Stroke[]} */
  const strokes = [];
  pattern.forEach((row, pad) => {
    const step = row[at];
    if (!step || !isHeard(beat, pad) || (step.chance < 1 && random() >= step.chance)) return;
    const { flam, nudge, repeats, velocity } = step;
    const later = nudge / 1000;
    for (let k = 0; k < repeats; k++) {
      const place = swung(beat, (at + k / repeats) / PER_BEAT);
      strokes.push({ pad, velocity: bounded(velocity * REPEAT ** k), seconds: place * quarter + later });
    }
    if (flam) strokes.push({ pad, velocity: bounded(GRACE * velocity), seconds: swung(beat, at / PER_BEAT) * quarter + later - flam / 1000 });
  });
  return strokes;
}

/** How much earlier than its step a stroke of a pattern may be, in seconds. @param {readonly Pattern[]} patterns */
export function earliest(patterns) {
  let most = 0;
  for (const pattern of patterns) {
    for (const row of pattern) for (const step of row) if (step) most = Math.max(most, (step.flam - step.nudge) / 1000);
  }
  return most;
}

/**
 * The step nearest to a time, for recording.
 * @param {Beat} beat
 * @param {number} seconds since the start of the bar
 * @returns {{at: number, late: number}} the step (16 is the first of the next bar), and how much later than it, in milliseconds
 */
export function nearestStep(beat, seconds) {
  const quarter = 60 / beat.tempo;
  let best = { at: 0, late: Infinity };
  for (let at = 0; at <= STEPS; at++) {
    const late = 1000 * (seconds - swung(beat, at / PER_BEAT) * quarter);
    if (Math.abs(late) < Math.abs(best.late)) best = { at, late };
  }
  return best;
}

/** @param {number} velocity */
function bounded(velocity) {
  return clamp(Math.round(velocity), 1, 127);
}
