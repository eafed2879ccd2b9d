/**
 * Reading the user's own sounds for the worker, which has no decoder: dropped files, and compact forms. The browser decodes
 * what it knows, at 44,100 Hz.
 */

import { fileSound } from "../formats/file-sound.js";
import { readForm } from "../formats/own-form.js";
import { wavSamples } from "../formats/wav-samples.js";
import { fromBase64 } from "../model/base64.js";
import { readBinary } from "./sound-message.js";

/** What the worker gets of a sound: its channels at 44,100 Hz, and sentences about what was left out. @typedef {{channels: Float32Array[], notes: string[], [more: string]: any}} Audio */

const RATE = 44100;

/**
 * Send a message with a file or a compact form, or a kit with own sounds in its voices, to the worker.
 * @param {string|ArrayBufferLike|Blob|ArrayBufferView} data
 * @param {Pick<Worker, "postMessage">} worker
 * @param {(text: string) => void} answer answers in the worker's place, where a sound cannot be read
 */
export async function sendOwn(data, worker, answer) {
  const { asked, body } = typeof data === "string" ? { asked: JSON.parse(data), body: null } : messageOf(/** @type {Uint8Array} */ (data));
  try {
    if (!body) for (const audio of await ofVoices(asked)) post(worker, { type: "own", id: -1 }, audio);
    if (asked.type === "own" && body) post(worker, asked, await ofForm(new Uint8Array(body)));
    else if (asked.type === "upload" && body) post(worker, asked, await ofFile(body, asked.name ?? "the dropped file"));
    else worker.postMessage(data);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    answer(JSON.stringify({ type: "error", id: asked.id, code: "bad-audio", sentence }));
  }
}

/** @param {Uint8Array} data from `writeBinary` @returns {{asked: any, body: ArrayBuffer}} */
function messageOf(data) {
  const { header, body } = readBinary(data.slice().buffer);
  return { asked: header, body };
}

/** @param {Pick<Worker, "postMessage">} worker @param {object} asked @param {Audio} audio */
function post(worker, asked, audio) {
  worker.postMessage({ asked, audio }, audio.channels.map((each) => each.buffer));
}

/** The own sounds in the voices of a kit. @param {{kit?: {voices?: {own?: string[]}[]}}} asked */
async function ofVoices({ kit }) {
  const forms = new Set((kit?.voices ?? []).flatMap(({ own }) => own ?? []));
  return Promise.all([...forms].map((form) => ofForm(fromBase64(form))));
}

/** @param {Uint8Array} form @returns {Promise<Audio>} */
async function ofForm(form) {
  const { audio, header } = readForm(form);
  const channels = await decoded(audio.buffer, "an own sound of the project").catch((error) => {
    throw new Error(`${error.message.split(";")[0]}; take it from the original file again`);
  });
  return { channels, notes: [], form, header };
}

/** @param {ArrayBuffer} file @param {string} name @returns {Promise<Audio>} */
async function ofFile(file, name) {
  if (!file.byteLength) throw new Error(`${name}: is empty; export the sound again`);
  const channels = await decoded(file, name);
  try {
    return fileSound(channels, RATE);
  } catch (error) {
    throw new Error(`${name}: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}

/** @param {ArrayBuffer} file @param {string} name @returns {Promise<Float32Array[]>} */
async function decoded(file, name) {
  let wav;
  try {
    wav = wavSamples(file);
  } catch (error) {
    throw new Error(`${name}: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  if (wav?.sr === RATE) return wav.channels;
  try {
    const buffer = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(file.slice(0));
    return Array.from({ length: buffer.numberOfChannels }, (_, n) => buffer.getChannelData(n));
  } catch (error) {
    throw new Error(`${name}: this browser cannot read it as audio; use a complete WAV, FLAC, Ogg or MP3 file, or open it in the program, which reads more: pip install neural-drum-machine, then ndm play`, { cause: error });
  }
}
