import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedAxis, readAxis, writeAxis } from "../../src/neural_drum_machine/web/js/formats/axis-file.js";
import { readLink, writeLink } from "../../src/neural_drum_machine/web/js/formats/link.js";
import { readProject, writeProject } from "../../src/neural_drum_machine/web/js/formats/project-file.js";
import { merge } from "../../src/neural_drum_machine/web/js/model/merge.js";
import { keyOf, recallOf } from "../../src/neural_drum_machine/web/js/model/recipe.js";
import { amountOf, axesOf, bare, doubtWords, effectWords, withAmount } from "../../src/neural_drum_machine/web/js/model/taught-axes.js";
import { Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { OwnSounds } from "../../src/neural_drum_machine/web/js/net/own-sounds.js";
import { answerAll, startApp, turn } from "./support/fakes.js";
import { HELLO, kept, project, recipe, taughtAxis } from "./support/values.js";

const steps = (app) => app.state.history.past.length;
/** Drag a control and release it. */
function released(app, drag) {
  drag();
  return app.gesture.release();
}
/** A recipe that was moved along an axis. */
const moved = (amount = 0.5, axis = taughtAxis()) =>
  recipe({ code: [9, 9], wish: { decay: 0.4 }, along: { axes: [{ axis: bare(axis), amount }], code: [0.5, -1.25], wish: {} } });

test("a step is taken from where the sound was, whatever steps it has had", () => {
  const again = withAmount(moved(0.5), taughtAxis(), -1);
  const { code, axes, decay } = recallOf(again);
  assert.deepEqual([code, axes.map(({ amount }) => amount), decay], [[0.5, -1.25], [-1], undefined]);
  const rest = withAmount(moved(0.5), taughtAxis(), 0);
  assert.deepEqual([rest.code, rest.wish, rest.along], [[0.5, -1.25], {}, null]);
  assert.equal(amountOf(moved(0.5), taughtAxis({ more: [], less: [] })), 0.5);
  assert.equal(amountOf(moved(0.5), taughtAxis({ code: [1, 1] })), 0);
});

test("a knob that is turned is one step of undo, and takes, moves and values keep what it has done", async () => {
  const { app, client, output } = await startApp();
  const axis = taughtAxis();
  app.axes.add(axis);
  const { code } = app.project.recipe;
  for (const amount of [0.5, 1]) app.axes.drag(axis, amount);
  assert.deepEqual(client.asked.map(({ type, values }) => [type, values.code, values.axes[0].amount]), [["move", code, 0.5], ["move", code, 1]]);
  assert.deepEqual(client.asked[1].values.axes[0].axis, bare(axis));
  const before = steps(app);
  await answerAll(client, app.gesture.release());
  assert.equal(steps(app), before + 1);
  assert.equal(output.played.length, 2); // the first answer, and where it rests
  assert.equal(amountOf(app.project.recipe, axis), 1);
  for (const act of [
    () => app.newSounds.nextTake(),
    () => released(app, () => app.gesture.move({ p1: 0.5 })),
    () => app.wishes.set("decay", 0.3),
    () => released(app, () => app.gesture.setVelocity(64)),
  ]) {
    await answerAll(client, act());
    assert.equal(amountOf(app.project.recipe, axis), 1);
  }
  assert.equal(app.project.recipe.along.wish.decay, 0.3);
  app.axes.drag(axis, 0);
  assert.equal("axes" in client.asked[0].values, false);
  await answerAll(client, app.gesture.release());
  assert.equal(app.project.recipe.along, null);
});

test("an axis is learned from sounds that are made for it, and is one step of undo", async () => {
  const { app, client } = await startApp();
  const sounds = [1, 2, 3, 4].map((n) => recipe({ code: [n, n] }));
  const before = steps(app);
  const learned = app.axes.teach("room", sounds.slice(0, 2), sounds.slice(2));
  for (const id of [11, 12, 13, 14]) {
    await turn();
    const { answer, type, values } = client.asked.shift();
    assert.deepEqual([type, values.code], ["recall", sounds[id - 11].code]);
    answer({ id });
  }
  await turn();
  const { answer, values } = client.asked.shift();
  assert.deepEqual(values, { name: "room", more: [11, 12], less: [13, 14] });
  answer(taughtAxis());
  assert.deepEqual(await learned, taughtAxis());
  assert.deepEqual(app.project.axes, [taughtAxis()]);
  assert.equal(steps(app), before + 1);
});

test("an axis that is not learned is told, and nothing has changed", async () => {
  const { app, client } = await startApp();
  const before = app.project;
  const learned = app.axes.teach("room", [recipe()], [recipe()]);
  client.asked.shift().reject(new Refusal("out-of-range", "an axis needs 2"));
  assert.equal(await learned, null);
  assert.equal(app.project, before);
  assert.equal(app.state.notice.sentence, "an axis needs 2");
});

test("an axis takes the place of one of its name; a fifth one finds no room", async () => {
  const { app } = await startApp();
  for (const name of ["a", "b", "c", "d"]) assert.equal(app.axes.add(taughtAxis({ name })), true);
  assert.equal(app.axes.add(taughtAxis({ name: "e" })), false);
  assert.match(app.state.notice.sentence, /4 axes already/);
  assert.equal(app.axes.add(taughtAxis({ name: "b", order: 1 })), true);
  assert.deepEqual(app.project.axes.map(({ name, order }) => [name, order]), [["a", 0.9], ["b", 1], ["c", 0.9], ["d", 0.9]]);
});

test("an axis that is removed leaves the present sound, and undo brings both back", async () => {
  const { app, client } = await startApp();
  app.change({ axes: [taughtAxis()], recipe: moved() });
  const before = app.project;
  await answerAll(client, app.axes.remove(taughtAxis()));
  assert.deepEqual([app.project.axes, app.project.recipe.along, app.project.recipe.code], [[], null, [0.5, -1.25]]);
  app.undo();
  assert.equal(app.project, before);
  app.change({ recipe: recipe() });
  await app.axes.remove(taughtAxis());
  assert.deepEqual(app.project.axes, []);
});

test("a file brings an axis back, and says why it does not", async () => {
  const { app } = await startApp();
  const { name, text } = app.axes.file(taughtAxis({ name: "Große Halle / 2" }));
  assert.equal(name, "Große-Halle-2.ndaxis");
  assert.deepEqual(readAxis(name, text, HELLO), taughtAxis({ name: "Große Halle / 2" }));
  app.axes.open("r.ndaxis", writeAxis(taughtAxis()));
  assert.deepEqual(app.project.axes, [taughtAxis()]);
  const before = app.project;
  for (const [content, sentence] of [
    ["{", /^r.ndaxis is no axis: it is not JSON/],
    ["{}", /^r.ndaxis is no axis of this program/],
    [writeAxis(taughtAxis({ neural_drum_machine_axis: 2 })), /of another version/],
    [writeAxis(taughtAxis({ model: "beef" })), /^r.ndaxis was learned with model beef, this is cafe. Teach the axis again/],
    [writeAxis(taughtAxis({ code: ["x"] })), /^r.ndaxis is damaged/],
  ]) {
    app.axes.open("r.ndaxis", content);
    assert.match(app.state.notice.sentence, sentence);
    assert.equal(app.project, before);
  }
});

test("what is no axis is refused", () => {
  assert.deepEqual(checkedAxis(taughtAxis(), HELLO), taughtAxis());
  for (const change of [
    { name: "" }, { name: 3 }, { model: 3 }, { order: 2 }, { order: "x" }, { middle: null }, { step: null }, { step: { loudest: 1 } },
    { step: { decay: "1" } }, { code: [] }, { code: [101] }, { code: 3 }, { more: 3 }, { less: [["a"]] }, { more: [[1, 2]] },
  ]) assert.equal(checkedAxis(taughtAxis(change), HELLO), null, JSON.stringify(change));
  for (const value of [null, 3, [], {}]) assert.equal(checkedAxis(value, HELLO), null);
});

test("projects and links hold axes and steps; without their model the sounds themselves stay", async () => {
  const held = project({ recipe: moved(), a: kept({ along: moved().along }), axes: [taughtAxis()] });
  const text = writeProject(held, HELLO.hash, new OwnSounds());
  assert.deepEqual(readProject(text, HELLO).project, held);
  assert.deepEqual((await readLink(await writeLink(held, HELLO.hash, new OwnSounds()), HELLO)).project, held);
  const other = { ...HELLO, hash: "beef" };
  const foreign = readProject(text, other).project;
  assert.deepEqual([foreign.recipe.along, foreign.recipe.code, foreign.axes], [null, [9, 9], [taughtAxis()]]);
  for (const along of [3, { axes: [] }, { axes: [{ axis: {}, amount: 1 }], code: [1] }, { ...moved().along, code: [1] }, { ...moved(9).along }]) {
    const odd = project({ recipe: { ...moved(), along } });
    assert.equal((await readLink(await writeLink(odd, HELLO.hash, new OwnSounds()), HELLO)).project.recipe.along, null);
  }
});

test("the sound of a link brings its axis, and tabs share those of the project", () => {
  assert.deepEqual(axesOf(project({ recipe: moved() })), [bare(taughtAxis())]);
  assert.deepEqual(axesOf(project({ recipe: moved(), axes: [taughtAxis()] })), [taughtAxis()]);
  const before = project();
  assert.deepEqual(merge(before, before, project({ axes: [taughtAxis()] })).axes, [taughtAxis()]);
});

test("a sound is the same however it came to be where it is", () => assert.equal(keyOf(moved()), keyOf({ ...moved(), along: null })));

test("what an axis does, and how sure it is, is told in words", () => {
  assert.equal(effectWords(taughtAxis(), HELLO), "At 1 a sound is more, less (decay by 30\u00a0%, brightness by 10\u00a0% of what recordings have).");
  assert.match(effectWords(taughtAxis({ step: {} }), HELLO), /changes no value by much/);
  assert.equal(doubtWords(taughtAxis()), "It orders 90\u00a0% of the pairs of examples right that it was not taught with.");
  assert.match(doubtWords(taughtAxis({ order: 0.5 })), /More examples/);
});
