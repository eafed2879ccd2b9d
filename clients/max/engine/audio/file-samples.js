/** Reading sound files: WAV, AIFF and FLAC, at any rate. Their samples come at 44,100 Hz, as the engine takes them. */

import { readFile, stat } from "node:fs/promises";
import { fileSound } from "../../../../src/neural_drum_machine/web/js/formats/file-sound.js";
import { wavSamples } from "../../../../src/neural_drum_machine/web/js/formats/wav-samples.js";
import { Refused } from "../../../../src/neural_drum_machine/web/js/engine/refusal.js";
import { aiffSamples } from "./aiff-samples.js";
import { flacSamples } from "./flac-samples.js";
import { atRate } from "./resample.js";

/** @import { FileSound } from "../../../../src/neural_drum_machine/web/js/formats/file-sound.js" */

/** The channels of a file, full scale 1, and their rate in Hz. @typedef {{channels: Float32Array[], sr: number}} FileSamples */

export const RATE = 44100;
const [LOWEST, HIGHEST] = [1000, 1_000_000];
const MOST_BYTES = 64 * 2 ** 20;
/** Numbers of all channels that are read, as the program does: a minute and a half of stereo. */
const MOST_VALUES = 2 ** 23;

/** A file that may well be a sound, but of a format that only others read. */
export class Foreign extends Refused {
  /** @param {string} name of the file */
  constructor(name) {
    super("unsupported", `${name}: is no WAV, AIFF or FLAC file that the device can read; export it as WAV`);
  }
}

/**
 * The bytes of a file.
 * @param {string} path
 * @param {string} name what errors call it
 * @throws {Refused}
 */
export async function bytesOf(path, name) {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Refused("bad-audio", `${name}: is a folder or a device; drop a sound file`);
    if (found.size > MOST_BYTES) throw new Refused("bad-audio", `${name}: is over ${MOST_BYTES / 2 ** 20} MB; cut the hit out of it and drop that`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof Refused) throw error;
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOENT" || code === "ENOTDIR") throw new Refused("bad-audio", `${name}: is no longer at ${path}; drop it again, or put it back there`);
    throw new Refused("disk", `${name}: cannot be read (${message}); allow reading it, or copy it elsewhere and drop the copy`);
  }
}

/**
 * The sound in a file.
 * @param {Uint8Array} file
 * @param {string} name what errors call it
 * @returns {Promise<FileSound>} at 44,100 Hz
 * @throws {Refused} a Foreign if it is of no format that is read here
 */
export async function soundOfFile(file, name) {
  if (!file.length) throw new Refused("bad-audio", `${name}: is empty; export the sound again`);
  const found = await named(name, () => samplesOf(file));
  if (!found) throw new Foreign(name);
  return soundOfSamples(found, name);
}

/**
 * Samples of any rate as the engine takes them.
 * @param {FileSamples} samples
 * @param {string} name what errors call them
 * @returns {Promise<FileSound>}
 * @throws {Refused}
 */
export async function soundOfSamples({ channels, sr }, name) {
  const rate = Math.round(sr);
  if (!(rate >= LOWEST && rate <= HIGHEST)) throw new Refused("bad-audio", `${name}: its header claims ${sr} Hz; export it again`);
  const sound = await named(name, async () => fileSound(channels, rate));
  const out = [];
  for (const each of sound.channels) out.push(await stepped(atRate(each, rate, RATE)));
  return { channels: out, notes: sound.notes };
}

/** @param {Uint8Array} file @returns {Promise<FileSamples|null>} */
async function samplesOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return (await stepped(flacSamples(file, MOST_VALUES))) ?? aiffSamples(view, MOST_VALUES) ?? wavSamples(new Uint8Array(file).buffer, MOST_VALUES);
}

/** The result of steps, between which messages come in. @template T @param {Generator<void, T>} steps @returns {Promise<T>} */
async function stepped(steps) {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

/** Say of which file an error is. @template T @param {string} name @param {() => Promise<T>} task @returns {Promise<T>} */
async function named(name, task) {
  try {
    return await task();
  } catch (error) {
    throw new Refused("bad-audio", `${name}: ${error instanceof Error ? error.message : error}`);
  }
}
