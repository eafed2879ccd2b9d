/** The engine's binary messages as files of sounds. */

import { fromPcm } from "../../../src/neural_drum_machine/web/js/formats/pcm.js";
import { wavComment } from "../../../src/neural_drum_machine/web/js/formats/wav-comment.js";
import { wavFile } from "../../../src/neural_drum_machine/web/js/formats/wav.js";
import { recipeOf } from "../../../src/neural_drum_machine/web/js/model/recipe.js";
import { WHOLE } from "../../../src/neural_drum_machine/web/js/model/trim.js";
import { readBinary } from "../../../src/neural_drum_machine/web/js/net/sound-message.js";

/** @import { Baked } from "../../../src/neural_drum_machine/web/js/model/mix.js" */
/** @import { SoundHeader } from "../../../src/neural_drum_machine/web/js/net/messages.js" */

/** A sound of a binary message. @param {ArrayBuffer|string} data @param {string} model its hash @param {Baked} [mix] that the file will have */
export function soundFrom(data, model, mix) {
  const { header, body } = readBinary(/** @type {ArrayBuffer} */ (data));
  const sound = /** @type {SoundHeader} */ (header);
  const comment = wavComment(recipeOf(sound), WHOLE, model, sound.recordings, mix);
  return { header: sound, channels: channelsIn(body, sound), comment };
}

/** @param {ArrayBuffer} data */
export function layersFile(data) {
  const { header, body } = readBinary(data);
  const layers = /** @type {import("./messages.js").LayersHeader & {channels: number}} */ (header);
  return { header: layers, file: wavFile(channelsIn(body, { ...layers, samples: layers.samples * layers.velocities.length }), layers.sr, "") };
}

/**
 * As many channels as were asked for, because the device plays both, even if they are the same. Behind them, an own sound's body has its original.
 * @param {ArrayBuffer} body
 * @param {{samples: number, channels?: number}} header
 */
function channelsIn(body, { samples: count, channels = 1 }) {
  const samples = fromPcm(new Int16Array(body, 0, count * channels));
  return Array.from({ length: channels }, (_, channel) => samples.filter((_, i) => i % channels === channel));
}
