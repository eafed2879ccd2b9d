import assert from "node:assert/strict";
import { test } from "node:test";
import { reduce } from "../../src/neural_drum_machine/web/js/model/reducer.js";
import { categoryOf, chosenInverter, hasItsSound, initialState, projectOf, slotSamplesOf, takeOf, voiceOf } from "../../src/neural_drum_machine/web/js/model/state.js";
import { Store } from "../../src/neural_drum_machine/web/js/model/store.js";
import { HELLO, kept, padSound, project, recipe, sound } from "./support/values.js";

const arrived = (changes, isStep = true, change = {}) => ({ type: "sound-arrived", sound: sound(changes), change, isStep, seen: null });
const after = (...actions) => actions.reduce(reduce, reduce(initialState(), { type: "connected", hello: HELLO }));
const steps = ({ history }) => history.past.length;

test("the state is never changed in place", () => {
  const freeze = (value) => {
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
    Object.values(value).forEach(freeze);
    return Object.freeze(value);
  };
  const actions = [
    { type: "connected", hello: HELLO }, arrived({}), { type: "project-changed", change: { range: 2 }, isStep: true },
    { type: "project-opened", project: project(), isStep: true }, { type: "undone" }, { type: "redone" },
    { type: "project-settled", before: project() }, { type: "project-merged", before: project(), after: project({ a: kept() }) },
    { type: "draw-remembered", seed: 3 }, { type: "draw-moved" }, { type: "draw-forgotten" }, { type: "original-dropped" },
    { type: "move-asked" }, { type: "move-answered" }, { type: "wait-began", words: "x" }, { type: "wait-ended" },
    { type: "pad-selected", n: 3 }, { type: "voice-loaded", n: 3, voice: null }, { type: "slot-loaded", slot: "a", loaded: null },
    { type: "map-drawn", map: { key: "", category: "kick", center: [0, 0], range: 1, nodes: [] } }, { type: "recent-added", kept: kept() },
    { type: "tray-filled", tray: [kept()] }, { type: "favourites-loaded", favourites: [] }, { type: "beat-started", isPlaying: true },
    { type: "recording-set", isRecording: true }, { type: "step-selected", pad: 1, at: 2 }, { type: "keys-labelled", labels: ["A"] },
    { type: "option-set", options: { isSpectral: true } }, { type: "noticed", sentence: "x", isError: true },
    { type: "notice-ended" }, { type: "sound-lost" }, { type: "ready" }, { type: "disconnected" },
  ];
  let state = freeze(initialState());
  for (const action of actions) state = freeze(reduce(state, freeze(action)));
  assert.equal(state.isAway, true);
});

test("a sound that arrives is the project's, and one step", () => {
  const state = after(arrived({ category: "snare", take: 2 }));
  assert.equal(categoryOf(state), "snare");
  assert.equal(takeOf(state), 2);
  assert.equal(hasItsSound(state), true);
  assert.equal(steps(state), 1);
  assert.equal(steps(after(arrived({}, false))), 0);
});

test("a sound brings further changes of the project with it", () => {
  const state = after(arrived({}, true, { morph: 0.5, inverter: "light" }));
  assert.deepEqual([projectOf(state).morph, projectOf(state).inverter], [0.5, "light"]);
});

test("the map recentres on a sound beyond it, but not under a drag", () => {
  assert.deepEqual(projectOf(after(arrived({ p: [0, 3, 0] }))).center, [0, 3]);
  assert.deepEqual(projectOf(after(arrived({ p: [0.5, -0.5, 0] }))).center, [0, 0]);
  assert.deepEqual(projectOf(after(arrived({ p: [0, 3, 0] }, false))).center, [0, 0]);
});

test("the sound that arrives is on the selected pad, and ready to play there", () => {
  const state = after({ type: "pad-selected", n: 5 }, arrived({ category: "snare" }));
  assert.deepEqual(projectOf(state).pads.map((pad) => pad?.name ?? null).filter(Boolean), ["Snare"]);
  assert.equal(projectOf(state).pads[5].recipe, projectOf(state).recipe);
  assert.equal(voiceOf(state, 5).sound, state.sound);
});

test("another pad brings its own sound; an empty one has none, and undo goes to the pad that was changed", () => {
  const state = after(arrived({ take: 1 }), { type: "pad-selected", n: 3 });
  assert.deepEqual([projectOf(state).recipe, state.sound], [null, null]);
  const drawn = reduce(state, arrived({ category: "clap" }));
  const back = reduce(drawn, { type: "pad-selected", n: 0 });
  assert.deepEqual([takeOf(back), back.sound.take], [1, 1]);
  const undone = reduce(back, { type: "undone" });
  assert.deepEqual([projectOf(undone).selected, projectOf(undone).pads[3]], [3, null]);
});

test("an error message goes when a sound arrives that was asked for after it; other messages stay", () => {
  for (const isError of [true, false]) {
    const state = after({ type: "noticed", sentence: "x", isError });
    const asked = { before: arrived({}), after: { ...arrived({}), seen: state.notice } };
    assert.equal(reduce(state, asked.before).notice, state.notice);
    assert.equal(reduce(state, asked.after).notice, isError ? null : state.notice);
  }
});

test("undo and redo change the project, not the sound at hand", () => {
  const state = after(arrived({ take: 1 }), arrived({ take: 2 }), { type: "undone" });
  assert.deepEqual([takeOf(state), state.sound.take, hasItsSound(state)], [1, 2, false]);
  assert.equal(takeOf(reduce(state, { type: "redone" })), 2);
});

test("undo without a step changes nothing", () => {
  const state = after();
  assert.equal(reduce(state, { type: "undone" }), state);
  assert.equal(reduce(state, { type: "redone" }), state);
});

test("all changes of a gesture are one step", () => {
  const state = after(arrived({}));
  const before = projectOf(state);
  const moved = [0.1, 0.2, 0.3].map((p) => arrived({ p: [p, 0, 0] }, false)).reduce(reduce, state);
  const settled = reduce(moved, { type: "project-settled", before });
  assert.equal(steps(settled), steps(state) + 1);
  assert.equal(projectOf(settled).recipe.p[0], 0.3);
  assert.equal(projectOf(reduce(settled, { type: "undone" })), before);
});

test("another tab's changes are in every step", () => {
  const state = after(arrived({}), arrived({ take: 1 }));
  const merged = reduce(state, { type: "project-merged", before: projectOf(initialState()), after: project({ a: kept() }) });
  assert.deepEqual(projectOf(merged).a, kept());
  assert.deepEqual(projectOf(reduce(merged, { type: "undone" })).a, kept());
  assert.equal(steps(merged), steps(state));
});

test("busy lasts until every task has ended", () => {
  const state = after({ type: "wait-began", words: "one" }, { type: "wait-began", words: "two" }, { type: "wait-ended" });
  assert.equal(state.busy.words, "two");
  assert.equal(reduce(state, { type: "wait-ended" }).busy.words, "");
});

test("a lost sound takes its original along", () => {
  const state = after(arrived({ original: new Float32Array(3) }));
  const lost = reduce(state, { type: "sound-lost" });
  assert.deepEqual([lost.sound, lost.original, hasItsSound(lost)], [null, null, false]);
});

test("a voice plays only while its pad has the same sound and trim", () => {
  const pad = padSound();
  const voice = { sound: sound(), recipe: pad.recipe, trim: pad.trim, channels: [new Float32Array(1)] };
  const pads = project().pads.with(1, pad);
  const state = after({ type: "project-changed", change: { pads }, isStep: true }, { type: "voice-loaded", n: 1, voice });
  assert.equal(voiceOf(state, 1), voice);
  const change = (pads) => reduce(state, { type: "project-changed", change: { pads }, isStep: true });
  assert.equal(voiceOf(change(pads.with(1, { ...pad, level: -6 })), 1), voice);
  assert.equal(voiceOf(change(pads.with(1, padSound({ take: 1 }))), 1), null);
  assert.equal(voiceOf(change(pads.with(1, { ...pad, trim: { ...pad.trim, start: 5 } })), 1), null);
  assert.equal(voiceOf(change(pads.with(1, null)), 1), null);
});

test("A's picture is that of A's sound", () => {
  const a = kept();
  const loaded = { recipe: a.recipe, channels: [new Float32Array(1)] };
  const state = after({ type: "project-changed", change: { a }, isStep: true }, { type: "slot-loaded", slot: "a", loaded });
  assert.equal(slotSamplesOf(state, "a"), loaded.channels);
  assert.equal(slotSamplesOf(state, "b"), null);
  assert.equal(slotSamplesOf(reduce(state, { type: "project-changed", change: { a: kept() }, isStep: true }), "a"), null);
});

test("an inverter that the server lacks is not asked for", () => {
  const chosen = (inverter) => chosenInverter(after({ type: "project-changed", change: { inverter }, isStep: true }));
  assert.deepEqual([chosen("light"), chosen("none such"), chosen(null)], [{ inverter: "light" }, {}, {}]);
});

test("the category before the first sound is the server's first", () => {
  assert.equal(categoryOf(initialState()), "");
  assert.equal(categoryOf(after()), "kick");
  assert.equal(categoryOf(after(arrived(recipe({ category: "clap" })))), "clap");
});

test("subscribers are told of changes only, with both states", () => {
  const store = new Store(reduce, initialState());
  const seen = [];
  const end = store.subscribe((state, before) => seen.push([projectOf(before).selected, projectOf(state).selected]));
  store.dispatch({ type: "undone" });
  store.dispatch({ type: "pad-selected", n: 2 });
  end();
  store.dispatch({ type: "pad-selected", n: 3 });
  assert.deepEqual(seen, [[0, 2]]);
});
