import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { startMeasuring } from "../../src/neural_drum_machine/web/js/commands/measures.js";
import { valuesOf } from "../../src/neural_drum_machine/web/js/model/state.js";
import { Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { answerAll, startApp, turn } from "./support/fakes.js";
import { kept, recipe } from "./support/values.js";

const types = (client) => client.asked.map(({ type }) => type);
const steps = (app) => app.state.history.past.length;

test("a knob that moves asks for the sound where it is, the newest wins, and all of it is one step back", async () => {
  const { app, client, output } = await startApp();
  app.change({ recipe: recipe({ p: [0.5, -0.25, 1], wish: { pitch: 49 } }) });
  const before = app.project;
  for (const decay of [0.2, 0.3, 0.4]) app.wishes.drag("decay", decay);
  assert.deepEqual(types(client), ["move", "move", "move"]);
  const { values } = client.asked[2];
  assert.deepEqual([values.code, values.p1, values.p2, values.p3], [before.recipe.code, 0.5, -0.25, 1]);
  assert.deepEqual([values.pitch, values.decay], [49, 0.4]);
  await answerAll(client, app.gesture.release());
  assert.deepEqual(app.project.recipe.wish, { pitch: 49, decay: 0.4 });
  assert.equal(output.played.length, 2); // the first answer, and where it rests
  assert.equal(steps(app), 2);
  app.undo();
  assert.equal(app.project, before);
});

test("a sound beyond the places that can be asked for is recalled, not moved", async () => {
  const { app, client } = await startApp();
  app.change({ recipe: recipe({ p: [9, 0, 0] }) });
  app.wishes.drag("decay", 0.4);
  assert.deepEqual(types(client), ["recall"]);
});

test("a value is taken back, and nothing is asked where there is nothing to take back", async () => {
  const { app, client } = await startApp();
  app.change({ recipe: recipe({ wish: { pitch: 49, decay: 0.4 } }) });
  await app.wishes.set("brightness", null);
  assert.equal(client.asked.length, 0);
  const done = app.wishes.set("decay", null);
  assert.equal("decay" in client.asked[0].values, false);
  await answerAll(client, done);
  assert.deepEqual(app.project.recipe.wish, { pitch: 49 });
});

test("the wish goes with moves, takes, inverters, drum pads, A and B, and undo", async () => {
  const { app, client } = await startApp();
  await answerAll(client, app.wishes.set("decay", 0.4));
  app.gesture.move({ p1: 0.5 });
  assert.equal(client.asked[0].values.decay, 0.4);
  await answerAll(client, app.gesture.release());
  await answerAll(client, app.newSounds.nextTake());
  await answerAll(client, app.newSounds.invertWith("light"));
  assert.deepEqual(app.project.recipe.wish, { decay: 0.4 });
  await answerAll(client, app.drumPads.keep(0));
  await answerAll(client, app.morph.keep("a"));
  assert.deepEqual([app.project.pads[0].recipe.wish, app.project.a.recipe.wish], [{ decay: 0.4 }, { decay: 0.4 }]);
});

test("without a lock a new drum has no wish, and a drawn drum is drawn again with its own", async () => {
  const { app, client } = await startApp();
  await answerAll(client, app.wishes.set("decay", 0.4));
  await answerAll(client, app.newSounds.random());
  assert.deepEqual(app.project.recipe.wish, {});
  app.change({ locks: { decay: 0.3 } });
  await answerAll(client, app.newSounds.random());
  app.gesture.setWild(1.5);
  assert.deepEqual([client.asked[0].type, client.asked[0].values.decay], ["random", 0.3]);
  await answerAll(client, app.gesture.release());
  // With another wish the seed would draw another drum.
  await answerAll(client, app.wishes.set("decay", 0.2));
  app.gesture.setWild(0.5);
  assert.equal(client.asked.length, 0);
});

test("a locked value is sent with every new drum of a category that has it", async () => {
  const { app, client } = await startApp();
  app.change({ locks: { pitch: 49, decay: 0.4 } });
  for (const act of [() => app.newSounds.random(), () => app.newSounds.variation(), () => app.newSounds.choose("snare")]) {
    const done = act();
    await turn();
    const { values } = client.asked[0];
    assert.deepEqual([values.pitch, values.decay], [49, 0.4]);
    await answerAll(client, done);
  }
  const done = app.newSounds.choose("clap");
  assert.deepEqual(["pitch" in client.asked[0].values, client.asked[0].values.decay], [false, 0.4]);
  await answerAll(client, done);
  assert.deepEqual(app.project.locks, { pitch: 49, decay: 0.4 }); // for the next drum that has a pitch
});

test("a category's last sound gets the locked values, and keeps what else was asked of it", async () => {
  const { app, client } = await startApp();
  app.change({ recipe: recipe({ wish: { pitch: 49, decay: 0.4 } }) });
  await answerAll(client, app.newSounds.choose("clap"));
  app.change({ locks: { decay: 0.2 } });
  void app.newSounds.choose("kick");
  assert.deepEqual([client.asked[0].values.pitch, client.asked[0].values.decay], [49, 0.2]);
});

test("a lock takes the value that was asked, or else the measured one, and is one step back", async () => {
  const { app, client } = await startApp();
  await answerAll(client, app.wishes.set("decay", 0.4));
  await app.wishes.toggleLock("decay");
  await answerAll(client, app.wishes.toggleLock("brightness"), { brightness: 120 });
  assert.deepEqual(app.project.locks, { decay: 0.4, brightness: 120 });
  await answerAll(client, app.wishes.toggleLock("pitch"), { brightness: 120 });
  assert.equal("pitch" in app.project.locks, false); // the sound is not tonal
  await app.wishes.toggleLock("decay");
  assert.deepEqual(app.project.locks, { brightness: 120 });
  app.undo();
  assert.deepEqual(app.project.locks, { decay: 0.4, brightness: 120 });
});

test("a lock follows its knob, and ends with the wish", async () => {
  const { app, client } = await startApp();
  await answerAll(client, app.wishes.set("decay", 0.4));
  await app.wishes.toggleLock("decay");
  await answerAll(client, app.wishes.set("decay", 0.2));
  assert.deepEqual(app.project.locks, { decay: 0.2 });
  await answerAll(client, app.wishes.set("decay", null));
  assert.deepEqual(app.project.locks, {});
});

test("a morph goes from the wish of one sound to what the other has, which is measured first", async () => {
  const { app, client } = await startApp();
  app.change({ a: kept({ code: [1], wish: { decay: 0.1 } }), b: kept({ code: [2] }) });
  app.morph.drag(0.5);
  await turn();
  for (const [code, decay] of [[1, 0.1], [2, 0.4]]) {
    assert.deepEqual([client.asked[0].type, client.asked[0].values.code], ["recall", [code]]);
    client.asked.shift().answer({ id: code });
    await turn();
    assert.deepEqual([client.asked[0].type, client.asked[0].values.of], ["describe", code]);
    client.asked.shift().answer({ decay });
    await turn();
    await turn();
  }
  assert.equal(client.asked[0].type, "morph");
  assert.ok(Math.abs(client.asked[0].values.decay - 0.2) < 1e-9);
  await answerAll(client, app.gesture.release());
  app.morph.drag(0.25); // known by now
  assert.deepEqual(types(client), ["morph"]);
});

test("a sound of one's own that becomes another drum keeps the wish that this drum has", async () => {
  const { app, client } = await startApp();
  app.change({ recipe: recipe({ exemplars: [70_000, 1], wish: { pitch: 49, decay: 0.4 } }) });
  void app.encoder.encodeAs("clap");
  const { values } = client.asked[0];
  assert.deepEqual(["pitch" in values, values.decay], [false, 0.4]);
});

// The sound being edited is measured when it comes to rest.
const REST = 150;
beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = globalThis;
});
afterEach(() => {
  mock.timers.reset();
  delete globalThis.window;
});

test("a drawn sound that is heard as another drum keeps what that drum has of its wish", async () => {
  const { app, client } = await startApp();
  app.change({ recipe: recipe({ wish: { pitch: 49, decay: 0.4, body: 9 } }) });
  assert.deepEqual(app.encoder.kept("snare"), { wish: { pitch: 49, decay: 0.4 }, dropped: ["body"] });
  const steps_ = steps(app);
  const encoded = app.encoder.encodeAs("snare");
  await turn();
  for (const type of ["recall", "encode", "recall"]) { // the sound itself is not recent any more
    while (!client.asked.length) await turn();
    const request = client.asked.shift();
    assert.equal(request.type, type);
    if (type === "encode") request.answer({ fidelity: 0.25, code: [4, 2] });
    else request.answer();
    if (type === "recall" && request.values.category === "snare") {
      assert.deepEqual([request.values.code, request.values.pitch, request.values.decay], [[4, 2], 49, 0.4]);
    }
  }
  assert.equal(await encoded, true);
  assert.deepEqual([app.project.recipe.category, app.project.recipe.wish], ["snare", { pitch: 49, decay: 0.4 }]);
  assert.equal(steps(app), steps_ + 1);
});

test("the present sound is measured once it rests, and never while it is dragged", async () => {
  const { app, client } = await startApp();
  client.isIdle = true;
  startMeasuring(app);
  app.gesture.move({ p1: 0.5 });
  client.asked.shift().answer();
  await turn();
  mock.timers.tick(10 * REST);
  assert.equal(client.asked.length, 0); // the pointer is still down
  await app.gesture.release();
  mock.timers.tick(REST - 1);
  assert.equal(client.asked.length, 0);
  mock.timers.tick(REST);
  await turn();
  assert.deepEqual(types(client), ["describe"]);
  client.asked.shift().answer({ decay: 0.3 });
  await turn();
  assert.deepEqual(valuesOf(app.state), { decay: 0.3 });
  app.gesture.move({ p1: 0.6 });
  client.asked.shift().answer({ code: [9] });
  await turn();
  await app.gesture.release();
  assert.equal(valuesOf(app.state), null); // those of another sound are not its own
  app.undo();
  assert.deepEqual(valuesOf(app.state), { decay: 0.3 }); // remembered
});

test("a sound is not measured while others are asked for, and a server that is away is no error", async () => {
  const { app, client } = await startApp();
  client.isIdle = false;
  startMeasuring(app);
  app.change({ recipe: { ...app.project.recipe } });
  mock.timers.tick(REST);
  await turn();
  assert.equal(client.asked.length, 0);
  client.isIdle = true;
  mock.timers.tick(REST);
  await turn();
  client.asked.shift().reject(new Refusal("away", "no"));
  await turn();
  assert.deepEqual([valuesOf(app.state), app.state.notice], [null, null]);
});
