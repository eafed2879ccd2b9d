/** The reducer: the only place where a new state of the page is made. It is pure. */

import { push, redo, replace, rewrite, settle, undo } from "./history.js";
import { merge } from "./merge.js";
import { rangeFor } from "./project.js";
import { keyOf, recipeOf } from "./recipe.js";

/** @import { History } from "./history.js" */
/** @import { Project, Slot } from "./project.js" */
/** @import { Values } from "./qualities.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Notice, Options, PadMap, SlotSamples, State, Voice } from "./state.js" */
/** @import { HelloReply } from "../net/messages.js" */
/** @import { Sound } from "../net/sound-message.js" */

/**
 * Everything that can happen to the state. `isStep` says whether undo stops there; `seen` is the message
 * that was shown when the sound was asked for.
 * @typedef {(
 *   | {type: "connected", hello: HelloReply}
 *   | {type: "disconnected"}
 *   | {type: "ready"}
 *   | {type: "project-changed", change: Partial<Project>, isStep: boolean}
 *   | {type: "project-settled", before: Project}
 *   | {type: "project-opened", project: Project, isStep: boolean}
 *   | {type: "project-merged", before: Project, after: Project}
 *   | {type: "undone"}
 *   | {type: "redone"}
 *   | {type: "sound-arrived", sound: Sound, change: Partial<Project>, isStep: boolean, seen: Notice|null}
 *   | {type: "sound-lost"}
 *   | {type: "sound-measured", recipe: Recipe, values: Values}
 *   | {type: "original-dropped"}
 *   | {type: "draw-remembered", seed: number}
 *   | {type: "draw-moved"}
 *   | {type: "draw-forgotten"}
 *   | {type: "move-asked"}
 *   | {type: "move-answered"}
 *   | {type: "wait-began", words: string}
 *   | {type: "wait-ended"}
 *   | {type: "pad-selected", n: number}
 *   | {type: "voice-loaded", n: number, voice: Voice|null}
 *   | {type: "slot-loaded", slot: Slot, loaded: SlotSamples|null}
 *   | {type: "map-loaded", category: string, map: PadMap}
 *   | {type: "keys-labelled", labels: readonly string[]}
 *   | {type: "option-set", options: Partial<Options>}
 *   | {type: "noticed", sentence: string, isError: boolean}
 *   | {type: "notice-ended"}
 * )} Action
 */

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State} the same object if nothing changes
 */
export function reduce(state, action) {
  switch (action.type) {
    case "connected":
      return { ...state, hello: action.hello, isAway: false };
    case "disconnected":
      return { ...state, isAway: true };
    case "ready":
      return { ...state, isReady: true };
    case "project-changed": {
      const project = Object.freeze({ ...state.history.now, ...action.change });
      return withHistory(state, (action.isStep ? push : replace)(state.history, project));
    }
    case "project-settled":
      return withHistory(state, settle(state.history, action.before));
    case "project-opened": {
      const project = Object.freeze(action.project);
      return withHistory(state, (action.isStep ? push : replace)(state.history, project));
    }
    case "project-merged": {
      // In every step: undo takes back what was done in this tab, not what was done in the other.
      const merged = (/** @type {Project} */ each) => merge(each, action.before, action.after);
      return withHistory(state, rewrite(state.history, merged));
    }
    case "undone":
      return withHistory(state, undo(state.history));
    case "redone":
      return withHistory(state, redo(state.history));
    case "sound-arrived":
      return withSound(state, action);
    case "sound-lost":
      return { ...state, sound: null, original: null, fidelity: null };
    case "sound-measured": {
      const { recipe, values } = action;
      return { ...state, measured: { key: keyOf(recipe), category: recipe.category, values } };
    }
    case "original-dropped":
      return { ...state, original: null };
    case "draw-remembered":
      return { ...state, draw: { seed: action.seed, isMoved: false } };
    case "draw-moved":
      return { ...state, draw: state.draw && { ...state.draw, isMoved: true } };
    case "draw-forgotten":
      return { ...state, draw: null };
    case "move-asked":
      return { ...state, moving: state.moving + 1 };
    case "move-answered":
      return { ...state, moving: state.moving - 1 };
    case "wait-began":
      return { ...state, busy: { count: state.busy.count + 1, words: action.words } };
    case "wait-ended": {
      const count = state.busy.count - 1;
      return { ...state, busy: { count, words: count ? state.busy.words : "" } };
    }
    case "pad-selected":
      return { ...state, selectedPad: action.n };
    case "voice-loaded":
      return { ...state, voices: state.voices.with(action.n, action.voice) };
    case "slot-loaded":
      return { ...state, slots: { ...state.slots, [action.slot]: action.loaded } };
    case "map-loaded":
      return { ...state, maps: { ...state.maps, [action.category]: action.map } };
    case "keys-labelled":
      return { ...state, padKeys: action.labels };
    case "option-set":
      return { ...state, options: { ...state.options, ...action.options } };
    case "noticed":
      return { ...state, notice: { sentence: action.sentence, isError: action.isError } };
    case "notice-ended":
      return { ...state, notice: null };
  }
}

/** @param {State} state @param {History<Project>} history */
function withHistory(state, history) {
  return history === state.history ? state : { ...state, history };
}

/**
 * Take an answer of the server as the sound being edited.
 * @param {State} state
 * @param {{sound: Sound, change: Partial<Project>, isStep: boolean, seen: Notice|null}} action
 * @returns {State}
 */
function withSound(state, { sound, change, isStep, seen }) {
  const { history, hello, notice } = state;
  const recipe = recipeOf(sound);
  // A drag stays within the range. Any other sound must be visible where it lies.
  const range = isStep ? rangeFor(history.now, recipe, hello?.ranges ?? []) : history.now.range;
  const project = Object.freeze({ ...history.now, range, ...change, recipe });
  return {
    ...state,
    history: (isStep ? push : replace)(history, project),
    sound,
    original: sound.original,
    fidelity: sound.fidelity,
    // Something works again; but a sound that was asked for before the error says nothing about it.
    notice: notice?.isError && notice === seen ? null : notice,
  };
}
