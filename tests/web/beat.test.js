import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Sequencer } from "../../src/neural_drum_machine/web/js/audio/sequencer.js";
import { readBeat, writeBeat } from "../../src/neural_drum_machine/web/js/formats/beat-value.js";
import { readGroove, withGroove, writeGroove } from "../../src/neural_drum_machine/web/js/formats/groove-file.js";
import { emptyBeat, stepOf, withStep } from "../../src/neural_drum_machine/web/js/model/beat.js";
import { circularDrift } from "../../src/neural_drum_machine/web/js/model/drift.js";
import { nearestStep, strokesAt, swung } from "../../src/neural_drum_machine/web/js/model/timing.js";
import { startApp } from "./support/fakes.js";
import { padSound, padsWith } from "./support/values.js";

beforeEach(() => {
  mock.timers.enable({ apis: ["setInterval"] });
  globalThis.document = { hidden: false };
});
afterEach(() => {
  mock.timers.reset();
  delete globalThis.document;
});

/** A beat with strokes: [pad, step, values]. */
const beatOf = (strokes, changes = {}) =>
  strokes.reduce((beat, [pad, at, values = {}]) => withStep(beat, pad, at, stepOf(values)), { ...emptyBeat(), ...changes });

/** A sequencer on a clock that the test moves. */
function running(first) {
  const state = { beat: first, time: 0, strokes: [] };
  const clock = { get currentTime() { return state.time; } };
  const sequencer = new Sequencer({ clock: () => clock, beat: () => state.beat, stroke: (each) => state.strokes.push(each) });
  sequencer.start(0);
  const run = (seconds) => {
    const end = state.time + seconds;
    while (state.time < end) {
      state.time += 0.025;
      mock.timers.tick(25);
    }
  };
  return { run, sequencer, state };
}

test("ten minutes have no drift: every stroke is due where its place says, whatever the timer does", () => {
  const tempo = 123.7;
  const { run, state } = running(beatOf([[0, 0], [0, 4], [0, 8], [0, 12]], { tempo }));
  run(600);
  const { strokes } = state;
  assert.ok(strokes.length > 1236);
  strokes.forEach(({ when }, n) => assert.ok(Math.abs(when - (n * 60) / tempo) < 1e-9, `${n}: ${when}`));
});

test("strokes are handed over before they are due, never later", () => {
  const beat = beatOf(Array.from({ length: 16 }, (_, at) => [1, at, { nudge: -40 }]), { tempo: 174 });
  const { run, state } = running(beat);
  const { push } = state.strokes;
  state.strokes.push = (each) => {
    if (state.time > 0.1) assert.ok(each.when > state.time, `${each.when} at ${state.time}`);
    return push.call(state.strokes, each);
  };
  run(10);
});

test("another tempo holds from the next step on, without a gap", () => {
  const { run, state } = running(beatOf(Array.from({ length: 16 }, (_, at) => [0, at]), { tempo: 120 }));
  run(1);
  state.beat = { ...state.beat, tempo: 60 };
  run(4);
  const gaps = state.strokes.slice(1).map(({ when }, n) => when - state.strokes[n].when);
  assert.ok(gaps.every((gap) => Math.abs(gap - 0.125) < 1e-9 || Math.abs(gap - 0.25) < 1e-9));
  assert.equal(gaps.findIndex((gap) => gap > 0.2), gaps.findLastIndex((gap) => gap < 0.2) + 1);
});

test("the song row is played in its order, and muted and other pads than soloed ones are silent", () => {
  let beat = withStep(withStep(emptyBeat(), 0, 0, stepOf({}), 0), 1, 0, stepOf({}), 1);
  beat = { ...beat, song: [0, 1, 1], isSong: true };
  const heard = (changes) => {
    const { run, sequencer, state } = running({ ...beat, ...changes });
    run(11.9);
    sequencer.stop();
    return state.strokes.map(({ pad }) => pad);
  };
  assert.deepEqual(heard({}), [0, 1, 1, 0, 1, 1, 0]);
  assert.deepEqual(heard({ muted: [1] }), [0, 0, 0]);
  assert.deepEqual(heard({ soloed: [1], muted: [1] }), [1, 1, 1, 1]);
});

test("swing, repeats, flams and nudges lie where grooves/ has them", () => {
  assert.deepEqual([0, 0.25, 0.5, 0.75].map((place) => swung({ swing: 0.6, unit: 0.25 }, place)), [0, 0.3, 0.5, 0.8]);
  assert.equal(swung({ swing: 2 / 3, unit: 0.5 }, 0.5), 2 / 3);
  const beat = beatOf([[0, 4, { repeats: 2, flam: 24, nudge: 10, velocity: 100 }]], { tempo: 60 });
  const strokes = strokesAt(beat, beat.patterns[0], 4);
  assert.deepEqual(strokes.map(({ seconds, velocity }) => [Number(seconds.toFixed(6)), velocity]), [[1.01, 100], [1.135, 85], [0.986, 55]]);
});

test("a chance is drawn each time", () => {
  const beat = beatOf([[0, 0, { chance: 0.3 }]]);
  const draws = [0.1, 0.29, 0.3, 0.9];
  assert.deepEqual(draws.map((draw) => strokesAt(beat, beat.patterns[0], 0, () => draw).length), [1, 1, 0, 0]);
});

test("a humanised beat drifts in time and velocity by milliseconds, and not further", () => {
  const { run, state } = running(beatOf(Array.from({ length: 16 }, (_, at) => [0, at]), { tempo: 120, human: 1 }));
  run(60);
  const late = state.strokes.map(({ when }, n) => 1000 * (when - n * 0.125));
  const size = Math.sqrt(late.reduce((sum, v) => sum + v * v, 0) / late.length);
  assert.ok(size > 3 && size < 15, `${size} ms`);
  assert.ok(new Set(state.strokes.map(({ velocity }) => velocity)).size > 5);
});

test("the drift goes round without a seam, with more of slow changes than of quick ones", () => {
  const noise = circularDrift(64);
  const rms = (values) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  assert.ok(Math.abs(rms([...noise]) - 1) < 1e-9);
  assert.ok(rms([...noise].map((v, i) => v - noise[(i + 1) % 64])) < 1.4); // white noise has 1.41
});

test("what is played goes to the nearest step of the swung grid", () => {
  const beat = { ...emptyBeat(), tempo: 60, swing: 0.6 };
  assert.equal(nearestStep(beat, 0.31).at, 1);
  assert.ok(Math.abs(nearestStep(beat, 0.31).late - 10) < 1e-9);
  assert.equal(nearestStep(beat, 3.99).at, 16);
});

test("playing is recorded, to the grid or beside it, and one undo takes a stroke back", async () => {
  const { app, output } = await startApp();
  app.beat.set({ tempo: 60 });
  app.beat.toggleRecording();
  assert.deepEqual([app.state.isPlaying, app.state.isRecording], [true, true]);
  output.context.currentTime = 0.06 + 0.52; // playing begins 60 ms after its start
  app.drumPads.strike(0, 90);
  assert.deepEqual(app.project.beat.patterns[0][0][2], stepOf({ velocity: 90 }));
  app.store.dispatch({ type: "option-set", options: { isQuantised: false } });
  output.context.currentTime = 0.06 + 1.02;
  app.drumPads.strike(0, 80);
  assert.deepEqual(app.project.beat.patterns[0][0][4], stepOf({ velocity: 80, nudge: 20 }));
  app.undo();
  assert.equal(app.project.beat.patterns[0][0][4], null);
  app.beat.stop();
  assert.equal(app.state.isRecording, false);
});

test("taps set the tempo, and begin anew after a pause", async () => {
  const { app } = await startApp();
  for (const ms of [0, 500, 1000, 1500]) app.beat.tap(ms);
  assert.equal(app.project.beat.tempo, 120);
  for (const ms of [9000, 9600]) app.beat.tap(ms);
  assert.equal(app.project.beat.tempo, 100);
});

test("a control that is held is one step of undo", async () => {
  const { app } = await startApp();
  const before = app.state.history.past.length;
  for (const swing of [0.51, 0.55, 0.6]) app.beat.set({ swing }, false);
  app.beat.set({ swing: 0.62 });
  assert.equal(app.state.history.past.length, before + 1);
  app.undo();
  assert.equal(app.project.beat.swing, 0.5);
});

const PADS = padsWith(...[36, 38, 42].map((note) => ({ ...padSound(), note })));

test("a groove comes back as it was written, with its song", () => {
  let beat = beatOf([[0, 0, { velocity: 120 }], [1, 4, { chance: 0.5, repeats: 3, flam: 20, nudge: -8 }]], { tempo: 97, swing: 0.58, name: "Mine" });
  beat = { ...withStep(beat, 2, 15, stepOf({ velocity: 33 }), 1), song: [0, 0, 1], isSong: true };
  const content = JSON.parse(JSON.stringify(writeGroove(beat, PADS)));
  assert.deepEqual([content.beats, content.steps.length, content.steps.at(-1)], [12, 5, { beat: 11.75, note: 42, velocity: 33 }]);
  const read = readGroove(content, PADS);
  assert.deepEqual(read.missing, []);
  assert.deepEqual(withGroove(emptyBeat(), read), { beat, left: 0 });
});

test("strokes beside the grid keep their distance as a nudge; notes without a pad are named", () => {
  const content = { neural_drum_machine_groove: 1, name: "x", beats: 4, tempo: [[0, 120]], steps: [{ beat: 1.05, note: 36 }, { beat: 2, note: 46 }, { beat: 3, note: 35 }] };
  const { bars, missing } = readGroove(content, PADS);
  assert.deepEqual(missing, [46]);
  assert.equal(bars[0][0][4].nudge, 25);
  assert.equal(bars[0][0][12]?.velocity, 100); // 35 is a kick, too
});

test("bars beyond four different ones are counted, and what is no groove is refused", () => {
  const steps = Array.from({ length: 6 }, (_, n) => ({ beat: 4 * n, note: 36, velocity: 10 + n }));
  const read = readGroove({ neural_drum_machine_groove: 1, beats: 24, tempo: [[0, 100]], steps }, PADS);
  const { beat, left } = withGroove(emptyBeat(), read);
  assert.deepEqual([beat.song, left], [[0, 1, 2, 3], 2]);
  for (const [content, words] of [[null, /not a beat/], [{ neural_drum_machine_groove: 2 }, /newer version/], [{ neural_drum_machine_groove: 1 }, /damaged/]]) {
    assert.throws(() => readGroove(content, PADS), words);
  }
});

test("a beat comes back from a project, and what makes no sense is left out", () => {
  const beat = { ...beatOf([[3, 7, { chance: 0.25 }], [4, 0]], { tempo: 88.5, human: 0.4 }), muted: [2], shown: 3 };
  assert.deepEqual(readBeat(JSON.parse(JSON.stringify(writeBeat(beat)))), beat);
  for (const given of [null, 5, {}, { patterns: [[["x"], [99, 0, 1], [0, 99, 1], null]], tempo: "x", song: [9], muted: [77] }]) {
    assert.deepEqual(readBeat(given), emptyBeat());
  }
});
