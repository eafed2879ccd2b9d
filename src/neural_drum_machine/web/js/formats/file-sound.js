/** What is taken of the samples of a file, whatever its format; as `signal/audio_file.py`. */

/** Channels, and sentences about what was left out. @typedef {{channels: Float32Array[], notes: string[]}} FileSound */

const MOST_SECONDS = 30;
/** The peak under which a sound counts as silent: −70 dB. */
const SILENCE = 3e-4;

/**
 * Of a long file the part with the first sound is taken.
 * @param {Float32Array[]} channels
 * @param {number} rate in Hz
 * @returns {FileSound}
 * @throws {Error} with a sentence, if they are no sound
 */
export function fileSound(channels, rate) {
  if (!channels[0].length) throw new Error("holds no samples; export the sound again");
  if (channels.some((each) => each.some((value) => !Number.isFinite(value)))) throw new Error("holds NaN or infinite samples; export the sound again");
  const places = channels.map((each) => each.findIndex((value) => Math.abs(value) >= SILENCE));
  const begins = Math.min(...places.map((at) => (at < 0 ? Infinity : at)));
  const skipped = Number.isFinite(begins) && begins > (MOST_SECONDS / 2) * rate ? begins - rate : 0;
  const notes = skipped ? [`Its first ${(skipped / rate).toFixed(1)} s are silent and were left out.`] : [];
  return { channels: channels.map((each) => each.slice(skipped, skipped + MOST_SECONDS * rate)), notes };
}
