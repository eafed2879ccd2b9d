/** Opening files: sounds, kits, beats, projects, or a ZIP archive with a project in it. */

import { AXIS_ENDING } from "../formats/axis-file.js";
import { GROOVE_ENDING, GROOVE_FORMAT } from "../formats/groove-file.js";
import { KIT_ENDING, KIT_FORMAT } from "../formats/kit-file.js";
import { toPcm } from "../formats/pcm.js";
import { readProject } from "../formats/project-file.js";
import { readWav } from "../formats/wav.js";
import { readWavComment } from "../formats/wav-comment.js";
import { isZip, readFromZip } from "../formats/zip.js";
import { alternating } from "../model/channels.js";
import { PADS, newPad } from "../model/kit.js";
import { withArticle } from "../model/labels.js";
import { isPlain, mixed } from "../model/mix.js";
import { categoryOf } from "../model/state.js";
import { trimmed } from "../model/trim.js";
import { Refusal } from "../net/client.js";
import { PROJECT_ENDING } from "./export.js";

/** @import { App } from "./app.js" */
/** @import { HelloReply } from "../net/messages.js" */

/** Refused files that a message names. */
const NAMED = 3;
const MIDI_ENDINGS = [".mid", ".midi", ".kar"];

/** Where files were dropped: the drum pad's number, or -1. @typedef {{pad: number}} Drop */

/**
 * Open files. Sounds go to the pad where they were dropped, or to the selected one; several go to one pad after the other.
 * @param {App} app @param {readonly File[]} files @param {Drop} [drop]
 */
export async function openFiles(app, files, { pad } = { pad: -1 }) {
  const { hello } = app.state;
  if (!hello) return; // nothing works before the first connection
  let n = pad < 0 ? app.project.selected : pad;
  let [taken, left] = [0, 0];
  const refused = [];
  for (const file of files) {
    if (n >= PADS) {
      left += 1;
      continue;
    }
    const isTaken = await openFile(app, hello, file, n, files.length > 1);
    if (isTaken === false) refused.push(file.name);
    if (!isTaken) continue;
    taken += 1;
    n += 1;
  }
  if (files.length < 2 || (!taken && refused.length < 2)) return; // the message of the only one is shown
  const beyond = left ? ` ${left} more find no pad: there are ${PADS}.` : "";
  const more = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : "";
  const without = refused.length ? ` Not taken: ${refused.slice(0, NAMED).join(", ")}${more}; open one by itself to read why.` : "";
  const undo = taken ? " Undo takes them back one by one." : "";
  app.notice(`${taken} of ${files.length} files are on pads now.${without}${beyond}${undo}`, refused.length > 0);
}

/**
 * @param {App} app @param {HelloReply} hello @param {File} file
 * @param {number} pad the drum pad of a sound @param {boolean} isOneOfMany
 * @returns {Promise<boolean|null>} whether it is on a pad now; null if it is no sound, or another sound was asked for meanwhile
 */
async function openFile(app, hello, file, pad, isOneOfMany) {
  const most = hello.limits.audio_bytes;
  const name = file.name.toLowerCase();
  if (file.size > most) {
    app.notice(`${file.name} is too large: the limit is ${most / 2 ** 20} MiB.`, true);
    return false;
  }
  if (name.endsWith(AXIS_ENDING)) {
    app.axes.open(file.name, await file.text());
    return null;
  }
  if ([".json", KIT_ENDING, GROOVE_ENDING].some((ending) => name.endsWith(ending)) || file.type === "application/json") {
    await openText(app, hello, file.name, await file.text());
    return null;
  }
  const data = await file.arrayBuffer();
  if (isZip(new Uint8Array(data))) {
    const project = await readFromZip(new Uint8Array(data), PROJECT_ENDING, most);
    if (project) await openText(app, hello, file.name, new TextDecoder().decode(project));
    else app.notice(`There is no project in ${file.name}. To open its sounds, unzip it first.`, true);
    return project ? null : false;
  }
  if (MIDI_ENDINGS.some((ending) => name.endsWith(ending))) {
    await openMidi(app, file.name, data);
    return null;
  }
  app.drumPads.select(pad);
  const before = app.project.pads[pad]?.name;
  if (await recall(app, hello, file.name, data)) return true;
  const isTaken = await app.encoder.upload(file.name, data, { play: !isOneOfMany });
  if (isTaken && !isOneOfMany) app.notice(takenWords(file.name, app, pad, before));
  else if (isTaken === null) app.notice(`${file.name} is ignored, because you changed the sound meanwhile. Open it again.`);
  return isTaken;
}

/** Play the drums of a MIDI file. @param {App} app @param {string} name @param {ArrayBuffer} data */
async function openMidi(app, name, data) {
  try {
    const { groove, notes } = await app.client.importGroove(data, { name: name.slice(0, 256) });
    app.beat.open(groove, notes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    app.notice(`${name} cannot be opened: ${error.message}`, true);
  }
}

/**
 * Bring back the sound of a file that this program has saved, if its comment recalls what is in it: a file
 * may have been edited since, or be of another model.
 * @param {App} app @param {HelloReply} hello @param {string} name @param {ArrayBuffer} data
 * @returns {Promise<boolean>} whether it came back
 */
async function recall(app, hello, name, data) {
  const wav = readWav(data);
  const known = wav && readWavComment(wav.comment, hello);
  if (!known || known.model !== hello.hash) return false;
  const { mix, recipe: { exemplars, ...rest }, trim } = known;
  // The own sounds in the file come first among the sound's exemplars.
  const numbers = await Promise.all(wav.forms.map((form) => app.client.tellForm(form))).catch(() => null);
  if (!numbers || numbers.length !== known.shares.length) return false;
  const own = numbers.flatMap((number, i) => [number, known.shares[i]]);
  const recipe = { ...rest, exemplars: [...own, ...exemplars] };
  const sound = await app.cache.get(recipe).catch(() => null);
  if (!sound || sound.sr !== wav.sr) return false;
  const channels = mixed(trimmed(sound.channels, sound.sr, trim), mix);
  const pcm = toPcm(alternating(channels));
  const most = isPlain(mix) ? 0 : 1; // another browser may round what is computed otherwise
  if (channels.length !== wav.channels || pcm.length !== wav.pcm.length || pcm.some((v, i) => Math.abs(v - wav.pcm[i]) > most)) return false;
  const { pads, selected } = app.project;
  const pad = pads[selected] ?? newPad(pads, selected, recipe.category);
  const mixing = isPlain(mix) ? {} : { pads: pads.with(selected, { recipe, ...pad, trim, ...mix }) };
  await app.restore(recipe, { change: { trim, ...mixing } });
  app.notice(`${name} is ${withArticle(recipe.category)} of this model, and is back on pad ${app.project.selected + 1} exactly as it was.`);
  return true;
}

/** Open a project, a kit or a beat. @param {App} app @param {HelloReply} hello @param {string} name of the file @param {string} text */
async function openText(app, hello, name, text) {
  try {
    const content = parsed(text);
    if (content?.[KIT_FORMAT] !== undefined) {
      await app.kit.open(content);
    } else if (content?.[GROOVE_FORMAT] !== undefined) {
      app.beat.open(content);
    } else {
      const { project, model, own, isOtherEngine } = readProject(text, hello);
      app.client.owns.keepAll(own);
      await app.open(project);
      if (model !== hello.hash) app.notice("This project was made with another model: its sounds may differ.");
      else if (isOtherEngine) app.notice("Some of its sounds were computed by another engine: they may differ, mostly by less than −80 dB.");
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isAway = error instanceof Refusal && error.code === "away";
    app.notice(isAway ? `${name} cannot be opened while the server is away. Try again when it is back.` : `${name} cannot be opened: ${error.message}`, true);
  }
}

/** @param {string} text @returns {any} null if it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What has become of a sound file. @param {string} name @param {App} app @param {number} pad @param {string} [before] what was there */
function takenWords(name, { state }, pad, before) {
  const { sound } = state;
  const notes = (sound?.notes ?? []).map((note) => ` ${note}`).join("");
  const instead = before ? `, instead of ${before}; undo brings that back` : "";
  return `${name} is ${withArticle(categoryOf(state))} on pad ${pad + 1}${instead}.${notes || " Drag on the map to bend it."}`;
}
