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
import { FakeBrowser } from "./support/browser.js";
import { FakeClient, FakeOutput, turn } from "./support/fakes.js";
import { HELLO, recipe } from "./support/values.js";

const link = (model, exemplars = []) => writeLink(recipe({ category: "clap", exemplars }), WHOLE, model);
const LINK = link(HELLO.hash);
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
  return { app, client };
}

async function answer(client) {
  client.asked.shift().answer();
  await turn();
}

const category = (app) => app.project.recipe?.category;
const isBroken = (app) => app.state.notice?.sentence.startsWith("This link is incomplete") ?? false;

test("a link is heard of although autosave has written the address meanwhile", async () => {
  const { app, client } = await begun();
  browser.goTo(LINK);
  mock.timers.tick(1000);
  assert.equal(browser.hash, writeLink(app.project.recipe, WHOLE, HELLO.hash));
  browser.tell();
  await answer(client);
  assert.equal(category(app), "clap");
  mock.timers.tick(1000);
  assert.equal(browser.hash.slice(0, 40), writeLink(app.project.recipe, WHOLE, HELLO.hash).slice(0, 40));
});

test("a broken link is told although autosave has written the address meanwhile", async () => {
  const { app } = await begun();
  browser.goTo("#1.garbage");
  mock.timers.tick(1000);
  browser.tell();
  assert.equal(isBroken(app), true);
});

test("a broken link is told although a sound arrives that was asked for before", async () => {
  const { app, client } = await begun();
  const drawn = app.request("random", { category: "snare" });
  browser.goTo("#1.garbage");
  browser.tell();
  client.asked.shift().answer();
  await drawn;
  assert.equal(category(app), "snare");
  assert.equal(isBroken(app), true);
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
  await answer(client);
  assert.equal(category(app), "clap");
  assert.equal(app.state.notice, null);
});

test("a broken link is told with the first sound", async () => {
  browser.goTo(LINK.slice(0, 40));
  const { app } = await begun();
  assert.equal(category(app), "kick");
  assert.equal(isBroken(app), true);
});

test("a link brings its exemplars, and tells if it is of another model", async () => {
  for (const [model, said] of [[HELLO.hash, false], ["beef", true]]) {
    browser.goTo(link(model, [5, 1]));
    const { app, client } = loaded();
    client.open(HELLO);
    assert.deepEqual(client.asked[0].values.exemplars, [5, 1]);
    await answer(client);
    assert.deepEqual(app.project.recipe.exemplars, [5, 1]);
    assert.equal(app.state.notice?.sentence.includes("another model") ?? false, said);
    browser.goTo(link(model, [6, 1]));
    browser.tell();
    await answer(client);
    assert.deepEqual(app.project.recipe.exemplars, [6, 1]);
    assert.equal(app.state.notice?.sentence.includes("another model") ?? false, said);
  }
});

test("the project of the last visit brings its exemplars, and tells if the model has changed", async () => {
  const { app, client } = await begun();
  const drawn = app.request("random", { category: "snare" });
  client.asked.shift().answer({ exemplars: [7, 1] });
  await drawn;
  mock.timers.tick(1000);
  browser.goTo("");
  for (const [hash, said] of [[HELLO.hash, false], ["beef", true]]) {
    const again = loaded();
    again.client.open({ ...HELLO, hash });
    assert.deepEqual(again.client.asked[0].values.exemplars, [7, 1]);
    await answer(again.client);
    assert.deepEqual(again.app.project.recipe.exemplars, [7, 1]);
    assert.equal(again.app.state.notice?.sentence.startsWith("The model is another one") ?? false, said);
  }
});
