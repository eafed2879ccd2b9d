/** Small values for tests: what the server says, sounds, recipes and projects. */

import { newPad } from "../../../src/neural_drum_machine/web/js/model/kit.js";
import { emptyProject, tied } from "../../../src/neural_drum_machine/web/js/model/project.js";
import { WHOLE } from "../../../src/neural_drum_machine/web/js/model/trim.js";

const quality = (name, unit, logarithmic, limits, tolerance) => ({
  name, unit, low_word: "less", high_word: "more", logarithmic, limits, tolerance,
});
const QUALITIES = [
  quality("pitch", "Hz", true, [20, 2000], 1 / 24), quality("decay", "s", true, [0.003, 3], 1 / 6),
  quality("attack", "s", true, [0.002, 0.3], 1 / 3), quality("brightness", "Hz", true, [30, 20_000], 0.15),
  quality("noisiness", "", false, [0, 1], 0.08), quality("body", "dB", false, [-80, 80], 1.5),
  quality("air", "dB", false, [-80, 80], 1.5), quality("loudness", "LUFS", false, [-60, 0], 0.5),
];

export const HELLO = Object.freeze({
  type: "hello", protocol: 1, program: "test", model: "small", hash: "cafe", sr: 44100, length: 1481,
  categories: ["kick", "snare", "clap"], qualities: QUALITIES,
  wishes: {
    kick: { pitch: [40, 50, 150], decay: [0.04, 0.15, 0.5], attack: [0.004, 0.01, 0.05], brightness: [60, 100, 300], noisiness: [0, 0.1, 0.5], body: [5, 15, 26], loudness: [-24, -16, -9] },
    snare: { pitch: [100, 200, 400], decay: [0.04, 0.12, 0.32], noisiness: [0.1, 0.5, 1], air: [-45, -25, -5] },
    clap: { decay: [0.05, 0.1, 0.3], brightness: [1300, 2300, 4000] },
  },
  axes: {}, ranges: [0.5, 1, 2, 4], inverters: ["refined", "light"], engines: ["native", "reference"], width: 0,
  limits: {
    takes: 64, recent_sounds: 16, waiting: 8, audio_bytes: 2 ** 24, amount: 2, wild: 2, control: 8,
    length_ms: [20, 2000],
  },
});

export function recipe(changes = {}) {
  return {
    category: "kick", code: [0.5, -1.25], seed: -1, take: 0, inverter: "refined", wild: 1, p: [0, 0, 0],
    to: null, t: 0, exemplars: [], blend: 0, wish: {}, velocity: 127, engine: "reference", along: null, ...changes,
  };
}

/** A sound as the client hands it on. */
export function sound(changes = {}) {
  const channels = [new Float32Array([0.5, -0.5, 0.25, 0])];
  const { p = [0, 0, 0], ...rest } = changes;
  return {
    type: "sound", id: 1, connection: 1, category: "kick", code: [0.5, -1.25], seed: -1, take: 0,
    inverter: "refined", wild: 1, p1: p[0], p2: p[1], p3: p[2], to: null, t: 0, fidelity: null, sr: 44100,
    ms: 1, peak: 0.5, length: 1, channels, original: null, ...rest,
  };
}

/** An axis that makes sounds longer. */
export function taughtAxis(changes = {}) {
  return {
    neural_drum_machine_axis: 1, name: "room", model: HELLO.hash, order: 0.9, step: { decay: 0.3, brightness: -0.1 }, middle: 0.1,
    code: [0.25, -0.5], more: [["a.wav", "00"], ["b.wav", "01"]], less: [["c.wav", "02"], ["d.wav", "03"]], ...changes,
  };
}

export function kept(changes = {}) {
  return { recipe: recipe(changes), trim: WHOLE };
}

export function padSound(changes = {}) {
  const sound = kept(changes);
  return { ...newPad([], 0, sound.recipe.category), ...sound };
}

/** Sixteen pads, of which the first ones have sounds. */
export function padsWith(...pads) {
  return Array.from({ length: 16 }, (_, n) => pads[n] ?? null);
}

export function project(changes = {}) {
  const empty = emptyProject();
  return tied(empty, { ...empty, ...(!changes.pads && { recipe: recipe() }), ...changes });
}

/** A part of the library's map: sounds of the kit "Kit" as [id, x, y, category, name, doubt in percent]. */
export function libraryPart(sounds, changes = {}) {
  const n = sounds.length;
  const words = (at) => Uint16Array.from(sounds, at);
  return {
    type: "library_map", id: 1, first: 0, total: n, version: 3, categories: ["kick", "snare", "other"],
    names: sounds.map((each) => each[4]), kits: sounds.map(() => "Kit"),
    columns: {
      ids: Uint32Array.from(sounds, (each) => each[0]), x: words((each) => 65535 * each[1]), y: words((each) => 65535 * each[2]),
      centroid: words(() => 500), decay: words(() => 200), pitch: words(() => 600), length: words(() => 25),
      category: Uint8Array.from(sounds, (each) => each[3]), doubt: Uint8Array.from(sounds, (each) => each[5] ?? 0),
    },
    ...changes,
  };
}
