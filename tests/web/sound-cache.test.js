import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { CAPACITY, SoundCache } from "../../src/neural_drum_machine/web/js/net/sound-cache.js";
import { FakeClient, turn } from "./support/fakes.js";
import { recipe, sound } from "./support/values.js";

const numbered = (n) => recipe({ code: [n] });

test("a sound with other exemplars is another sound, and they are asked for", () => {
  const client = new FakeClient();
  const cache = new SoundCache(client);
  const all = [[], [2, 1], [3, 1], [2, 0.5, 3, 0.5], [2, 0.25, 3, 0.75]];
  for (const exemplars of all) void cache.get(recipe({ exemplars }));
  assert.equal(client.asked.length, 4); // the last one waits
  assert.deepEqual(client.asked.map(({ values }) => values.exemplars), [undefined, ...all.slice(1, 4)]);
});

test("a sound in memory is not asked for again", async () => {
  const client = new FakeClient();
  const cache = new SoundCache(client);
  const asked = cache.get(numbered(1));
  client.asked[0].answer();
  const first = await asked;
  assert.equal(await cache.get(numbered(1)), first);
  assert.equal(client.asked.length, 1);
});

test("the least recently used sound is forgotten first", async () => {
  const client = new FakeClient();
  const cache = new SoundCache(client);
  for (let n = 0; n < CAPACITY; n++) cache.keep(numbered(n), sound());
  await cache.get(numbered(0));
  cache.keep(numbered(CAPACITY), sound());
  assert.equal(cache.size, CAPACITY);
  await cache.get(numbered(0));
  void cache.get(numbered(1));
  assert.deepEqual(client.asked.map(({ values }) => values.code), [[1]]);
});

test("at most four recalls run at a time, and a failed one makes room too", async () => {
  const client = new FakeClient();
  const cache = new SoundCache(client);
  const got = [0, 1, 2, 3, 4, 5].map((n) => cache.get(numbered(n)).catch((error) => error.message));
  assert.equal(client.asked.length, 4);
  client.asked[0].reject(new Error("no"));
  client.asked[1].answer();
  await turn();
  assert.equal(client.asked.length, 6);
  for (const { answer } of client.asked.slice(2)) answer();
  assert.equal((await Promise.all(got))[0], "no");
});

test("a busy server is asked again, later each time, and at last believed", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const client = new FakeClient();
  const cache = new SoundCache(client);
  const got = cache.get(numbered(0)).catch((error) => error.code);
  for (const [asked, wait] of [[1, 200], [2, 400], [3, 800]]) {
    client.asked[asked - 1].reject(new Refusal("busy", "later"));
    await Promise.resolve().then(() => {});
    mock.timers.tick(wait - 1);
    assert.equal(client.asked.length, asked);
    mock.timers.tick(1);
    await Promise.resolve().then(() => {});
    assert.equal(client.asked.length, asked + 1);
  }
  client.asked[3].reject(new Refusal("busy", "later"));
  assert.equal(await got, "busy");
});
