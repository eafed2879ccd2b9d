import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "../../src/neural_drum_machine/web/js/model/merge.js";
import { kept, padSound, project, recipe } from "./support/values.js";

const withPads = (...categories) =>
  project({ pads: Array.from({ length: 8 }, (_, n) => (categories[n] ? padSound({ category: categories[n] }) : null)) });
const categories = ({ pads }) => pads.map((pad) => pad?.recipe.category ?? null);

test("another tab's pads, A and B come in; the sound being edited stays", () => {
  const before = withPads("kick");
  const mine = { ...before, recipe: recipe({ category: "clap" }) };
  const after = { ...withPads("snare", "clap"), a: kept(), recipe: recipe({ category: "snare" }) };
  const merged = merge(mine, before, after);
  assert.deepEqual(categories(merged).slice(0, 3), ["snare", "clap", null]);
  assert.deepEqual(merged.a, kept());
  assert.equal(merged.recipe.category, "clap");
});

test("a pad that this tab has changed stays as it is", () => {
  const before = withPads("kick", "kick");
  const merged = merge(withPads("clap", "kick"), before, withPads("snare", "snare"));
  assert.deepEqual(categories(merged).slice(0, 2), ["clap", "snare"]);
});

test("a pad that the other tab has cleared is cleared", () => {
  const before = withPads("kick");
  assert.deepEqual(categories(merge(before, before, withPads())), Array(8).fill(null));
});

test("nothing new is the same object", () => {
  const mine = withPads("kick");
  assert.equal(merge(mine, withPads("kick"), withPads("kick")), mine);
});

test("a step is merged like the present state, so that undo loses nothing", () => {
  const before = withPads();
  const after = withPads("snare");
  const [earlier, now] = [before, withPads(null, "clap")].map((each) => merge(each, before, after));
  assert.deepEqual(categories(earlier).slice(0, 2), ["snare", null]);
  assert.deepEqual(categories(now).slice(0, 2), ["snare", "clap"]);
});
