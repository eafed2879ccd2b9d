/** Kits as `.ndkit` has them (docs/kits.md), so that a kit of the page opens with `ndm kit`, and the reverse. */

import { fromBase64 } from "../model/base64.js";
import { DEFAULT_MIX, MOST_LETTERS, PADS, freeName, limited, readStyle } from "../model/kit.js";
import { ownNumbers } from "../model/recipe.js";
import { readWavComment, wavComment } from "./wav-comment.js";

/** @import { Bounds } from "./project-file.js" */
/** @import { Mix, PadSound } from "../model/kit.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { KitContent, Recording } from "../net/messages.js" */
/** @import { OwnSounds } from "../net/own-sounds.js" */

export const KIT_FORMAT = "neural_drum_machine_kit";
export const KIT_ENDING = ".ndkit";
const VERSION = 1;

/** Keys of a voice's mix in the file, and here. @type {readonly [string, keyof Mix][]} */
const MIX = [["level_db", "level"], ["pan", "pan"], ["pitch", "pitch"], ["choke", "choke"], ["choke_ms", "chokeMs"]];

/**
 * @param {Pick<Project, "kitName"|"kitStyle"|"pads">} project
 * @param {string} model the model's hash
 * @param {Pick<OwnSounds, "formsOf">} owns
 * @param {(recipe: Recipe) => readonly Recording[]} [recordings] that a sound begins at
 * @returns {KitContent}
 */
export function writeKit({ kitName, kitStyle, pads }, model, owns, recordings = () => []) {
  const voices = pads.flatMap((pad) => {
    if (!pad) return [];
    const { family, locked, name, note, recipe, trim } = pad;
    const forms = owns.formsOf([recipe.exemplars]);
    return {
      name, note, family, locked, ...Object.fromEntries(MIX.map(([key, here]) => [key, pad[here]])),
      recipe: JSON.parse(wavComment(recipe, trim, model, [...recordings(recipe)])),
      own: ownNumbers(recipe.exemplars).map((number) => forms[number]),
    };
  });
  return { [KIT_FORMAT]: VERSION, name: kitName, model, style: { ...kitStyle }, voices };
}

/** A kit that was read. @typedef {{name: string, style: Record<string, number>, pads: (PadSound|null)[], model: string, left: number}} ReadKit */

/**
 * Read a kit. Own sounds are given to the server, which tells their numbers.
 * @param {any} content of the file
 * @param {Bounds} bounds
 * @param {(form: Uint8Array<ArrayBuffer>) => Promise<number>} tell
 * @returns {Promise<ReadKit>} `left`: voices that find no pad
 * @throws {Error} with a sentence for people
 */
export async function readKit(content, bounds, tell) {
  if (content?.[KIT_FORMAT] === undefined) throw new Error("This file is not a kit of this program.");
  if (content[KIT_FORMAT] > VERSION) throw new Error("This kit is from a newer version of this program. Update the program to open it.");
  if (!Array.isArray(content.voices)) throw new Error("This kit is damaged: it has no list of voices.");
  /** @type {(PadSound|null)[]} */
  let pads = Array.from({ length: PADS }, () => null);
  for (const [n, voice] of content.voices.slice(0, PADS).entries()) {
    const known = readWavComment(JSON.stringify(voice?.recipe ?? null), bounds);
    const forms = Array.isArray(voice?.own) ? voice.own : [];
    if (!known || known.shares.length !== forms.length) throw new Error(`This kit is damaged: voice ${n + 1} has no recipe that can be read.`);
    /** @type {number[]} */
    const own = [];
    for (const [i, form] of forms.entries()) own.push(await tell(bytesOf(form)), known.shares[i]);
    const recipe = { ...known.recipe, exemplars: [...own, ...known.recipe.exemplars] };
    const mix = MIX.map(([key, here]) => [here, limited(here, voice[key])]);
    const taken = new Set(pads.flatMap((pad) => pad?.note ?? []));
    const note = Number.isInteger(voice.note) && voice.note >= 0 && voice.note < 128 && !taken.has(voice.note)
      ? voice.note : Array.from({ length: 128 }, (_, k) => k).find((k) => !taken.has(k)) ?? 0;
    pads = pads.with(n, {
      ...DEFAULT_MIX, ...Object.fromEntries(mix), recipe, trim: known.trim, name: freeName(pads, n, String(voice.name ?? "Drum")),
      note, family: String(voice.family ?? "").slice(0, MOST_LETTERS), locked: voice.locked === true,
    });
  }
  const name = String(content.name ?? "").slice(0, MOST_LETTERS) || "Kit";
  const left = Math.max(0, content.voices.length - PADS);
  return { name, style: readStyle(content.style), pads, model: String(content.model ?? ""), left };
}

/** @param {unknown} form in base64 @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(form) {
  try {
    return fromBase64(String(form));
  } catch {
    throw new Error("This kit is damaged: an own sound in it cannot be read.");
  }
}
