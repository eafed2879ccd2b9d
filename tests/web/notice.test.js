import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { reduce } from "../../src/neural_drum_machine/web/js/model/reducer.js";
import { initialState } from "../../src/neural_drum_machine/web/js/model/state.js";
import { Store } from "../../src/neural_drum_machine/web/js/model/store.js";
import { SECONDS, startNotices } from "../../src/neural_drum_machine/web/js/views/notice.js";
import { FakeBrowser } from "./support/browser.js";

let browser, store;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  browser = new FakeBrowser();
  store = new Store(reduce, initialState());
  startNotices(store);
});
afterEach(() => {
  browser.close();
  mock.timers.reset();
});

const say = (sentence) => store.dispatch({ type: "noticed", sentence, isError: true });
const shown = () => (browser.element("notice").classes.has("on") ? browser.element("notice").textContent : null);

test("a message is shown for a while, and another one for its own while", () => {
  say("one");
  mock.timers.tick(1000 * SECONDS - 1);
  assert.equal(shown(), "one");
  say("two");
  mock.timers.tick(1000 * SECONDS - 1);
  assert.equal(shown(), "two");
  mock.timers.tick(1);
  assert.equal(shown(), null);
});

test("a message in a tab that is not seen waits until it is", () => {
  browser.see(false);
  say("broken");
  mock.timers.tick(3600_000);
  assert.equal(shown(), "broken");
  browser.see(true);
  mock.timers.tick(1000 * SECONDS - 1);
  assert.equal(shown(), "broken");
  mock.timers.tick(1);
  assert.equal(shown(), null);
});

test("a message that is left and seen again has its whole time again", () => {
  say("broken");
  mock.timers.tick(1000 * SECONDS - 1);
  browser.see(false);
  mock.timers.tick(3600_000);
  browser.see(true);
  mock.timers.tick(1000 * SECONDS - 1);
  assert.equal(shown(), "broken");
});
