import assert from "node:assert/strict";
import { test } from "node:test";
import { centerFor, tied } from "../../src/neural_drum_machine/web/js/model/project.js";
import { isOf, keyOf, movedOf, recallOf, recipeOf } from "../../src/neural_drum_machine/web/js/model/recipe.js";
import { WHOLE } from "../../src/neural_drum_machine/web/js/model/trim.js";
import { padSound, padsWith, project, recipe, sound } from "./support/values.js";

test("what is edited and the selected pad are one sound, whichever of them changes", () => {
  const before = project();
  assert.equal(before.pads[0].recipe, before.recipe);
  const edited = tied(before, { ...before, recipe: recipe({ category: "clap" }) });
  assert.deepEqual([edited.pads[0].recipe.category, edited.pads[0].name], ["clap", "Clap"]);
  const put = tied(before, { ...before, pads: before.pads.with(0, padSound({ take: 4 })) });
  assert.equal(put.recipe.take, 4);
  const emptied = tied(before, { ...before, pads: before.pads.with(0, null) });
  assert.deepEqual([emptied.recipe, emptied.trim], [null, WHOLE]);
  const selected = tied(put, { ...put, selected: 2 });
  assert.equal(selected.recipe, null);
});

test("a pad keeps a name of its own, its mix and its note when its sound becomes another drum", () => {
  const before = project({ pads: padsWith({ ...padSound(), name: "Boom", level: -3, note: 99 }) });
  const { choke, level, name, note } = tied(before, { ...before, recipe: recipe({ category: "clap" }) }).pads[0];
  assert.deepEqual([name, level, note, choke], ["Boom", -3, 99, 0]);
});

test("the middle of the map is the sound's own place where the map does not show it", () => {
  const shown = project({ center: [1, 0], range: 0.5 });
  assert.equal(centerFor(shown, recipe({ p: [1.2, -0.3, 5] })), shown.center);
  assert.deepEqual(centerFor(shown, recipe({ p: [0, 0, 0] })), [0, 0]);
});

test("a recall leaves out a seed and a second category that are not there", () => {
  const plain = recallOf(recipe());
  assert.deepEqual(plain, { category: "kick", code: [0.5, -1.25], take: 0, inverter: "refined", t: 0, engine: "reference" });
  const full = recallOf(recipe({ seed: 5, to: "snare", t: 0.25 }));
  assert.deepEqual([full.seed, full.to, full.t], [5, "snare", 0.25]);
});

test("a recall asks for the engine that made the sound, a change of it for none", () => {
  assert.equal(recallOf(recipeOf(sound({ engine: "native" }))).engine, "native");
  assert.equal("engine" in movedOf(recipe({ engine: "native" })), false);
});

test("a key depends on everything that changes the samples, and on nothing else", () => {
  const key = keyOf(recipe());
  for (const change of [{ seed: 3 }, { wild: 2 }, { p: [1, 1, 1] }, { t: 0.5 }]) assert.equal(keyOf(recipe(change)), key);
  for (const change of [{ category: "clap" }, { code: [1, 2] }, { take: 1 }, { inverter: "light" }, { to: "snare" }, { wish: { decay: 0.4 } }, { engine: "native" }]) {
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
