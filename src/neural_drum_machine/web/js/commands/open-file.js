/** Opening a file: a sound, a project, or a ZIP archive with a project in it. */

import { toPcm } from "../formats/pcm.js";
import { readProject } from "../formats/project-file.js";
import { readWav } from "../formats/wav.js";
import { readWavComment } from "../formats/wav-comment.js";
import { isZip, readFromZip } from "../formats/zip.js";
import { categoryLabel } from "../model/labels.js";
import { categoryOf } from "../model/state.js";
import { trimSamples } from "../model/trim.js";
import { Refusal } from "../net/client.js";
import { PROJECT_ENDING } from "./export.js";

/** @import { App } from "./app.js" */
/** @import { HelloReply } from "../net/messages.js" */

/** Where a file was dropped. `pad` is the drum pad's number or -1; `others` were dropped with it. @typedef {{pad: number, others: File[]}} Drop */

/** @param {App} app @param {File} file @param {Drop} [drop] */
export async function openFile(app, file, { pad, others } = { pad: -1, others: [] }) {
  const { hello } = app.state;
  if (!hello) return; // nothing works before the first connection
  const most = hello.limits.audio_bytes;
  const rest = ignoredWords(others);
  if (file.size > most) {
    app.notice(`${file.name} is too large: the limit is ${most / 2 ** 20} MiB.`, true);
    return;
  }
  if (file.name.endsWith(".json") || file.type === "application/json") {
    await openProject(app, hello, await file.text(), rest);
    return;
  }
  const data = await file.arrayBuffer();
  if (isZip(new Uint8Array(data))) {
    const project = await readFromZip(new Uint8Array(data), PROJECT_ENDING, most);
    if (project) await openProject(app, hello, new TextDecoder().decode(project), rest);
    else app.notice(`There is no project in ${file.name}. To open its sounds, unzip it first.`, true);
    return;
  }
  if (await recall(app, hello, file.name, data, pad, rest)) return;
  const isTaken = await app.encoder.upload(file.name, data, { play: pad < 0 });
  if (isTaken) {
    app.notice(`${encodedWords(file.name, app, pad)}${rest}`);
    if (pad >= 0) await app.drumPads.keep(pad);
  } else if (isTaken === null) {
    app.notice(`${file.name} is ignored, because you changed the sound meanwhile. Open it again.`);
  }
}

/**
 * Bring back the sound of a file that this program has saved, if its comment recalls what is in it: a file
 * may have been edited since, or be of another model.
 * @param {App} app @param {HelloReply} hello @param {string} name @param {ArrayBuffer} data
 * @param {number} pad or -1 @param {string} rest appended to the message
 * @returns {Promise<boolean>} whether it came back
 */
async function recall(app, hello, name, data, pad, rest) {
  const wav = readWav(data);
  const known = wav && readWavComment(wav.comment, hello);
  if (!known || known.model !== hello.hash) return false;
  const { recipe: { exemplars, ...rest_ }, trim } = known;
  // The own sounds in the file come first among the sound's exemplars.
  const numbers = await Promise.all(wav.forms.map((form) => app.client.tellForm(form))).catch(() => null);
  if (!numbers || numbers.length !== known.shares.length) return false;
  const own = numbers.flatMap((number, i) => [number, known.shares[i]]);
  const recipe = { ...rest_, exemplars: [...own, ...exemplars] };
  const sound = await app.cache.get(recipe).catch(() => null);
  if (!sound || sound.sr !== wav.sr) return false;
  const pcm = toPcm(trimSamples(sound.samples, sound.sr, trim));
  if (pcm.length !== wav.pcm.length || pcm.some((v, i) => v !== wav.pcm[i])) return false;
  await app.restore(recipe, { change: { trim }, play: pad < 0 });
  if (pad >= 0) await app.drumPads.keep(pad);
  const where = pad < 0 ? "" : ` on pad ${pad + 1}`;
  app.notice(`${name} is a ${categoryLabel(recipe.category)} of this model, and is back${where} exactly as it was.${rest}`);
  return true;
}

/** @param {App} app @param {HelloReply} hello @param {string} text @param {string} rest appended to the message */
async function openProject(app, hello, text, rest) {
  try {
    const { project, model, own } = readProject(text, hello);
    app.client.owns.keepAll(own);
    await app.open(project);
    const differs = "This project was made with another model: its sounds may differ.";
    const words = `${model === hello.hash ? "" : differs}${rest}`.trim();
    if (words) app.notice(words);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isRefused = error instanceof Refusal;
    const sentence = isRefused && error.code === "away"
      ? "This project cannot be opened while the server is away. Try again when it is back."
      : `${isRefused ? "This project cannot be opened: " : ""}${error.message}`;
    app.notice(sentence, true);
  }
}

/** What has become of a sound file. @param {string} name @param {App} app @param {number} pad or -1 */
function encodedWords(name, { state }, pad) {
  const { sound } = state;
  const result = `${name}, taken as ${categoryLabel(categoryOf(state))}${pad < 0 ? "" : `, on pad ${pad + 1}`}`;
  const notes = (sound?.notes ?? []).map((note) => ` ${note}`).join("");
  return `${result}.${notes || " Drag on the XY pad to bend it."}`;
}

/** @param {File[]} others */
function ignoredWords(others) {
  if (!others.length) return "";
  const which = others.length > 1 ? `${others.length} other files are` : `${others[0].name} is`;
  return ` ${which} ignored: drop one file at a time.`;
}
