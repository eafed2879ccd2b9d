import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { App } from "../../src/neural_drum_machine/web/js/commands/app.js";
import { Autosave } from "../../src/neural_drum_machine/web/js/commands/autosave.js";
import { startSession } from "../../src/neural_drum_machine/web/js/commands/session.js";
import { writeLink } from "../../src/neural_drum_machine/web/js/formats/link.js";
import { reduce } from "../../src/neural_drum_machine/web/js/model/reducer.js";
import { initialState } from "../../src/neural_drum_machine/web/js/model/state.js";
import { Store } from "../../src/neural_drum_machine/web/js/model/store.js";
import { WHOLE } from "../../src/neural_drum_machine/web/js/model/trim.js";
import { OwnSounds } from "../../src/neural_drum_machine/web/js/net/own-sounds.js";
import { FakeBrowser } from "./support/browser.js";
import { FakeClient, FakeOutput, turn, until } from "./support/fakes.js";
import { HELLO, padSound, padsWith, project, recipe } from "./support/values.js";

const OWNS = new OwnSounds();
const linked = (changes = {}) => project({ pads: padsWith(padSound({ category: "clap", ...changes })) });
const LINK = await writeLink(linked(), HELLO.hash, OWNS);
/** A link to one sound, as older versions made them. */
const OLD_LINK = `#1.${Buffer.from(JSON.stringify({ ...recipe({ category: "clap" }), code: undefined, trim: WHOLE })).toString("base64url")}.${Buffer.from(new Float32Array([0.5, -1.25]).buffer).toString("base64url")}`;
let browser;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  browser = new FakeBrowser();
});
afterEach(() => {
  browser.close();
  mock.timers.reset();
});

/** A page that has asked its server for nothing yet. */
function loaded() {
  const client = new FakeClient();
  const app = new App(new Store(reduce, initialState()), client, new FakeOutput());
  startSession(app, new Autosave(app));
  return { app, client };
}

/** A page with its first sound. */
async function begun() {
  const { app, client } = loaded();
  client.open(HELLO);
  await answer(client);
  assert.equal(app.state.isReady, true);
  await until(() => client.asked.some(({ type }) => type === "styles"));
  for (const { answer } of client.asked.splice(0)) answer({ formats: {}, grooves: [], kits: [] });
  await turn();
  return { app, client };
}

async function answer(client) {
  await until(() => client.asked.length);
  client.asked.shift().answer();
  await turn();
}

/** Answer whatever is asked until something holds. */
async function answerUntil(client, holds) {
  while (!holds()) {
    client.asked.shift()?.answer();
    await turn();
  }
}

const category = (app) => app.project.recipe?.category;
const isBroken = (app) => app.state.notice?.sentence.startsWith("This link is incomplete") ?? false;
/** Say that the address has changed, and wait for a while. */
async function told(client, holds) {
  browser.tell();
  await answerUntil(client, holds);
}

test("without a visit before, a link or a starting kit, the page begins with one drum", async () => {
  const { app } = await begun();
  assert.deepEqual([category(app), app.project.pads.filter(Boolean).length], ["kick", 1]);
});

test("a link opens as one step after the project that was there, and leaves the address once something changes", async () => {
  const { app, client } = await begun();
  const before = app.project;
  browser.goTo(LINK);
  await told(client, () => category(app) === "clap");
  mock.timers.tick(1000);
  assert.equal(browser.hash, LINK);
  app.undo();
  await turn();
  assert.deepEqual(app.project.pads, before.pads);
  app.redo();
  app.beat.set({ tempo: 99 });
  mock.timers.tick(1000);
  assert.equal(browser.hash.includes("#"), false);
});

test("an older link brings its one sound to the selected pad", async () => {
  const { app, client } = await begun();
  app.change({ pads: app.project.pads.with(3, padSound({ category: "snare" })) });
  browser.goTo(OLD_LINK);
  await told(client, () => category(app) === "clap");
  assert.deepEqual(app.project.pads.map((pad) => pad?.recipe.category).slice(0, 4), ["clap", undefined, undefined, "snare"]);
});

test("a broken link is told, also if a sound arrives that was asked for before", async () => {
  const { app, client } = await begun();
  const drawn = app.request("random", { category: "snare" });
  browser.goTo("#1.garbage");
  await told(client, () => isBroken(app));
  await answerUntil(client, () => category(app) === "snare");
  await drawn;
  assert.equal(category(app), "snare");
  const again = app.request("random", { category: "clap" });
  client.asked.shift().answer();
  await again;
  assert.equal(app.state.notice, null);
});

test("a link that comes before the server answers is what the page begins with", async () => {
  const { app, client } = loaded();
  browser.goTo(LINK);
  browser.tell();
  assert.equal(app.state.notice, null);
  client.open(HELLO);
  await answerUntil(client, () => app.state.isReady);
  assert.equal(category(app), "clap");
  assert.equal(app.state.notice, null);
});

test("a broken link is told with the first sound", async () => {
  browser.goTo(LINK.slice(0, 40));
  const { app } = await begun();
  assert.equal(category(app), "kick");
  assert.equal(isBroken(app), true);
});

test("a link tells if it is of another model", async () => {
  for (const [model, said] of [[HELLO.hash, false], ["beef", true]]) {
    browser.goTo(await writeLink(linked({ exemplars: [5, 1] }), model, OWNS));
    const { app, client } = loaded();
    client.open(HELLO);
    await answerUntil(client, () => app.state.isReady);
    assert.deepEqual(app.project.recipe.exemplars, [5, 1]);
    assert.equal(app.state.notice?.sentence.includes("another model") ?? false, said);
  }
});

test("the project of the last visit comes back, and tells if the model has changed", async () => {
  const { app, client } = await begun();
  const drawn = app.request("random", { category: "snare" });
  client.asked.shift().answer({ exemplars: [7, 1] });
  await drawn;
  app.beat.set({ tempo: 99 });
  mock.timers.tick(1000);
  browser.goTo("");
  for (const [hash, said] of [[HELLO.hash, false], ["beef", true]]) {
    const again = loaded();
    again.client.open({ ...HELLO, hash });
    await answerUntil(again.client, () => again.app.state.isReady);
    assert.deepEqual([again.app.project.recipe.exemplars, again.app.project.beat.tempo], [[7, 1], 99]);
    assert.equal(again.app.state.notice?.sentence.startsWith("The model is another one") ?? false, said);
  }
});

test("favourites are kept beside projects, with names that can be changed", async () => {
  const { app, client } = await begun();
  const kept = { recipe: app.project.recipe, trim: WHOLE };
  const toggled = app.favourites.toggle(kept);
  await answerUntil(client, () => app.state.favourites.length);
  await toggled;
  app.favourites.rename(0, "Thump");
  const again = loaded();
  again.client.open(HELLO);
  await answerUntil(again.client, () => again.app.state.isReady);
  assert.deepEqual(again.app.state.favourites.map(({ name }) => name), ["Thump"]);
  await again.app.favourites.toggle(kept);
  assert.deepEqual(again.app.state.favourites, []);
});

test("a storage that is full is told once, and the work goes on", async () => {
  const { app } = await begun();
  localStorage.setItem = () => { throw new Error("full"); };
  for (const tempo of [80, 90]) {
    app.beat.set({ tempo });
    mock.timers.tick(1000);
  }
  assert.match(app.state.notice.sentence, /storage is full or closed/);
  assert.equal(app.project.beat.tempo, 90);
});
