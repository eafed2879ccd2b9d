import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_LATENCIES } from "../../src/neural_drum_machine/web/js/commands/app.js";
import { openFiles } from "../../src/neural_drum_machine/web/js/commands/open-file.js";
import { writeProject } from "../../src/neural_drum_machine/web/js/formats/project-file.js";
import { wavFile } from "../../src/neural_drum_machine/web/js/formats/wav.js";
import { wavComment } from "../../src/neural_drum_machine/web/js/formats/wav-comment.js";
import { writeZip } from "../../src/neural_drum_machine/web/js/formats/zip.js";
import { hasItsSound, voiceOf } from "../../src/neural_drum_machine/web/js/model/state.js";
import { WHOLE } from "../../src/neural_drum_machine/web/js/model/trim.js";
import { Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { answerAll, startApp, turn, until } from "./support/fakes.js";
import { HELLO, kept, padSound, padsWith, project, recipe } from "./support/values.js";

const steps = (app) => app.state.history.past.length;
/** Answer the oldest request. */
async function answer(client, values) {
  client.asked.shift().answer(values);
  await turn();
}
const file = (name, content = "RIFF") => new File([content], name);

test("a drag asks for absolute places, within the server's limit and without a range", async () => {
  const { app, client } = await startApp();
  app.change({ range: 4 });
  app.gesture.move({ p1: 3.5, p2: -2 });
  const { type, values } = client.asked[0];
  assert.equal(type, "move");
  assert.deepEqual([values.p1, values.p2, values.p3, "range" in values], [3.5, -2, 0, false]);
  app.gesture.move({ p3: 99 });
  assert.deepEqual([client.asked[1].values.p1, client.asked[1].values.p3], [3.5, HELLO.limits.control]);
});

test("a drag is one step back, and plays while it moves", async (t) => {
  const { app, client, output } = await startApp();
  t.mock.method(performance, "now", () => 1e6); // no time passes, however busy the computer is
  const before = app.project;
  for (const p1 of [0.1, 0.2, 0.3]) app.gesture.move({ p1 });
  const released = app.gesture.release();
  assert.equal(app.gesture.isMoving, true);
  while (client.asked.length) await answer(client);
  assert.equal(await released, true);
  assert.equal(app.gesture.isMoving, false);
  assert.equal(app.project.recipe.p[0], 0.3);
  assert.equal(output.played.length, 2); // the first answer at once; then, as no pause has passed, where it rests
  app.undo();
  assert.equal(app.project, before);
});

test("a drag that yields no sound is no step", async () => {
  const { app, client } = await startApp();
  app.gesture.move({ p1: 0.1 });
  client.asked.shift().reject(new Refusal("superseded", "newer"));
  assert.equal(await app.gesture.release(), false);
  assert.equal(steps(app), 0);
  assert.equal(app.state.notice, null);
});

test("an older answer that comes later is dropped", async () => {
  const { app, client } = await startApp();
  app.gesture.move({ p1: 0.1 });
  app.gesture.move({ p1: 0.2 });
  const [older, newer] = client.asked;
  newer.answer({ p: [0.2, 0, 0] });
  await turn();
  older.answer({ p: [0.1, 0, 0] });
  await turn();
  assert.equal(app.project.recipe.p[0], 0.2);
});

test("thirty wishes while one is drawn are two drums", async () => {
  const { app, client } = await startApp();
  for (const wish of ["random", "variation", "nextTake"]) {
    const before = steps(app);
    for (let i = 0; i < 30; i++) void app.newSounds[wish]();
    await turn();
    for (let i = 0; i < 2; i++) {
      assert.equal(client.asked.length, 1);
      await answer(client);
    }
    assert.equal(client.asked.length, 0);
    assert.equal(steps(app), before + 2);
  }
});

test("takes go around", async () => {
  const { app, client } = await startApp();
  app.change({ recipe: recipe({ take: HELLO.limits.takes - 1 }) });
  void app.newSounds.nextTake();
  assert.equal(client.asked[0].values.take, 0);
});

test("a variation of a sound that the server has forgotten recalls it first, without a step", async () => {
  const { app, client } = await startApp();
  client.isRecentSound = false;
  void app.newSounds.variation();
  assert.equal(client.asked[0].type, "recall");
  await answer(client, { id: 42 });
  assert.deepEqual([client.asked[0].type, client.asked[0].values.of], ["variation", 42]);
  assert.equal(steps(app), 0);
});

test("the wild knob changes a drawn sound; a moved one keeps its place; another one is left alone", async () => {
  const { app, client } = await startApp();
  app.gesture.setWild(0.5);
  assert.deepEqual([client.asked.length, app.project.wild], [0, 0.5]);
  await app.gesture.release();
  void app.newSounds.random();
  await answer(client, { seed: 7 });
  app.gesture.setWild(1.5);
  assert.deepEqual([client.asked[0].type, client.asked[0].values.seed], ["random", 7]);
  await answer(client);
  app.gesture.move({ p1: 0.5 });
  await answer(client);
  app.gesture.setWild(2);
  const { type, values } = client.asked[0];
  assert.deepEqual([type, values.seed, values.wild, values.p1], ["generate", 7, 2, 0.5]);
});

for (const [name, act] of Object.entries({
  "another category": ({ app }) => app.newSounds.choose("snare"),
  "the XY pad": ({ app }) => app.gesture.move({ p1: 0.4 }),
  "a random drum": ({ app }) => app.newSounds.random(),
  undo: ({ app }) => app.undo(),
})) {
  test(`a file is ignored if ${name} comes while it is encoded`, async () => {
    const all = await startApp();
    const { app, client } = all;
    await answerAll(client, app.newSounds.random());
    app.cache.clear();
    const opened = openFiles(app, [file("hat.wav")]);
    await until(() => client.asked.length);
    assert.equal(app.state.busy.words, "Reading hat.wav …");
    const upload = client.asked.shift();
    void act(all);
    await turn();
    while (client.asked.length) await answer(client);
    const { original } = app.state;
    upload.answer({ original: new Float32Array(2) });
    await opened;
    assert.equal(app.state.notice.sentence, "hat.wav is ignored, because you changed the sound meanwhile. Open it again.");
    assert.deepEqual([original, app.state.original, app.state.busy.words], [null, null, ""]);
    assert.equal(hasItsSound(app.state), true);
  });
}

test("an upload has the file's name, cut to 256 characters", async () => {
  const { app, client } = await startApp();
  void openFiles(app, [file(`${"é😀".repeat(200)}.wav`)]);
  await until(() => client.asked.length);
  assert.equal([...client.asked[0].values.name].length, 256);
  assert.equal(client.asked[0].values.name.isWellFormed?.() ?? true, true);
});

test("a message says what was made of a file, and what it took the place of", async () => {
  const { app, client } = await startApp();
  for (const [values, pad, want] of [
    [{}, -1, "tom.wav is a kick on pad 1, instead of Kick; undo brings that back. Drag on the map to bend it."],
    [{ notes: ["A second hit begins 1.00 s after the first."] }, 3, "tom.wav is a kick on pad 4. A second hit begins 1.00 s after the first."],
    [{}, 2, "tom.wav is a kick on pad 3. Drag on the map to bend it."],
  ]) {
    await answerAll(client, openFiles(app, [file("tom.wav")], { pad }), values);
    assert.equal(app.state.notice.sentence, want);
  }
  assert.equal(app.project.selected, 2);
  assert.equal(app.project.pads[2].recipe, app.state.voices[2].recipe);
});

test("of a hundred files the message names those that were not taken, and counts those beyond the last pad", async () => {
  const { app, client } = await startApp();
  const names = Array.from({ length: 100 }, (_, n) => `${n}.wav`);
  const bad = new Set(["1.wav", "2.wav", "5.wav", "7.wav"]);
  const opened = openFiles(app, names.map(file));
  let isDone = false;
  opened.then(() => (isDone = true));
  while (!isDone) {
    const asked = client.asked.shift();
    if (asked && bad.has(asked.values.name)) asked.reject(new Refusal("bad-audio", `${asked.values.name} is no sound`));
    else asked?.answer();
    await turn();
  }
  const { isError, sentence } = app.state.notice;
  assert.equal(sentence, "16 of 100 files are on pads now. Not taken: 1.wav, 2.wav, 5.wav and 1 more; open one by itself to read why. "
    + "80 more find no pad: there are 16. Undo takes them back one by one.");
  assert.equal(isError, true);
  assert.equal(app.project.pads.filter(Boolean).length, 16);
});

test("many files go to one pad after the other; those beyond the last pad are counted", async () => {
  const { app, client } = await startApp();
  const files = Array.from({ length: 5 }, (_, n) => file(`${n}.wav`));
  await answerAll(client, openFiles(app, files, { pad: 13 }));
  assert.deepEqual(app.project.pads.map(Boolean).slice(12), [false, true, true, true]);
  assert.equal(app.state.notice.sentence, "3 of 5 files are on pads now. 2 more find no pad: there are 16. Undo takes them back one by one.");
});

test("a file beyond the server's limit is not sent", async () => {
  const { app, client } = await startApp();
  await openFiles(app, [file("long.wav", new Uint8Array(HELLO.limits.audio_bytes + 1))]);
  assert.equal(client.asked.length, 0);
  assert.equal(app.state.notice.sentence, "long.wav is too large: the limit is 16 MiB.");
});

test("a project is opened when all its sounds are there, and undo brings the old one back", async () => {
  const { app, client } = await startApp();
  const before = app.project;
  const theirs = project({ pads: padsWith(padSound({ category: "snare" }), padSound({ category: "clap" })), a: kept({ take: 5 }) });
  for (const data of [writeProject(theirs, "cafe", client.owns), writeZip([{ name: "x.ndm-project.json", data: new TextEncoder().encode(writeProject(theirs, "cafe", client.owns)) }], new Date())]) {
    app.cache.clear();
    const opened = openFiles(app, [file(typeof data === "string" ? "p.json" : "p.zip", data)]);
    await until(() => client.asked.length);
    assert.deepEqual(app.project, before);
    await answerAll(client, opened);
    assert.equal(app.state.notice, null);
    assert.deepEqual(app.project, theirs);
    assert.notEqual(voiceOf(app.state, 0), null);
    app.undo();
    assert.deepEqual(app.project, before);
    await turn();
    await answer(client);
  }
});

for (const [code, sentence] of [
  ["away", "p.json cannot be opened while the server is away. Try again when it is back."],
  ["out-of-range", "p.json cannot be opened: codes are 64 numbers, got 2"],
]) {
  test(`a project with a sound that cannot be made is refused whole (${code})`, async () => {
    const { app, client } = await startApp();
    const before = app.project;
    const opened = openFiles(app, [file("p.json", writeProject(project({ recipe: recipe({ take: 9 }) }), "cafe", client.owns))]);
    await until(() => client.asked.length);
    client.asked.shift().reject(new Refusal(code, "codes are 64 numbers, got 2"));
    await opened;
    assert.equal(app.project, before);
    assert.deepEqual(app.state.notice, { sentence, isError: true });
  });
}

test("a file that is no project is refused, and an archive without one", async () => {
  const { app } = await startApp();
  const before = app.project;
  await openFiles(app, [file("p.json", "{")]);
  assert.equal(app.state.notice.sentence, "p.json cannot be opened: This file is not a project: it is not JSON.");
  await openFiles(app, [file("p.zip", writeZip([{ name: "a.wav", data: new Uint8Array(30) }], new Date()))]);
  assert.equal(app.state.notice.sentence, "There is no project in p.zip. To open its sounds, unzip it first.");
  assert.equal(app.project, before);
});

test("the hint of another model comes with its project", async () => {
  const { app, client } = await startApp();
  await openFiles(app, [file("p.json", writeProject(app.project, "other", client.owns))]);
  assert.match(app.state.notice.sentence, /made with another model/);
});

test("a sound of one's own is turned into another category, and a drawn one encoded as it", async () => {
  const { app, client } = await startApp();
  await answerAll(client, openFiles(app, [file("tom.wav", "RIFFabc")]), { exemplars: [70_000, 1] });
  void app.encoder.encodeAs("clap");
  const { type, values } = client.asked[0];
  assert.deepEqual([type, values.category, values.to, values.t, values.exemplars], ["recall", "kick", "clap", 1, [70_000, 1]]);
  await answer(client, { category: "clap", exemplars: [70_000, 1] });
  await answerAll(client, app.newSounds.random());
  void app.encoder.encodeAs("kick");
  await turn();
  assert.equal(client.asked[0].type, "encode");
});

test("a sound that was encoded stays beside its reconstruction through undo and redo", async () => {
  const { app, client } = await startApp();
  const before = app.state.sound.channels;
  await answerAll(client, app.encoder.encodeAs("clap"), {});
  assert.equal(app.state.original, before);
  app.undo();
  await turn();
  await answer(client);
  assert.equal(app.state.original, null);
  app.redo();
  await turn();
  assert.equal(app.state.original, before);
});

test("a morph asks for its exact ends, and between them for both codes", async () => {
  const { app, client } = await startApp();
  const [a, b] = [kept({ code: [1], exemplars: [4, 1] }), kept({ category: "clap", code: [2], to: "snare", t: 0.75 })];
  app.change({ a, b });
  app.morph.drag(0);
  app.morph.drag(1);
  app.morph.drag(0.25);
  assert.deepEqual(client.asked.map(({ type }) => type), ["recall", "recall", "morph"]);
  assert.deepEqual([client.asked[0].values.code, client.asked[1].values.code], [[1], [2]]);
  assert.deepEqual([client.asked[0].values.exemplars, client.asked[1].values.exemplars], [[4, 1], undefined]);
  assert.deepEqual(client.asked[2].values, {
    category: "kick", code: [1], exemplars: [4, 1], to: "snare", to_code: [2], t: 0.25, take: 0,
  });
});

test("a sound keeps its exemplars on every way", async () => {
  const { app, client } = await startApp();
  const exemplars = [4, 0.5, 9, 0.5];
  await answerAll(client, app.newSounds.random(), { exemplars });
  const asked = async (/** @type {() => unknown} */ act) => {
    app.cache.clear();
    const done = act();
    await until(() => client.asked.length);
    const { values } = client.asked[0];
    await answerAll(client, Promise.resolve(done));
    while (client.asked.length) await answer(client);
    return values.exemplars;
  };
  assert.deepEqual(await asked(() => app.newSounds.nextTake()), exemplars);
  assert.deepEqual(await asked(() => app.newSounds.invertWith("light")), exemplars);
  assert.deepEqual(await asked(() => {
    app.gesture.move({ p1: 0.3 });
    return app.gesture.release();
  }), exemplars);
  assert.deepEqual(await asked(() => app.drumPads.keep(2)), exemplars);
  assert.deepEqual(app.project.pads[2].recipe.exemplars, exemplars);
  assert.deepEqual(await asked(() => app.morph.keep("b")), exemplars);
  await answerAll(client, app.newSounds.nextTake());
  assert.deepEqual(await asked(() => app.undo()), exemplars);
  await answerAll(client, app.newSounds.choose("snare"));
  assert.deepEqual(app.project.recipe.exemplars, []);
  assert.deepEqual(await asked(() => app.newSounds.choose("kick")), exemplars);
  client.isRecentSound = false;
  assert.deepEqual(await asked(() => app.newSounds.variation()), exemplars);
});

/** A sound, and a file of it that the page has saved. */
async function saved(app, client, trim = WHOLE) {
  await answerAll(client, app.newSounds.random(), { exemplars: [4, 1], seed: 7 });
  app.change({ trim });
  await app.drumPads.load();
  const { recipe: made, trim: cut } = app.project;
  const data = wavFile(app.trimmed(), app.state.sound.sr, wavComment(made, cut, HELLO.hash));
  await answerAll(client, app.newSounds.random());
  app.cache.clear();
  return { made, data };
}

test("a file that the page has saved brings its sound back, with its exemplars and its trim", async () => {
  for (const trim of [WHOLE, { start: 0, end: null, fadeIn: 0.05, fadeOut: 0 }]) {
    const { app, client } = await startApp();
    const { made, data } = await saved(app, client, trim);
    const opened = openFiles(app, [file("kick.wav", data)], { pad: 1 });
    await until(() => client.asked.length);
    assert.deepEqual([client.asked[0].type, client.asked[0].values.exemplars], ["recall", [4, 1]]);
    await answerAll(client, opened);
    assert.deepEqual([app.project.recipe, app.project.trim], [made, trim]);
    assert.deepEqual(app.project.pads[1].recipe, made);
    assert.equal(app.state.notice.sentence, "kick.wav is a kick of this model, and is back on pad 2 exactly as it was.");
  }
});

test("the blend of an own sound is dragged like any control", async () => {
  const { app, client } = await startApp();
  await answerAll(client, app.newSounds.random(), { exemplars: [70_000, 1] });
  app.gesture.setBlend(0.75);
  const { type, values } = client.asked[0];
  assert.deepEqual([type, values.blend, values.exemplars], ["recall", 0.75, [70_000, 1]]);
  await answerAll(client, app.gesture.release());
  assert.equal(app.project.recipe.blend, 0.75);
  app.undo();
  await until(() => app.project.recipe.blend === 0);
});

test("whatever is made of an own sound is asked for in stereo, and a drawn drum is not", async () => {
  const { app, client } = await startApp();
  const stereo = [new Float32Array([0.5, 0.25]), new Float32Array([-0.5, 0.125])];
  const told = { exemplars: [70_000, 1], channels: stereo };
  await answerAll(client, app.newSounds.random());
  assert.deepEqual(app.trimmed().length, 1);
  app.gesture.move({ p1: 0.1 });
  assert.equal("channels" in client.asked[0].values, false);
  await answerAll(client, app.gesture.release());
  const uploaded = app.encoder.upload("mine.wav", new ArrayBuffer(4));
  assert.equal(client.asked[0].values.channels, 2);
  await answerAll(client, uploaded, told);
  assert.deepEqual(app.trimmed(), stereo);
  const held = (drag) => () => {
    drag();
    return app.gesture.release();
  };
  for (const act of [
    () => app.newSounds.variation(), () => app.newSounds.nextTake(), () => app.encoder.encodeAs("snare"),
    held(() => app.gesture.move({ p1: 0.2 })), held(() => app.gesture.setBlend(0.5)), () => app.tray.fill(true),
  ]) {
    const done = act();
    await until(() => client.asked.length);
    assert.equal(client.asked[0].values.channels, 2, `${act}`);
    await answerAll(client, done, told);
  }
  assert.deepEqual(app.trimmed(), stereo);
});

test("a stereo sound is trimmed, played and kept on a pad with both channels", async () => {
  const { app, client, output } = await startApp();
  const stereo = [Float32Array.from({ length: 441 }, (_, i) => i / 441), new Float32Array(441).fill(0.5)];
  await answerAll(client, app.encoder.upload("mine.wav", new ArrayBuffer(4)), { exemplars: [70_000, 1], channels: stereo });
  app.change({ trim: { start: 1, end: 6, fadeIn: 0, fadeOut: 0 } });
  await app.drumPads.load();
  const cut = stereo.map((each) => each.slice(44, 265));
  app.drumPads.hit(0);
  assert.deepEqual(output.played.at(-1).channels, cut);
  await app.drumPads.keep(3);
  app.drumPads.hit(3);
  assert.deepEqual(output.played.at(-1).channels, cut);
});

test("velocity is dragged like any control, and belongs to the sound", async () => {
  const { app, client } = await startApp();
  await answerAll(client, app.newSounds.random());
  app.gesture.setVelocity(40);
  const { type, values } = client.asked[0];
  assert.deepEqual([type, values.velocity], ["move", 40]);
  await answerAll(client, app.gesture.release(), { velocity: 40 });
  assert.equal(app.project.recipe.velocity, 40);
  app.undo();
  await until(() => app.project.recipe.velocity === 127);
});

test("a file with an own sound brings it back: its form first, then the sound", async () => {
  const { app, client } = await startApp();
  const sound = recipe({ exemplars: [65_543, 0.5, 4, 0.5], code: [1] });
  const data = wavFile([new Float32Array([0.5])], 44100, wavComment(sound, WHOLE, HELLO.hash), [Uint8Array.from([7, 1])]);
  const opened = openFiles(app, [file("mine.wav", data)]);
  await until(() => client.asked.length);
  assert.deepEqual([client.asked[0].type, client.asked[0].values.exemplars], ["recall", [65_543, 0.5, 4, 0.5]]);
  assert.deepEqual([...client.owns.bytes(65_543)], [7, 1]);
  client.asked.splice(0).forEach(({ reject }) => reject(new Refusal("away", "")));
  await until(() => client.asked.length);
  assert.equal(client.asked[0].type, "upload"); // what cannot be recalled is a file like any other
  client.asked.splice(0).forEach(({ reject }) => reject(new Refusal("away", "")));
  await opened;
});

test("a file that was changed since, or is of another model, is encoded like any other", async () => {
  const { app, client } = await startApp();
  const { made, data } = await saved(app, client);
  const changed = data.slice();
  changed[changed.length - 1] ^= 1;
  const foreign = wavFile([new Float32Array([0.5])], 44100, wavComment(made, WHOLE, "beef"));
  for (const [content, types] of [[changed, ["recall", "upload"]], [foreign, ["upload"]]]) {
    app.cache.clear();
    const opened = openFiles(app, [file("kick.wav", content)]);
    for (const type of types) {
      await until(() => client.asked.length);
      assert.equal(client.asked[0].type, type);
      await answer(client);
    }
    await opened;
    assert.match(app.state.notice.sentence, /^kick.wav is a kick on pad 1/);
  }
});

test("a pad plays its own mix; without its sound it is silent", async () => {
  const { app, output } = await startApp();
  app.store.dispatch({ type: "sound-arrived", sound: app.state.sound, change: {}, isStep: true });
  app.cache.keep(app.project.recipe, app.state.sound);
  await app.drumPads.keep(3);
  app.drumPads.mix(3, { level: -20 }, false);
  app.drumPads.mix(3, { pan: 1, pitch: 12 }, true);
  const { gain, pan, semitones } = output.played.at(-1);
  assert.deepEqual([gain.toFixed(3), pan, semitones], ["0.100", 1, 12]);
  const played = output.played.length;
  app.change({ pads: app.project.pads.with(3, padSound({ code: [8] })) });
  app.drumPads.hit(3);
  assert.equal(output.played.length, played);
});

test("the faders of a gesture are one step", async () => {
  const { app } = await startApp();
  app.cache.keep(app.project.recipe, app.state.sound);
  await app.drumPads.keep(0);
  const before = steps(app);
  for (const level of [-1, -2, -3]) app.drumPads.mix(0, { level }, false);
  app.drumPads.mix(0, { level: -4 }, true);
  assert.equal(steps(app), before + 1);
  app.undo();
  assert.equal(app.project.pads[0].level, 0);
});

test("what every control edits is the selected pad, and a sound that comes late goes to the pad that it was asked for", async () => {
  const { app, client } = await startApp();
  app.change({ pads: app.project.pads.with(4, padSound({ category: "snare", code: [3] })) });
  app.drumPads.select(4);
  await answer(client); // its samples
  assert.deepEqual([app.project.recipe.category, app.project.pads[4].recipe], ["snare", app.project.recipe]);
  void app.newSounds.random();
  app.drumPads.select(0);
  client.asked.shift().answer({ category: "snare", code: [8] });
  await turn();
  assert.deepEqual([app.project.pads[4].recipe.code, app.project.recipe.category, app.project.selected], [[8], "kick", 0]);
  app.undo();
  assert.deepEqual(app.project.pads[4].recipe.code, [3]);
});

test("a sound that is left behind is among the last sounds, once", async () => {
  const { app, client } = await startApp();
  const first = app.project.recipe;
  for (let k = 0; k < 30; k++) await answerAll(client, app.newSounds.random(), { code: [k] });
  assert.equal(app.state.recent.length, 24);
  await answerAll(client, app.tray.take({ recipe: first, trim: WHOLE }));
  assert.deepEqual(app.project.recipe.code, first.code);
  assert.deepEqual(app.state.recent.filter(({ recipe: { code } }) => code[0] === 29).length, 1);
});

test("the tray is filled with eight drums, and closing it ends the filling", async () => {
  const { app, client } = await startApp();
  const filled = app.tray.fill(false);
  await answerAll(client, filled);
  assert.equal(app.state.tray.length, 8);
  const again = app.tray.fill(true);
  app.tray.close();
  await answerAll(client, again);
  assert.equal(app.state.tray, null);
});

test("only the last latencies are kept", async () => {
  const { app, client } = await startApp();
  for (let i = 0; i < MAX_LATENCIES + 5; i++) {
    app.gesture.move({ p1: 0 });
    await answer(client);
  }
  assert.equal(app.latencies.length, MAX_LATENCIES);
});

test("faults of the page itself are not hidden as messages", async () => {
  const { app } = await startApp();
  assert.throws(() => app.report(new TypeError("a bug")), TypeError);
  app.report(new Refusal("busy", "too many"));
  assert.deepEqual(app.state.notice, { sentence: "too many", isError: true });
});
