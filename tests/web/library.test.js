import assert from "node:assert/strict";
import { test } from "node:test";
import { Library } from "../../src/neural_drum_machine/web/js/commands/library.js";
import { answerOf } from "../../src/neural_drum_machine/web/js/net/library-message.js";
import { readBinary, writeBinary } from "../../src/neural_drum_machine/web/js/net/sound-message.js";
import { LibrarySounds } from "../../src/neural_drum_machine/web/js/net/library-sounds.js";
import { Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { startApp, turn, until } from "./support/fakes.js";
import { kept, libraryPart, padSound, padsWith } from "./support/values.js";

const SOUNDS = [[10, 0, 0, 0, "Kick 1"], [20, 1, 0, 1, "Snare 1"], [30, 0, 1, 0, "Kick 2"], [40, 1, 1, 2, "Bell"]];
const STATUS = { sounds: 4, categories: {}, layout: "values", version: 3, sentence: "", command: "" };
const OWN = [70000, 1];

/** Answer the next request, which must be of a type; return its values. */
async function answer(client, type, values) {
  await until(() => client.asked.length);
  const request = client.asked.shift();
  assert.equal(request.type, type);
  request.answer(values);
  await turn();
  return request.values;
}

/** An app with a library that is open, and nothing left to answer. */
async function startLibrary(change = {}) {
  const started = await startApp();
  started.app.change(change);
  const library = new Library(started.app);
  const opened = library.open();
  await answer(started.client, "library", STATUS);
  await answer(started.client, "library_map", libraryPart(SOUNDS));
  // The selected pad is asked for once, as what is edited and as a pad.
  for (let n = started.app.project.pads.filter(Boolean).length; n > 0; n--) await answer(started.client, "library_like", { sounds: [30], distances: [0.5] });
  await opened;
  return { ...started, library };
}

test("opening loads the map in parts, and again only when the library has changed", async () => {
  const { app, client } = await startApp();
  const library = new Library(app);
  const opened = library.open();
  await answer(client, "library", STATUS);
  assert.deepEqual(await answer(client, "library_map", libraryPart(SOUNDS.slice(0, 3), { total: 4 })), { first: 0 });
  // The library changes between the parts: all of it is asked for again.
  assert.deepEqual(await answer(client, "library_map", libraryPart(SOUNDS.slice(3), { total: 4, version: 4 })), { first: 3 });
  assert.deepEqual(await answer(client, "library_map", libraryPart(SOUNDS.slice(0, 3), { total: 4, version: 4 })), { first: 0 });
  assert.deepEqual(await answer(client, "library_map", libraryPart(SOUNDS.slice(3), { total: 4, version: 4 })), { first: 3 });
  await answer(client, "library_like", { sounds: [], distances: [] });
  await opened;
  assert.deepEqual([...library.state.map.columns.ids], [10, 20, 30, 40]);
  const again = library.open();
  await answer(client, "library", { ...STATUS, version: 4 });
  await again;
  assert.equal(client.asked.length, 0);
});

test("without a library there is no map, and what the server says stays", async () => {
  const { app, client } = await startApp();
  const library = new Library(app);
  let opened = library.open();
  await answer(client, "library", { ...STATUS, sounds: 0, version: 0, sentence: "None yet:", command: "ndm …" });
  await opened;
  assert.equal(library.state.map, null);
  assert.equal(library.state.status.command, "ndm …");
  opened = library.open();
  client.asked.shift().reject(new Refusal("library", "your library: damaged"));
  await opened;
  assert.equal(library.state.error, "your library: damaged");
});

test("the project's sounds lie on the map among the sounds that they are like", async () => {
  const { library } = await startLibrary({ pads: padsWith(padSound(), padSound({ code: [1, 2] })) });
  assert.deepEqual(library.state.marks.map(({ label, x, y }) => [label, x, y]), [["", 0, 1], ["1", 0, 1], ["2", 0, 1]]);
});

test("filters by value are the server's, the others the page's; an older answer is dropped", async () => {
  const { client, library } = await startLibrary();
  await library.filter({ category: "kick" });
  assert.deepEqual(library.state.shown, [0, 2]);
  const older = library.filter({ pitch: "low" });
  const newer = library.filter({ pitch: "high" });
  assert.deepEqual(client.asked.map(({ values }) => values), [{ pitch_range: "low", among: "kick" }, { pitch_range: "high", among: "kick" }]);
  client.asked[1].answer({ ids: Uint32Array.of(30, 40) });
  await newer;
  client.asked[0].answer({ ids: Uint32Array.of(10) });
  await older;
  assert.deepEqual(library.state.shown, [2]);
});

test("a chosen sound plays, and one that comes late does not", async () => {
  const { client, library, output } = await startLibrary();
  const first = library.choose(0);
  const second = library.choose(1);
  const [one, two] = client.asked.splice(0);
  assert.deepEqual([one.values, two.values], [10, 20].map((sound) => ({ sound, channels: 2 })));
  const channels = [new Float32Array([1])];
  two.answer({ channels, sr: 44100 });
  await second;
  one.answer({ channels: [new Float32Array([2])], sr: 44100 });
  await first;
  assert.deepEqual(output.played.map((each) => each.channels), [channels]);
  await library.listen(); // from memory
  assert.equal(output.played.length, 2);
  assert.equal(client.asked.length, 0);
});

test("of the sounds that wait only the newest is asked for, and one that failed is asked for again", async () => {
  const { client } = await startApp();
  const sounds = new LibrarySounds(client);
  const got = [1, 2, 3, 4].map((id) => sounds.get(id));
  assert.deepEqual(client.asked.map(({ values }) => values.sound), [1, 2]);
  assert.equal(await got[2], null);
  client.asked[0].reject(new Refusal("library", "gone"));
  await assert.rejects(got[0], /gone/);
  await turn();
  assert.equal(client.asked[2].values.sound, 4);
  client.asked[1].answer("two");
  assert.equal(await got[1], "two");
  void sounds.get(1);
  assert.equal(client.asked[3].values.sound, 1);
});

test("a sound is kept on a pad as an own sound, and that pad is edited", async () => {
  const { app, client, library } = await startLibrary();
  library.state.chosen = 0;
  const keeping = library.keep(3);
  assert.deepEqual(await answer(client, "library_take", { exemplars: OWN, category: "kick" }), { sound: 10, channels: 2 });
  await answer(client, "library_like", { sounds: [10], distances: [0] });
  await keeping;
  assert.deepEqual(app.project.pads[3].recipe.exemplars, OWN);
  assert.equal(app.project.selected, 3);
  assert.match(app.state.notice.sentence, /^Kick 1 is on pad 4\.$/);
});

test("replacing a pad says that undo brings the old sound back, and a refused one changes nothing", async () => {
  const { app, client, library } = await startLibrary({ pads: padsWith(padSound()) });
  const before = app.project.pads;
  library.state.chosen = 1;
  const refused = library.keep(0);
  client.asked.shift().reject(new Refusal("library", "Snare 1.wav: the file has changed"));
  await refused;
  assert.equal(app.project.pads, before);
  assert.deepEqual(app.state.notice, { sentence: "Snare 1.wav: the file has changed", isError: true });
  const keeping = library.keep(0);
  await answer(client, "library_take", { exemplars: OWN });
  await answer(client, "library_like", { sounds: [], distances: [] });
  await keeping;
  assert.match(app.state.notice.sentence, /Undo brings back/);
});

test("between two sounds: they become A and B in one step, and the slider morphs them", async () => {
  const { app, client, library, output } = await startLibrary({ a: kept() });
  library.state.chosen = 0;
  library.hold();
  library.state.chosen = 1;
  const steps = app.state.history.past.length;
  const first = library.between(0.2, false);
  const second = library.between(0.5, true);
  await answer(client, "library_take", { exemplars: [70000, 1], category: "kick", code: [1, 0] });
  await answer(client, "library_take", { exemplars: [70001, 1], category: "snare", code: [0, 1] });
  const morph = await answer(client, "morph", { category: "kick" });
  await Promise.all([first, second]);
  assert.equal(morph.t, 0.5);
  assert.deepEqual([morph.category, morph.to, morph.exemplars, morph.to_exemplars], ["kick", "snare", [70000, 1], [70001, 1]]);
  assert.deepEqual([app.project.a.recipe.exemplars, app.project.b.recipe.exemplars], [[70000, 1], [70001, 1]]);
  assert.equal(app.state.history.past.length, steps + 2); // A and B; the morph
  assert.match(app.state.notice.sentence, /Undo brings back the A and B/);
  assert.equal(output.played.length, 1);
  const third = library.between(0.7, true);
  await answer(client, "morph", {});
  await third;
  assert.equal(client.asked.length, 0); // A and B are the same still
});

test("empty ground asks for the sound between three, which is the present one then", async () => {
  const { app, client, library } = await startLibrary();
  const made = library.ground(0.2, 0.1);
  const { sounds } = await answer(client, "library_between", { category: "snare" });
  await made;
  assert.deepEqual(sounds.filter((_, i) => i % 2 === 0), [10, 20, 30]);
  assert.equal(app.project.recipe.category, "snare");
  assert.deepEqual(library.state.ground, { x: 0.2, y: 0.1 });
  const refused = library.ground(0.3, 0.1);
  client.asked.shift().reject(new Refusal("library", "no"));
  await refused;
  assert.equal(library.state.ground, null);
});

test("more like this lists the chosen sound and its nearest, or those like the present sound", async () => {
  const { client, library } = await startLibrary();
  library.state.chosen = 0;
  let listed = library.moreLikeThis();
  assert.equal((await answer(client, "library_near", { sounds: [30, 99, 20] })).sound, 10);
  await listed;
  assert.deepEqual([library.state.shown, library.state.likeness], [[0, 2, 1], "Kick 1"]);
  await library.showAll();
  assert.equal(library.state.shown.length, 4);
  library.state.chosen = -1;
  listed = library.moreLikeThis();
  assert.equal((await answer(client, "library_like", { sounds: [40] })).category, "kick");
  await listed;
  assert.deepEqual(library.state.shown, [3]);
});

test("binary answers are read: columns, numbers and samples", () => {
  const read = (header, body) => {
    const { header: got, body: rest } = readBinary(writeBinary(header, body).buffer);
    return answerOf(got, rest);
  };
  assert.deepEqual([...read({ type: "library_find", id: 1, total: 2 }, Uint32Array.of(7, 9).buffer).ids], [7, 9]);
  assert.deepEqual([...read({ type: "library_audio", id: 1, sr: 44100, left_out: 0 }, Int16Array.of(-16384).buffer).channels[0]], [-0.5]);
  const both = read({ type: "library_audio", id: 1, sr: 44100, left_out: 0, channels: 2 }, Int16Array.of(-16384, 8192).buffer);
  assert.deepEqual(both.channels.map((each) => [...each]), [[-0.5], [0.25]]);
  const body = new Uint8Array(2 * 18);
  new DataView(body.buffer).setUint32(4, 5, true);
  body[4 * 2 + 12 * 2] = 3;
  const { columns } = read({ type: "library_map", id: 1, names: ["a", "b"], kits: ["", ""], categories: [] }, body.buffer);
  assert.deepEqual([[...columns.ids], [...columns.category], columns.length.length], [[0, 5], [3, 0], 2]);
});
