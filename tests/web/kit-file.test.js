import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readKit, writeKit } from "../../src/neural_drum_machine/web/js/formats/kit-file.js";
import { OwnSounds } from "../../src/neural_drum_machine/web/js/net/own-sounds.js";
import { HELLO, padSound, padsWith, project } from "./support/values.js";

const owns = new OwnSounds();
owns.keep(70_000, "TkRNQQ==");
const tell = (form) => Promise.resolve(70_000 + form.length - 4);

test("a kit comes back as it was written, with its own sounds", async () => {
  const trim = { start: 0, end: 120, fadeIn: 0, fadeOut: 5 };
  const pads = padsWith(
    { ...padSound({ wish: { decay: 0.2 }, seed: 4 }), level: -3, note: 36, trim },
    { ...padSound({ category: "snare", exemplars: [70_000, 0.75, 3, 0.25], blend: 0.5 }), name: "Mine", note: 38, pan: -0.5, pitch: 2, locked: true },
  );
  const work = project({ pads, kitName: "Two", kitStyle: { decay: 0.25 } });
  const content = JSON.parse(JSON.stringify(writeKit(work, HELLO.hash, owns)));
  assert.deepEqual(content.voices[1].own, ["TkRNQQ=="]);
  assert.deepEqual(await readKit(content, HELLO, tell), { name: "Two", style: { decay: 0.25 }, pads, model: HELLO.hash, left: 0 });
});

test("voices beyond the pads are counted; values out of range are brought into it; names and notes differ", async () => {
  const { voices, ...rest } = writeKit(project({ pads: padsWith(padSound()) }), HELLO.hash, owns);
  const many = { ...rest, voices: Array.from({ length: 18 }, () => ({ ...voices[0], level_db: 99, choke: 2.4 })) };
  const { left, pads } = await readKit(many, HELLO, tell);
  assert.deepEqual([left, pads[0].level, pads[0].choke, pads[1].name], [2, 24, 2, "Kick 2"]);
  assert.equal(new Set(pads.map(({ note }) => note)).size, 16);
});

test("what is no kit, or damaged, is refused in words", async () => {
  for (const [content, words] of [
    [null, /not a kit/], [{ neural_drum_machine_kit: 2 }, /newer version/], [{ neural_drum_machine_kit: 1 }, /no list of voices/],
    [{ neural_drum_machine_kit: 1, voices: [{}] }, /voice 1 has no recipe/],
  ]) await assert.rejects(readKit(content, HELLO, tell), words);
});

test("the kit that the page begins with is one, and its beat plays it", async () => {
  const { groove, kit } = JSON.parse(readFileSync(new URL("../../src/neural_drum_machine/web/starter.json", import.meta.url), "utf8"));
  const categories = [...new Set(kit.voices.map(({ recipe }) => recipe.category))];
  const { pads } = await readKit(kit, { ...HELLO, categories }, tell);
  assert.equal(pads.every(Boolean), true);
  assert.deepEqual(groove.steps.filter(({ note }) => !pads.some((pad) => pad.note === note)), []);
});
