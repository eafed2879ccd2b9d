import assert from "node:assert/strict";
import { test } from "node:test";
import { rangeFor } from "../../src/neural_drum_machine/web/js/model/project.js";
import { isOf, keyOf, recallOf, recipeOf } from "../../src/neural_drum_machine/web/js/model/recipe.js";
import { HELLO, project, recipe, sound } from "./support/values.js";

test("the range grows to hold a sound from farther away, and never shrinks", () => {
  const ranges = HELLO.ranges;
  let range = 1;
  const seen = [];
  for (const p of [[0.3, 0.2, 0], [-0.69, -1.23, 0], [0.1, 0.1, 3], [2.5, 0, 0], [0, 6, 0]]) {
    range = rangeFor(project({ range }), recipe({ p }), ranges);
    seen.push(range);
  }
  assert.deepEqual(seen, [1, 2, 2, 4, 4]);
});

test("a range that was lowered stays while the sound stays in its place", () => {
  const p = [-0.69, -1.43, 0];
  const lowered = project({ range: 1, recipe: recipe({ p }) });
  assert.equal(rangeFor(lowered, recipe({ p, take: 1 }), HELLO.ranges), 1);
  assert.equal(rangeFor(lowered, recipe({ p: [-0.69, -1.5, 0] }), HELLO.ranges), 2);
});

test("a place is compared as it is shown, with two decimals", () => {
  assert.equal(rangeFor(project(), recipe({ p: [1.004, 0, 0] }), HELLO.ranges), 1);
  assert.equal(rangeFor(project(), recipe({ p: [1.006, 0, 0] }), HELLO.ranges), 2);
});

test("a recall leaves out a seed and a second category that are not there", () => {
  const plain = recallOf(recipe());
  assert.deepEqual(plain, { category: "kick", code: [0.5, -1.25], take: 0, inverter: "refined", t: 0 });
  const full = recallOf(recipe({ seed: 5, to: "snare", t: 0.25 }));
  assert.deepEqual([full.seed, full.to, full.t], [5, "snare", 0.25]);
});

test("a key depends on everything that changes the samples, and on nothing else", () => {
  const key = keyOf(recipe());
  for (const change of [{ seed: 3 }, { wild: 2 }, { p: [1, 1, 1] }, { t: 0.5 }]) assert.equal(keyOf(recipe(change)), key);
  for (const change of [{ category: "clap" }, { code: [1, 2] }, { take: 1 }, { inverter: "light" }, { to: "snare" }, { wish: { decay: 0.4 } }]) {
    assert.notEqual(keyOf(recipe(change)), key);
  }
});

test("a wish is a part of a recall and of a key, in whatever order it was asked", () => {
  const wish = { pitch: 49, decay: 0.4 };
  assert.deepEqual(recallOf(recipe({ wish })), { ...recallOf(recipe()), ...wish });
  assert.equal(keyOf(recipe({ wish })), keyOf(recipe({ wish: { decay: 0.4, pitch: 49 } })));
  assert.notEqual(keyOf(recipe({ wish })), keyOf(recipe({ wish: { pitch: 49, decay: 0.5 } })));
  assert.deepEqual(recipeOf(sound({ wish })).wish, wish);
});

test("a sound belongs to its own recipe", () => {
  assert.deepEqual(recipeOf(sound({ p: [1, 2, 3] })).p, [1, 2, 3]);
  assert.equal(isOf(sound(), recipe()), true);
  assert.equal(isOf(sound({ take: 1 }), recipe()), false);
});
