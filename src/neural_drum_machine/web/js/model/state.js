/** The page's state, and the values that are derived from it. Only the reducer makes new states. */

import { startHistory } from "./history.js";
import { PADS } from "./kit.js";
import { emptyProject } from "./project.js";
import { isOf, keyOf } from "./recipe.js";

/** @import { History } from "./history.js" */
/** @import { Project, Slot } from "./project.js" */
/** @import { Values } from "./qualities.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Trim } from "./trim.js" */
/** @import { Channels } from "./channels.js" */
/** @import { Kept } from "./kit.js" */
/** @import { HelloReply } from "../net/messages.js" */
/** @import { Sound } from "../net/sound-message.js" */

/** A message to the user. @typedef {{sentence: string, isError: boolean}} Notice */
/** A favourite sound. @typedef {Kept & {name: string}} Favourite */
/**
 * A sound at a place of the map: what it looks like. `picture` has rows of levels, 0 to 255, from high frequencies to low.
 * @typedef {object} MapNode
 * @property {number} i the column, from the left
 * @property {number} j the row, from below
 * @property {number} brightness Hz
 * @property {number} decay seconds
 * @property {Uint8Array} picture
 */
/** The map of one drum around a place: some nodes of a square grid. @typedef {{key: string, category: string, center: readonly number[], range: number, nodes: readonly MapNode[]}} OwnMap */
/**
 * A drum pad that is ready to play.
 * @typedef {object} Voice
 * @property {Sound} sound
 * @property {Recipe} recipe the pad's own
 * @property {Trim} trim the pad's own
 * @property {Channels} channels trimmed
 */
/** What a sound was measured to have. `key` is that of its recipe. @typedef {{key: string, category: string, values: Values}} Measured */
/** The samples of A or B, with the recipe that they belong to. @typedef {{recipe: Recipe, channels: Channels}} SlotSamples */
/**
 * @typedef {object} Options
 * @property {boolean} isContinuous whether a drag plays while it moves
 * @property {boolean} isSpectral whether frequencies are shown in place of the waveform
 * @property {boolean} hasSingleKeys whether single keys are shortcuts
 * @property {boolean} isQuantised whether what is recorded goes to the grid
 */
/**
 * @typedef {object} State
 * @property {HelloReply|null} hello what the server offers; null before the first connection
 * @property {boolean} isAway whether the connection is lost
 * @property {boolean} isReady whether the first sound was asked for and answered
 * @property {History<Project>} history
 * @property {Sound|null} sound the sound being edited, as it last came from the server
 * @property {Channels|null} original the sound that was encoded, shown beside its reconstruction
 * @property {{seed: number, isMoved: boolean}|null} draw the random draw that the sound comes from, as
 *   long as the safe–wild knob can change it
 * @property {Measured|null} measured the last sound that was measured
 * @property {number} moving requests of a drag that are not answered yet
 * @property {{count: number, words: string}} busy long tasks in progress
 * @property {readonly (Voice|null)[]} voices of the drum pads
 * @property {readonly string[]} padKeys the keys of the drum pads, as the keyboard's layout labels them
 * @property {Readonly<Record<Slot, SlotSamples|null>>} slots
 * @property {OwnMap|null} map of the sound being edited
 * @property {readonly Kept[]} recent the last sounds, the newest first
 * @property {readonly Kept[]|null} tray new sounds to choose from
 * @property {readonly Favourite[]} favourites
 * @property {boolean} isPlaying whether the beat runs
 * @property {boolean} isRecording
 * @property {{pad: number, at: number}} step the step that the step controls edit
 * @property {Notice|null} notice
 * @property {Options} options
 */

/** @returns {State} */
export function initialState() {
  return {
    hello: null, isAway: false, isReady: false, history: startHistory(Object.freeze(emptyProject())),
    sound: null, original: null, draw: null, measured: null, moving: 0, busy: { count: 0, words: "" },
    voices: Array.from({ length: PADS }, () => null), padKeys: [],
    slots: { a: null, b: null }, map: null, recent: [], tray: null, favourites: [],
    isPlaying: false, isRecording: false, step: { pad: 0, at: 0 }, notice: null,
    options: { isContinuous: true, isSpectral: false, hasSingleKeys: true, isQuantised: true },
  };
}

/** @param {State} state */
export function projectOf({ history }) {
  return history.now;
}

/** The category of the sound being edited. @param {State} state */
export function categoryOf(state) {
  return projectOf(state).recipe?.category ?? state.hello?.categories[0] ?? "";
}

/**
 * The chosen inverter as part of a request. A project from elsewhere may name one that this server lacks.
 * @param {State} state
 * @returns {{inverter?: string}}
 */
export function chosenInverter(state) {
  const { inverter } = projectOf(state);
  return inverter && state.hello?.inverters.includes(inverter) ? { inverter } : {};
}

/** @param {State} state */
export function takeOf(state) {
  return projectOf(state).recipe?.take ?? 0;
}

/** Whether the samples at hand are those of the project's recipe. They are not while they are asked for. @param {State} state */
export function hasItsSound(state) {
  const { recipe } = projectOf(state);
  return !!recipe && !!state.sound && isOf(state.sound, recipe);
}

/** The values of the sound being edited; null if it is not measured. @param {State} state */
export function valuesOf(state) {
  const { recipe } = projectOf(state);
  return recipe && state.measured?.key === keyOf(recipe) ? state.measured.values : null;
}

/** The voice of a drum pad, if it is that of the sound on the pad. @param {State} state @param {number} n @returns {Voice|null} */
export function voiceOf(state, n) {
  const [pad, voice] = [projectOf(state).pads[n], state.voices[n]];
  return pad && voice && voice.recipe === pad.recipe && voice.trim === pad.trim ? voice : null;
}

/** The samples of A or B, if they belong to its sound. @param {State} state @param {Slot} slot */
export function slotSamplesOf(state, slot) {
  const [kept, loaded] = [projectOf(state)[slot], state.slots[slot]];
  return kept && loaded?.recipe === kept.recipe ? loaded.channels : null;
}
