/** The compact form of an own sound (docs/anchors.md): a header, and FLAC or Ogg Vorbis; at most 40,000 bytes. */

import { smallFlac } from "./small-flac.js";

/** What stands before the audio. `onset` is a sample at 44,100 Hz; the audio's samples are multiplied by `peak`. @typedef {{category: string, onset: number, peak: number, name: string, code: number[]}} FormHeader */

const MOST_BYTES = 40_000;
const [VERSION, HEAD, MOST_HEADER, MOST_NAME, MOST_CODE] = [1, 8, 8000, 120, 512];
const MAGIC = [..."NDMA"].map((letter) => letter.charCodeAt(0));

/**
 * @param {readonly Float32Array[]} channels at 44,100 Hz
 * @param {Omit<FormHeader, "peak">} about
 * @returns {Uint8Array<ArrayBuffer>|null} null if the sound does not fit
 */
export function formOf(channels, { category, onset, name, code }) {
  let peak = 1;
  for (const samples of channels) for (const each of samples) peak = Math.max(peak, Math.abs(each));
  const short = (/** @type {number} */ value) => Number(value.toPrecision(9));
  peak = short(peak);
  const header = { category, onset, peak, name: [...name].slice(0, MOST_NAME).join(""), code: Array.from(code, short) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = HEAD + text.length;
  const audio = smallFlac(peak === 1 ? channels : channels.map((each) => each.map((value) => value / peak)), MOST_BYTES - start);
  if (!audio) return null;
  const out = new Uint8Array(start + audio.length);
  out.set([...MAGIC, VERSION, 0, text.length & 255, text.length >> 8]);
  out.set(text, HEAD);
  out.set(audio, start);
  return out;
}

/**
 * @param {Uint8Array} form
 * @returns {{header: FormHeader, audio: Uint8Array<ArrayBuffer>}} the audio is a file
 * @throws {Error} with a sentence for people
 */
export function readForm(form) {
  if (form.length > MOST_BYTES) throw new Error(`an own sound of ${form.length} bytes; the most is ${MOST_BYTES}`);
  if (form.length < HEAD || MAGIC.some((each, i) => form[i] !== each)) throw new Error("no own sound: it does not begin with NDMA");
  if (form[4] !== VERSION) throw new Error(`an own sound of version ${form[4]}, this page reads ${VERSION}; reload the page`);
  const length = form[6] | (form[7] << 8);
  if (length > MOST_HEADER || form.length < HEAD + length) throw new Error("an own sound is cut short; take it from the original file again");
  const header = parsed(form.subarray(HEAD, HEAD + length));
  const isMeant = header && typeof header.category === "string" && Number.isInteger(header.onset) && header.onset >= 0
    && header.peak > 0 && header.peak < 1e6 && typeof header.name === "string" && Array.isArray(header.code)
    && header.code.length > 0 && header.code.length <= MOST_CODE
    && header.code.every((/** @type {unknown} */ each) => typeof each === "number" && Math.abs(each) < 1e4);
  if (!isMeant) throw new Error("the header of an own sound is damaged; take it from the original file again");
  return { header, audio: form.slice(HEAD + length) };
}

/** @param {Uint8Array} text @returns {any} null if it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return null;
  }
}
