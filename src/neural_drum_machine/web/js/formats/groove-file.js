/** Grooves as `.ndgroove` has them (docs/grooves.md): patterns of the page become strokes on notes, and the reverse. */

import {
  EMPTY_PATTERN, LIMITS, PATTERNS, PER_BEAT, STEPS, barsOf, isEmpty, stepOf,
} from "../model/beat.js";
import { clamp } from "../model/numbers.js";
import { padOfNote } from "../model/kit.js";

/** @import { Beat, Pattern, Step } from "../model/beat.js" */
/** @import { PadSound } from "../model/kit.js" */

export const GROOVE_FORMAT = "neural_drum_machine_groove";
export const GROOVE_ENDING = ".ndgroove";
const VERSION = 1;
/** The content of a `.ndgroove`. @typedef {Record<string, any>} GrooveContent */
/** Patterns of one beat: as many bars as they hold. @typedef {{name: string, tempo: number, swing: number, unit: number, bars: Pattern[], missing: number[]}} ReadGroove */

/**
 * @param {Beat} beat what is played: the song row, or the shown pattern. Muted pads are left out
 * @param {readonly (PadSound|null)[]} pads
 * @param {number} [times] how often it is played
 * @returns {GrooveContent}
 */
export function writeGroove(beat, pads, times = 1) {
  const bars = Array.from({ length: times }, () => barsOf(beat)).flat();
  const steps = bars.flatMap((pattern, bar) => beat.patterns[pattern].flatMap((row, n) => row.flatMap((step, at) => {
    const pad = pads[n];
    const isHeard = beat.soloed.length ? beat.soloed.includes(n) : !beat.muted.includes(n);
    if (!step || !pad || !isHeard) return [];
    return { beat: (bar * STEPS + at) / PER_BEAT, note: pad.note, ...written(step) };
  })));
  return {
    [GROOVE_FORMAT]: VERSION, name: beat.name, beats: (bars.length * STEPS) / PER_BEAT, tempo: [[0, beat.tempo]], meter: [4, 4],
    swing: beat.swing, swing_unit: beat.unit, steps,
  };
}

/** A stroke's values that are not the defaults. @param {Step} step */
function written({ chance, flam, nudge, repeats, velocity }) {
  return {
    velocity, ...(chance < 1 && { probability: chance }), ...(repeats > 1 && { ratchet: repeats }), ...(flam && { flam_ms: flam }),
    ...(nudge && { nudge_ms: nudge }),
  };
}

/**
 * Read a groove: each stroke goes to the nearest step, and its distance is kept as a nudge.
 * @param {any} content
 * @param {readonly (PadSound|null)[]} pads
 * @returns {ReadGroove} `missing`: notes that no pad plays
 * @throws {Error} with a sentence for people
 */
export function readGroove(content, pads) {
  if (content?.[GROOVE_FORMAT] === undefined) throw new Error("This file is not a beat of this program.");
  if (content[GROOVE_FORMAT] > VERSION) throw new Error("This beat is from a newer version of this program. Update the program to open it.");
  if (!Array.isArray(content.steps)) throw new Error("This beat is damaged: it has no list of steps.");
  const tempo = clamp(finite(content.tempo?.[0]?.[1], 120), ...LIMITS.tempo);
  const swing = clamp(finite(content.swing, 0.5), ...LIMITS.swing);
  const unit = content.swing_unit === 0.5 ? 0.5 : 0.25;
  const count = clamp(Math.ceil((finite(content.beats, 4) * PER_BEAT) / STEPS), 1, 1000);
  const bars = Array.from({ length: count }, () => EMPTY_PATTERN);
  const missing = new Set();
  for (const stroke of content.steps) {
    const place = finite(stroke?.beat, -1) * PER_BEAT;
    const pad = padOfNote(pads, stroke?.note);
    if (pad < 0) missing.add(stroke?.note);
    if (pad < 0 || place < 0) continue;
    const step = Math.round(place) % (count * STEPS);
    const away = ((place - Math.round(place)) / PER_BEAT) * (60_000 / tempo);
    const bar = Math.floor(step / STEPS);
    const values = stepOf({
      velocity: finite(stroke.velocity, 100), chance: finite(stroke.probability, 1), repeats: finite(stroke.ratchet, 1),
      flam: finite(stroke.flam_ms, 0), nudge: Math.round(10 * (finite(stroke.nudge_ms, 0) + away)) / 10,
    });
    const row = bars[bar][pad];
    const there = row[step % STEPS];
    if (!there || there.velocity < values.velocity) bars[bar] = bars[bar].with(pad, row.with(step % STEPS, values));
  }
  return { name: String(content.name ?? "Beat").slice(0, 100), tempo, swing, unit, bars, missing: [...missing].sort((a, b) => a - b) };
}

/**
 * A beat that plays the bars of a groove: equal bars share a pattern, and the song row has their order.
 * @param {Beat} beat @param {ReadGroove} groove
 * @returns {{beat: Beat, left: number}} `left`: bars that find no pattern
 */
export function withGroove(beat, { bars, name, swing, tempo, unit }) {
  /** @type {Pattern[]} */
  const patterns = [];
  /** @type {number[]} */
  const song = [];
  let left = 0;
  for (const bar of bars) {
    const text = JSON.stringify(bar);
    let n = patterns.findIndex((each) => JSON.stringify(each) === text);
    if (n < 0 && patterns.length < PATTERNS) n = patterns.push(bar) - 1;
    if (n < 0) left += 1;
    else song.push(n);
  }
  while (patterns.length < PATTERNS) patterns.push(EMPTY_PATTERN);
  const isSong = song.length > 1 && !patterns.slice(1).every(isEmpty);
  return { beat: { ...beat, name, tempo, swing, unit, patterns, shown: 0, song: song.length ? song : [0], isSong }, left };
}

/** @param {unknown} value @param {number} missing */
function finite(value, missing) {
  return typeof value === "number" && Number.isFinite(value) ? value : missing;
}
