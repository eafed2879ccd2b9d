import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { layerFor, layersOf, levelDb } from "../../src/neural_drum_machine/web/js/model/velocity.js";
import { Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { startApp, turn } from "./support/fakes.js";
import { padSound } from "./support/values.js";

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = globalThis;
});
afterEach(() => {
  mock.timers.reset();
  delete globalThis.window;
});

/** The one channel of a stroke: its velocity says which. */
const stroke = (velocity) => [new Float32Array([velocity / 127])];

/** An app whose pad 0 has a sound, and which makes layers. */
async function withPad(changes = {}) {
  const started = await startApp();
  const { app, client } = started;
  Object.defineProperty(client, "isIdle", { get: () => client.asked.length === 0 });
  app.layers.start();
  await put(app, client, changes);
  app.drumPads.hit(0, 20); // a pad has layers from its first soft stroke on
  return started;
}

/** Put a sound on pad 0. */
async function put(app, client, changes) {
  app.change({ pads: app.project.pads.with(0, padSound(changes)) });
  const loaded = app.drumPads.load();
  const { answer, values } = client.asked.shift();
  answer({ channels: stroke(values.velocity ?? 127), velocity: values.velocity });
  await loaded;
}

/** Let time go by until a request or `times` rests; answer all. Returns the velocities that were asked for. */
async function rest({ client }, times = 8) {
  const asked = [];
  for (let i = 0; i < times; i++) {
    mock.timers.tick(150);
    await turn();
    for (const { answer, values } of client.asked.splice(0)) {
      asked.push(values.velocity);
      answer({ channels: stroke(values.velocity), velocity: values.velocity });
      await turn();
    }
  }
  return asked;
}

const decibels = (gain) => 20 * Math.log10(gain);

test("the level falls as the server's does", () => {
  for (const [velocity, db] of [[127, 0], [64, -10.4], [32, -19.7], [1, -40]]) {
    assert.ok(Math.abs(levelDb(velocity) - db) < 0.05, `${velocity}: ${levelDb(velocity)} dB`);
  }
});

test("a note plays the nearest layer at the level of its own velocity", () => {
  const layers = [127, 96, 64, 32].map((velocity) => ({ velocity, channels: stroke(velocity) }));
  for (let note = 1; note <= 127; note++) {
    const { channels, gain } = layerFor(layers, note);
    const velocity = Math.round(127 * channels[0][0]);
    assert.ok(layers.every((each) => Math.abs(each.velocity - note) >= Math.abs(velocity - note)));
    assert.ok(Math.abs(decibels(gain) - (levelDb(note) - levelDb(velocity))) < 1e-9);
  }
  assert.deepEqual(layerFor(layers, 127), { channels: layers[0].channels, gain: 1 });
});

test("a sound that is struck softly itself has layers below its own velocity, each once", () => {
  assert.deepEqual(layersOf(127), [96, 64, 32]);
  assert.deepEqual(layersOf(64), [48, 32, 16]);
  assert.deepEqual(layersOf(2), [1]);
  assert.deepEqual(layersOf(1), []);
});

test("a soft note on a pad has the samples of the soft layer; a key has those of the sound", async () => {
  const started = await withPad();
  assert.deepEqual(await rest(started), [96, 64, 32]);
  const { app, output } = started;
  for (const velocity of [127, 100, 64, 20]) app.drumPads.hit(0, velocity);
  app.drumPads.hit(0);
  const [full, medium, soft, softest, key] = output.played.slice(-5);
  assert.deepEqual([full, medium, soft, softest, key].map(({ channels }) => channels), [127, 96, 64, 32, 127].map(stroke));
  assert.deepEqual([full.gain, soft.gain, key.gain], [1, 1, 1]);
  assert.ok(Math.abs(decibels(softest.gain) - (levelDb(20) - levelDb(32))) < 1e-9);
});

test("until its layers are there a pad plays the loud sound at the note's level", async () => {
  const { app, output } = await withPad();
  app.drumPads.hit(0, 32);
  const { channels, gain } = output.played.at(-1);
  assert.deepEqual(channels, stroke(127));
  assert.ok(Math.abs(decibels(gain) - levelDb(32)) < 1e-9);
});

test("a pad that changes drops its layers, also one that is on its way", async () => {
  const started = await withPad({ code: [1, 1] });
  const { app, client, output } = started;
  mock.timers.tick(150);
  await turn();
  const late = client.asked.shift();
  assert.deepEqual(late.values.code, [1, 1]);
  await put(app, client, { code: [2, 2] });
  late.answer({ channels: stroke(1) });
  assert.deepEqual(await rest(started), [96, 64, 32]);
  for (const velocity of [96, 64, 32]) {
    app.drumPads.hit(0, velocity);
    assert.deepEqual(output.played.at(-1).channels, stroke(velocity));
  }
  app.drumPads.clear(0);
  await put(app, client, { code: [3, 3] });
  app.drumPads.hit(0, 64);
  assert.deepEqual(output.played.at(-1).channels, stroke(127));
});

test("no layer is made while a control is held or a request is unanswered", async () => {
  const { app, client } = await withPad();
  app.gesture.move({ p1: 0.5 });
  for (let i = 0; i < 5; i++) {
    mock.timers.tick(150);
    await turn();
  }
  assert.deepEqual(client.asked.map(({ type }) => type), ["move"]);
});

test("a layer that is refused is not asked for again; a busy server is", async () => {
  const started = await withPad();
  const { client } = started;
  for (const code of ["busy", "out-of-range"]) {
    mock.timers.tick(150);
    await turn();
    assert.equal(client.asked[0].values.velocity, 96);
    client.asked.shift().reject(new Refusal(code, ""));
    await turn();
  }
  assert.deepEqual(await rest(started), []);
});

test("the hits of an own sound are asked for in stereo", async () => {
  const started = await withPad({ exemplars: [70_000, 1] });
  const { app, client } = started;
  app.beat.setStep(0, 0, {});
  app.beat.set({ human: 0.5 });
  const asked = [];
  for (let i = 0; i < 6; i++) {
    mock.timers.tick(150);
    await turn();
    for (const { answer, type, values } of client.asked.splice(0)) {
      asked.push([type, values.channels]);
      answer(type === "layers" ? { sr: 44100, velocities: [], strokes: [] } : {});
      await turn();
    }
  }
  assert.deepEqual(asked, [["recall", 2], ["layers", 2]]);
});

test("a pad that is never struck softly has no layers", async () => {
  const started = await startApp();
  const { app, client } = started;
  Object.defineProperty(client, "isIdle", { get: () => client.asked.length === 0 });
  app.layers.start();
  await put(app, client, {});
  app.drumPads.hit(0, 127);
  assert.deepEqual(await rest(started), []);
});

test("with a humanised beat the pads that it plays have several hits of each strength, which take turns", async () => {
  const { app, client, output } = await withPad();
  app.beat.setStep(0, 0, {});
  app.beat.set({ human: 0.5 });
  const velocities = [127, 127, 96, 96];
  for (let i = 0; i < 6; i++) {
    mock.timers.tick(150);
    await turn();
    for (const { answer, type, values } of client.asked.splice(0)) {
      if (type === "layers") {
        assert.deepEqual([values.of, values.hits, values.amount], [5, 4, 0.5]);
        answer({ sr: 44100, velocities, strokes: velocities.map((_, n) => [new Float32Array([n])]) });
      } else answer({ id: 5 });
      await turn();
    }
  }
  assert.deepEqual(app.layers.made(0), [127, 127, 127, 96, 96]);
  const played = new Set();
  for (let i = 0; i < 40; i++) {
    app.drumPads.hit(0, 96);
    played.add(output.played.at(-1).channels[0][0]);
  }
  assert.deepEqual([...played].sort(), [2, 3]);
});
