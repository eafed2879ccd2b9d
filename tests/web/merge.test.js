import assert from "node:assert/strict";
import { test } from "node:test";
import { tied } from "../../src/neural_drum_machine/web/js/model/project.js";
import { merge } from "../../src/neural_drum_machine/web/js/model/merge.js";
import { kept, padSound, padsWith, project } from "./support/values.js";

const withPads = (...categories) =>
  project({ pads: padsWith(...categories.map((category) => category && padSound({ category }))) });
const categories = ({ pads }) => pads.map((pad) => pad?.recipe.category ?? null);

test("another tab's pads, beat, A and B come in; the pad that is edited stays", () => {
  const before = withPads("kick");
  const mine = tied(before, { ...before, selected: 3 });
  const after = { ...withPads("snare", "clap"), a: kept(), beat: { ...before.beat, tempo: 99 } };
  const merged = merge(mine, before, after);
  assert.deepEqual(categories(merged).slice(0, 3), ["snare", "clap", null]);
  assert.deepEqual([merged.a, merged.beat.tempo, merged.selected, merged.recipe], [kept(), 99, 3, null]);
  assert.equal(merge(before, before, after).recipe.category, "snare");
});

test("a pad that this tab has changed stays as it is", () => {
  const before = withPads("kick", "kick");
  const merged = merge(withPads("clap", "kick"), before, withPads("snare", "snare"));
  assert.deepEqual(categories(merged).slice(0, 2), ["clap", "snare"]);
});

test("a pad that the other tab has cleared is cleared", () => {
  const before = withPads("kick");
  assert.deepEqual(categories(merge(before, before, withPads())), Array(16).fill(null));
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
