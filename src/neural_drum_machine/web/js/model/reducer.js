/** The reducer: the only place where a new state of the page is made. It is pure. */

import { push, redo, replace, rewrite, settle, undo } from "./history.js";
import { merge } from "./merge.js";
import { centerFor, tied } from "./project.js";
import { isOf, keyOf, recipeOf } from "./recipe.js";
import { trimmed } from "./trim.js";

/** @import { History } from "./history.js" */
/** @import { Project, Slot } from "./project.js" */
/** @import { Values } from "./qualities.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Favourite, Notice, Options, OwnMap, SlotSamples, State, Voice } from "./state.js" */
/** @import { Kept } from "./kit.js" */
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
 *   | {type: "map-drawn", map: OwnMap}
 *   | {type: "recent-added", kept: Kept}
 *   | {type: "tray-filled", tray: readonly Kept[]|null}
 *   | {type: "favourites-loaded", favourites: readonly Favourite[]}
 *   | {type: "beat-started", isPlaying: boolean}
 *   | {type: "recording-set", isRecording: boolean}
 *   | {type: "step-selected", pad: number, at: number}
 *   | {type: "keys-labelled", labels: readonly string[]}
 *   | {type: "option-set", options: Partial<Options>}
 *   | {type: "noticed", sentence: string, isError: boolean}
 *   | {type: "notice-ended"}
 * )} Action
 */

/** The number of last sounds that are remembered. */
const MOST_RECENT = 24;

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
      const project = tied(state.history.now, { ...state.history.now, ...action.change });
      return withHistory(state, (action.isStep ? push : replace)(state.history, project));
    }
    case "project-settled":
      return withHistory(state, settle(state.history, action.before));
    case "project-opened": {
      const project = tied(action.project, action.project);
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
      return { ...state, sound: null, original: null };
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
      return selectPad(state, action.n);
    case "voice-loaded":
      return { ...state, voices: state.voices.with(action.n, action.voice) };
    case "slot-loaded":
      return { ...state, slots: { ...state.slots, [action.slot]: action.loaded } };
    case "map-drawn":
      return { ...state, map: action.map };
    case "recent-added":
      return { ...state, recent: withRecent(state.recent, action.kept) };
    case "tray-filled":
      return { ...state, tray: action.tray };
    case "favourites-loaded":
      return { ...state, favourites: action.favourites };
    case "beat-started":
      return { ...state, isPlaying: action.isPlaying };
    case "recording-set":
      return { ...state, isRecording: action.isRecording };
    case "step-selected":
      return { ...state, step: { pad: action.pad, at: action.at } };
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

/** Edit another drum pad. @param {State} state @param {number} n @returns {State} */
function selectPad(state, n) {
  const { now } = state.history;
  if (n === now.selected) return state;
  const project = tied(now, { ...now, selected: n });
  const history = replace(state.history, project);
  const voice = state.voices[n];
  const sound = voice && project.recipe && isOf(voice.sound, project.recipe) ? voice.sound : null;
  const center = project.recipe ? centerFor(project, project.recipe) : project.center;
  return {
    ...state, history: center === project.center ? history : replace(history, Object.freeze({ ...project, center })), sound,
    original: sound?.original ?? null, draw: null, step: { ...state.step, pad: n },
  };
}

/** The last sounds with one more: each once, the newest first. @param {readonly Kept[]} recent @param {Kept} kept */
function withRecent(recent, kept) {
  const key = keyOf(kept.recipe);
  if (recent.length && keyOf(recent[0].recipe) === key) return recent;
  return [kept, ...recent.filter((each) => keyOf(each.recipe) !== key)].slice(0, MOST_RECENT);
}

/**
 * Take an answer of the server as the sound being edited.
 * @param {State} state
 * @param {{sound: Sound, change: Partial<Project>, isStep: boolean, seen: Notice|null}} action
 * @returns {State}
 */
function withSound(state, { sound, change, isStep, seen }) {
  const { history, notice } = state;
  const recipe = recipeOf(sound);
  // A drag stays on the map. Any other sound must be visible where it lies.
  const center = isStep ? centerFor(history.now, recipe) : history.now.center;
  const project = tied(history.now, { ...history.now, center, ...change, recipe });
  return {
    ...state,
    history: (isStep ? push : replace)(history, project),
    sound,
    voices: withVoice(state, sound, project),
    original: sound.original,
    // Something works again; but a sound that was asked for before the error says nothing about it.
    notice: notice?.isError && notice === seen ? null : notice,
  };
}

/** The voices with that of the sound being edited: the beat plays it at once. @param {State} state @param {Sound} sound @param {Project} project */
function withVoice({ voices }, sound, { recipe, selected, trim }) {
  if (!recipe) return voices;
  return voices.with(selected, { sound, recipe, trim, channels: trimmed(sound.channels, sound.sr, trim) });
}
