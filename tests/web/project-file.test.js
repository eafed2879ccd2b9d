import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMAT, readProject, readRecipe, readTrim, writeProject } from "../../src/neural_drum_machine/web/js/formats/project-file.js";
import { OwnSounds } from "../../src/neural_drum_machine/web/js/net/own-sounds.js";
import { HELLO, kept, padSound, padsWith, project, recipe } from "./support/values.js";

const file = (changes, version = 1) =>
  JSON.stringify({ [FORMAT]: version, model: "cafe", project: { ...project({ pads: padsWith() }), recipe: recipe(), ...changes } });

test("a project comes back exactly", () => {
  const trim = { start: 5, end: 200, fadeIn: 2, fadeOut: 50 };
  const pads = padsWith(
    { ...padSound({ category: "snare" }), level: -6, pan: 0.5, pitch: 3, choke: 2, locked: true }, null,
    { ...padSound({ wish: { decay: 0.4, pitch: 49 } }), note: 99, name: "Boom", trim },
  );
  const work = project({
    range: 2, center: [1, -0.5], amount: 0.8, morph: 0.25, a: kept(), b: kept({ to: "clap", t: 0.5, exemplars: [0, 0.5, 9, 0.5] }), pads,
    selected: 2, locks: { air: -20, decay: 0.4 }, kitName: "Mine", kitStyle: { decay: 0.5 },
  });
  const back = { project: work, model: "cafe", own: {}, isOtherEngine: false };
  assert.deepEqual(readProject(writeProject(work, "cafe", new OwnSounds()), HELLO), back);
});

test("a project from before kits has its sound on the first free pad, and that is edited", () => {
  const { level, pan, pitch, recipe: on, trim } = padSound({ category: "snare" });
  const old = { recipe: recipe({ category: "clap" }), trim: { start: 5, end: null, fadeIn: 0, fadeOut: 0 }, pads: [{ level, pan, pitch, recipe: on, trim }, ...Array(7).fill(null)] };
  const read = readProject(JSON.stringify({ [FORMAT]: 4, model: "cafe", project: old }), HELLO).project;
  assert.deepEqual([read.selected, read.recipe.category, read.trim.start], [1, "clap", 5]);
  assert.deepEqual(read.pads.slice(0, 3).map((pad) => pad?.name ?? null), ["Snare", "Clap", null]);
  const full = { ...old, pads: Array(8).fill(old.pads[0]) };
  assert.equal(readProject(JSON.stringify({ [FORMAT]: 4, model: "cafe", project: full }), HELLO).project.selected, 8);
});

test("a sound keeps its engine, and where that is not here it gets the one that is", () => {
  const old = recipe({ engine: undefined }); // JSON leaves it out
  const written = file({ recipe: recipe({ engine: "native" }), a: { recipe: old } });
  for (const [engines, found, isOtherEngine] of [
    [["native", "reference"], ["native", "reference"], false],
    [["reference"], ["reference", "reference"], true],
    [["native"], ["native", "native"], true],
  ]) {
    const read = readProject(written, { ...HELLO, engines });
    assert.deepEqual([read.project.recipe.engine, read.project.a.recipe.engine], found);
    assert.equal(read.isOtherEngine, isOtherEngine);
  }
});

test("a project has the own sounds that its sounds are made of, and no others", () => {
  const owns = new OwnSounds();
  for (const [number, form] of [[70_000, "TkRNQQ=="], [70_001, "TkRNQUI="], [70_002, "TkRNQUM="]]) owns.keep(number, form);
  const work = project({ a: kept({ exemplars: [70_000, 0.5, 3, 0.5] }), pads: padsWith(padSound({ exemplars: [70_001, 1], blend: 0.25 })) });
  const read = readProject(writeProject(work, "cafe", owns), HELLO);
  assert.deepEqual(read.own, { 70000: "TkRNQQ==", 70001: "TkRNQUI=" });
  assert.deepEqual(read.project, work);
});

test("own sounds that make no sense are left out", () => {
  const own = { 70000: "TkRNQQ==", 12: "TkRN", x: "TkRN", 70001: 5, 70002: "<b>", 70003: "A".repeat(60_000) };
  assert.deepEqual(readProject(JSON.stringify({ ...JSON.parse(file({})), own }), HELLO).own, { 70000: "TkRNQQ==" });
  for (const given of [null, 5, "x", []]) {
    assert.deepEqual(readProject(JSON.stringify({ ...JSON.parse(file({})), own: given }), HELLO).own, {});
  }
});

for (const [text, sentence] of [
  ["{", /not JSON/],
  ["[]", /not a project of this program/],
  ["null", /not a project of this program/],
  [file({}, 99), /newer version/],
  [file({ recipe: { category: "gong" } }), /unknown category, "gong"/],
  [file({ recipe: recipe({ to: "gong" }) }), /unknown category, "gong"/],
  [file({ recipe: { category: "kick", code: ["x"] } }), /no valid code/],
  [file({ a: { recipe: recipe({ code: [] }) } }), /no valid code/],
  [file({ pads: [{ recipe: null }] }), /unknown category/],
  [file({ recipe: recipe({ exemplars: [1] }) }), /no valid exemplars/],
  [file({ recipe: recipe({ exemplars: [1, 0] }) }), /no valid exemplars/],
  [file({ recipe: recipe({ exemplars: [-1, 1] }) }), /no valid exemplars/],
  [file({ recipe: recipe({ exemplars: [[1, 1]] }) }), /no valid exemplars/],
  [file({ recipe: recipe({ exemplars: Array(10).fill(1) }) }), /no valid exemplars/],
  [file({ recipe: recipe({ exemplars: "1" }) }), /no valid exemplars/],
]) {
  test(`refused: ${text.slice(0, 60)}`, () => assert.throws(() => readProject(text, HELLO), sentence));
}

test("a project from before the amount has the default, and one out of range the nearest", () => {
  for (const [amount, want] of [[undefined, 0.35], [9, 2], ["x", 0.35], [1.5, 1.5]]) {
    assert.equal(readProject(file({ amount }), HELLO).project.amount, want);
  }
});

test("a project of the first version has sounds without exemplars", () => {
  const old = recipe();
  delete old.exemplars;
  delete old.blend;
  delete old.wish;
  assert.deepEqual(readProject(file({ recipe: old }, 1), HELLO).project.recipe, recipe());
});

test("a project from before wishes has none and no locks", () => {
  const old = { ...project({ pads: padsWith() }), recipe: { ...recipe(), wish: undefined }, locks: undefined };
  const read = readProject(JSON.stringify({ [FORMAT]: 3, model: "cafe", project: old }), HELLO).project;
  assert.deepEqual([read.recipe.wish, read.locks], [{}, {}]);
});

test("a wish that makes no sense, or that the category lacks, is left out, and one out of reach is the nearest", () => {
  const wish = { pitch: 1e9, decay: "x", body: null, gong: 1, air: -20 };
  assert.deepEqual(readRecipe(recipe({ wish }), HELLO).wish, { pitch: 2000 });
  for (const given of [null, 5, "x", []]) assert.deepEqual(readRecipe(recipe({ wish: given }), HELLO).wish, {});
});

test("values are brought into the server's limits", () => {
  const limits = { ...HELLO.limits, takes: 4, wild: 1.5, control: 3 };
  const read = readRecipe(recipe({ take: 9, wild: 9, p: [9, -9, "x"], seed: -7 }), { ...HELLO, limits });
  assert.deepEqual([read.take, read.wild, read.p, read.seed], [3, 1.5, [3, -3, 0], -1]);
  const given = readProject(file({ range: 99 }), { ...HELLO, limits }).project;
  assert.equal(given.range, 3);
});

test("a trim that is missing or wrong is none", () => {
  assert.deepEqual(readTrim(undefined), { start: 0, end: null, fadeIn: 0, fadeOut: 0 });
  assert.deepEqual(readTrim({ start: -5, end: 1e9, fadeIn: "x" }), { start: 0, end: 60000, fadeIn: 0, fadeOut: 0 });
});
