import assert from "node:assert/strict";
import { test } from "node:test";
import { MidiCommands } from "../../src/neural_drum_machine/web/js/commands/midi.js";
import { readMidi, startMidi } from "../../src/neural_drum_machine/web/js/input/midi.js";
import { padOfNote } from "../../src/neural_drum_machine/web/js/model/kit.js";
import { answerAll, startApp } from "./support/fakes.js";
import { padSound, padsWith } from "./support/values.js";

const read = (...data) => readMidi(new Uint8Array(data));

test("notes, controllers and clocks are read, on every channel; the rest is nothing", () => {
  assert.deepEqual(read(0x99, 36, 64), { type: "note", note: 36, velocity: 64 });
  assert.deepEqual(read(0xb3, 7, 127), { type: "control", control: 7, value: 1 });
  assert.deepEqual([0xf8, 0xfa, 0xfb, 0xfc].map((status) => read(status).type), ["clock", "start", "continue", "stop"]);
  for (const data of [[0x80, 36, 64], [0x90, 36, 0], [0xe0, 1, 2], [0xfe]]) assert.equal(read(...data), null);
});

test("a note plays the pad that has it, else the first pad of what it means in General MIDI", () => {
  const pads = padsWith({ ...padSound(), note: 60 }, { ...padSound({ category: "snare" }), note: 38 });
  assert.equal(padOfNote(pads, 60), 0);
  assert.equal(padOfNote(pads, 35), 0); // a kick
  assert.equal(padOfNote(pads, 40), 1); // a snare
  assert.equal(padOfNote(pads, 42), -1);
});

test("a pad learns its note, and the pad that had it gets the other one", async () => {
  const { app, client } = await startApp();
  const midi = new MidiCommands(app);
  app.change({ pads: padsWith({ ...padSound(), note: 36 }, { ...padSound({ category: "snare" }), note: 38 }) });
  await answerAll(client, app.drumPads.load());
  midi.lesson = { type: "pad" };
  midi.take({ type: "note", note: 38, velocity: 100 }, 0);
  assert.deepEqual(app.project.pads.slice(0, 2).map(({ note }) => note), [38, 36]);
  assert.equal(midi.lesson, null);
});

test("a note from outside strikes the pad as hard as it says, and does not select it", async () => {
  const { app, client, output } = await startApp();
  const midi = new MidiCommands(app);
  app.change({ pads: app.project.pads.with(5, { ...padSound({ category: "snare" }), note: 38 }) });
  await answerAll(client, app.drumPads.load());
  midi.take({ type: "note", note: 38, velocity: 64 }, 0);
  assert.deepEqual([output.played.at(-1).strip, output.played.at(-1).gain < 0.5, app.project.selected], [5, true, 0]);
});

/** A beat that is watched: where a clock from outside has set it. */
async function watchedBeat() {
  const { app, output } = await startApp();
  const midi = new MidiCommands(app);
  const set = [];
  app.beat.sequencer.look = () => {}; // it hands over no strokes: the page's window is not here
  app.beat.sequencer.align = (time, step) => set.push([time, step]);
  return { app, midi, output, set };
}

test("a clock from outside starts, leads and stops the beat", async (t) => {
  t.mock.method(performance, "now", () => 0);
  const { app, midi, set } = await watchedBeat();
  midi.take({ type: "start" }, 0);
  assert.equal(app.state.isPlaying, true);
  const tick = 60_000 / 100 / 24; // 100 beats a minute
  for (let k = 0; k < 4 * 96 + 1; k++) midi.take({ type: "clock" }, k * tick);
  assert.equal(app.project.beat.tempo, 100);
  // Once a bar of 96 ticks and 16 steps, at the time of its first tick.
  assert.deepEqual(set.map(([, step]) => step), [16, 32, 48, 64]);
  set.forEach(([time, step]) => assert.ok(Math.abs(time - (step * 6 * tick) / 1000) < 1e-9));
  midi.take({ type: "stop" }, 0);
  assert.equal(app.state.isPlaying, false);
});

test("other devices get a clock of 24 ticks a beat, each at its time, and start and stop", async (t) => {
  t.mock.method(performance, "now", () => 1000);
  const { app, midi, output } = await watchedBeat();
  const sent = [];
  midi.connect([{ send: (data, time) => sent.push([data[0], time]) }]);
  app.beat.dispatchEvent(new CustomEvent("step", { detail: { when: 2, at: 0 } }));
  assert.deepEqual(sent, []); // until it is switched on
  midi.isSending = true;
  output.context.currentTime = 1.5;
  app.change({ beat: { ...app.project.beat, tempo: 125 } });
  app.beat.dispatchEvent(new CustomEvent("step", { detail: { when: 2, at: 0 } }));
  assert.deepEqual(sent.map(([status]) => status), Array(6).fill(0xf8));
  sent.forEach(([, time], k) => assert.ok(Math.abs(time - (1500 + k * 20)) < 1e-9));
  sent.length = 0;
  app.beat.toggle();
  app.beat.toggle();
  assert.deepEqual(sent.map(([status]) => status), [0xfa, 0xfc]);
});

test("devices that are plugged in later play, and those that are pulled out are gone", async (t) => {
  const device = (name) => ({ name, state: "connected", send() {} });
  const access = { inputs: new Map(), outputs: new Map(), onstatechange: null };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { requestMIDIAccess: async () => access } });
  t.after(() => delete globalThis.navigator);
  const [taken, shown] = [[], []];
  await startMidi((message) => taken.push(message), (names, outs) => shown.push([names, outs.length]));
  const pads = device("Pads");
  access.inputs.set("1", pads);
  access.outputs.set("2", device("Synth"));
  access.onstatechange();
  pads.onmidimessage({ data: new Uint8Array([0x90, 36, 99]), timeStamp: 5 });
  assert.deepEqual(taken, [{ type: "note", note: 36, velocity: 99 }]);
  pads.state = "disconnected";
  access.onstatechange();
  assert.deepEqual(shown, [[[], 0], [["Pads"], 1], [[], 1]]);
});
