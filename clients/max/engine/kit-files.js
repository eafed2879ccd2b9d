/** A kit of 16 voices as WAV files in a folder of the user, where a Drum Rack keeps finding them. */

import { mkdirSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { joined } from "../../../src/neural_drum_machine/web/js/engine/heard.js";
import { levelHeld } from "../../../src/neural_drum_machine/web/js/engine/kits.js";
import { wavFile } from "../../../src/neural_drum_machine/web/js/formats/wav.js";
import { mixed } from "../../../src/neural_drum_machine/web/js/model/mix.js";
import { nearerCategory, recallOf } from "../../../src/neural_drum_machine/web/js/model/recipe.js";
import { ownFolder } from "./own-folder.js";
import { soundFrom } from "./sounds.js";
import { writeWhole } from "./sound-files.js";

/** @import { Opened } from "./opening.js" */
/** @import { Voice } from "../../../src/neural_drum_machine/web/js/engine/kits.js" */
/** @import { Recipe } from "../../../src/neural_drum_machine/web/js/model/recipe.js" */
/** @import { KitSound } from "./messages.js" */
/** @import { Recording } from "../../../src/neural_drum_machine/web/js/net/messages.js" */
/** @import { Asked } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */

/** How far a kit lies from one that lies ready, in standard deviations. */
const DIFFERENCE = 0.35;
const VOICE = -1;
const ABOUT = "About this kit.txt";

/**
 * Make a kit near one that lies ready, a voice a step.
 * @param {Opened} engine
 * @param {Asked} asked its `seed` sets the kit
 * @param {Recipe|null} put the sound that the first voice of its category is to have
 * @param {{formsOf: (exemplars: number[]) => Uint8Array[]}} own the own sounds in it
 * @param {string} [parent] of the kits' folders
 * @returns {Generator<void, {name: string, folder: string, sounds: KitSound[]}>}
 */
export function* kitFiles({ answers, kits, facts }, { seed }, put, own, parent = ownFolder("Kits")) {
  const { style, kit: near } = kits[seed % kits.length];
  yield;
  const { kit } = JSON.parse(String(answers.answer({ type: "kit_vary", id: VOICE, kit: near, amount: DIFFERENCE, seed })));
  /** @type {[KitSound, Uint8Array][]} */
  const files = [];
  /** @type {Map<string, Recording>} */
  const recordings = new Map();
  const name = `${style} ${seed}`;
  const folder = fresh(join(parent, name));
  const place = put ? kit.voices.findIndex((/** @type {Voice} */ { recipe }) => recipe.category === nearerCategory(put)) : -1;
  for (const [number, voice] of kit.voices.entries()) {
    yield;
    const { exemplars = [], wish, ...recipe } = voice.recipe;
    const mix = { level: voice.level_db ?? 0, pan: voice.pan ?? 0, pitch: voice.pitch ?? 0 };
    const recalled = (/** @type {object} */ sound) => answers.answer({ ...sound, type: "recall", id: VOICE });
    let answer = recalled({ ...recipe, ...wish, exemplars: exemplars.flat() });
    if (put && number === place) {
      yield;
      const [before, after] = [answer, (answer = recalled(recallOf(put)))].map((each) => heard(soundFrom(each, facts.hello.hash).channels));
      mix.level = levelHeld(mix.level, before, after, facts.hello.sr);
    }
    const { header, channels, comment } = soundFrom(answer, facts.hello.hash, mix);
    const path = join(folder, `${String(voice.note).padStart(3, "0")} ${voice.name}.wav`);
    const wav = wavFile(mixed(channels, mix), facts.hello.sr, comment, own.formsOf(header.exemplars ?? []));
    for (const each of header.recordings ?? []) recordings.set(each.name, each);
    files.push([{ note: voice.note, choke: voice.choke ?? 0, path, name: voice.name }, wav]);
  }
  mkdirSync(folder, { recursive: true });
  try {
    for (const [{ path }, wav] of files) writeWhole(path, wav);
    writeWhole(join(folder, ABOUT), Buffer.from(aboutText(name, files.map(([sound]) => sound), [...recordings.values()])));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true }); // no half kit
    throw error;
  }
  return { name, folder, sounds: files.map(([sound]) => sound) };
}

/** What the kit is, as the exports of the program tell it. @param {string} name @param {KitSound[]} sounds @param {Recording[]} recordings */
function aboutText(name, sounds, recordings) {
  return `${[
    name,
    "Made by Neural Drum Machine in Max for Live.",
    "",
    ...sounds.map((each) => `  note ${String(each.note).padStart(3)}: ${each.name}`),
    "",
    "Level, pan and pitch are in the samples.",
    "The drums begin at these recordings. They ask for nothing; we tell whose they are.",
    ...recordings.map((each) => `  ${[each.name, each.attribution, each.licence].filter(Boolean).join("; ")}`),
    "",
    "The sounds are yours.",
  ].join("\n")}\n`;
}

/** Samples as the engine hears them. @param {Float32Array[]} channels */
function heard(channels) {
  return { samples: joined(channels), channels: channels.length, onset: 0, top: 1 };
}

/** A folder that is not there yet. @param {string} path */
function fresh(path) {
  for (let number = 2, name = path; ; number++) {
    if (!existsSync(name)) return name;
    name = `${path} (${number})`;
  }
}
