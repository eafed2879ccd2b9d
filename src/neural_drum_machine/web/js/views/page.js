/** Shows the state: sets every control to the project's values. */

import { GRID } from "../commands/own-maps.js";
import { NOTHING } from "../model/channels.js";
import { categoryLabel, recordingWords } from "../model/labels.js";
import { kindName, PADS } from "../model/kit.js";
import { LOUDEST, keyOf, ownNumbers } from "../model/recipe.js";
import { categoryOf, projectOf, slotSamplesOf, voiceOf } from "../model/state.js";
import { fillChoices } from "./choices.js";
import { byId, write } from "./dom.js";
import { hueOf } from "./drawing/color.js";

/** @import { App } from "../commands/app.js" */
/** @import { Touch } from "../audio/mixer.js" */
/** @import { State } from "../model/state.js" */
/** @import { BeatView } from "./beat/beat-view.js" */
/** @import { AxisKnobs } from "./controls/axis-knobs.js" */
/** @import { DrumPadsView } from "./controls/drum-pads.js" */
/** @import { Knob } from "./controls/knob.js" */
/** @import { Menu } from "./controls/menu.js" */
/** @import { ValueKnobs } from "./controls/value-knobs.js" */
/** @import { MixSheet } from "./drum/mix-sheet.js" */
/** @import { Shelf } from "./drum/shelf.js" */
/** @import { ExportView } from "./export-view.js" */
/** @import { MorphView } from "./controls/morph.js" */
/** @import { Waveform } from "./controls/waveform.js" */
/** @import { XYPad } from "./controls/xy-pad.js" */

/**
 * The larger controls.
 * @typedef {{xyPad: XYPad, waveform: Waveform, fine: Knob, wild: Knob, amount: Knob, velocity: Knob, blend: Knob, values: ValueKnobs,
 *   axisKnobs: AxisKnobs, drumPads: DrumPadsView, morph: MorphView, encodeAs: Menu, category: Menu, library: {open: () => Promise<void>}, beat: BeatView,
 *   mix: MixSheet, shelf: Shelf, exporter: ExportView}} Parts
 */

const NO_NAMES = ["", "", ""];
const SLOTS = /** @type {const} */ (["a", "b"]);

export class PageView {
  /** @param {App} app @param {Parts} parts */
  constructor(app, parts) {
    this._app = app;
    this._store = app.store;
    this._parts = parts;
    /** The names of the axes that are shown. @type {readonly string[]} */
    this._axes = [];
    /** What is shown, while a newer state waits to be. @type {State|null} */
    this._shown = null;
    app.store.subscribe((_, before) => this._soon(before));
    app.addEventListener("play", (event) => this._run(/** @type {CustomEvent} */ (event).detail));
    app.addEventListener("hit", (event) => this._flash(/** @type {CustomEvent} */ (event).detail));
    addEventListener("resize", () => this.repaint());
  }

  /**
   * Show a change once the code that made it is done: a sound is ready to play before it is seen, and several changes
   * are shown at once. @param {State} before
   */
  _soon(before) {
    if (this._shown) return;
    this._shown = before;
    queueMicrotask(() => {
      const shown = this._shown ?? before;
      this._shown = null;
      this._update(this._store.state, shown);
    });
  }

  /** Show what has changed. @param {State} state @param {State} before */
  _update(state, before) {
    const has = (/** @type {(keyof State)[]} */ ...names) => names.some((name) => state[name] !== before[name]);
    const [project, old] = [projectOf(state), projectOf(before)];
    const hasRested = (state.moving === 0) !== (before.moving === 0);
    const hasPads = project.pads !== old.pads || project.selected !== old.selected || project.beat !== old.beat;
    const hasSlots = project.a !== old.a || project.b !== old.b;
    if (state.hello && !before.hello) fillChoices(state.hello);
    if (has("hello", "history", "measured", "moving", "isAway")) this._parts.values.show(state);
    if (has("hello", "history", "moving")) this._parts.axisKnobs.show(state);
    if (has("hello", "history", "favourites", "recent", "isAway") || hasRested) this._showProject(state);
    if (has("sound", "original") || project.selected !== old.selected) this._showSound(state);
    if (has("map") || categoryOf(state) !== categoryOf(before)) this._parts.xyPad.showMap(state.map?.category === categoryOf(state) ? state.map : null, GRID);
    if (hasPads || has("hello", "padKeys")) this._parts.drumPads.show(state);
    if (hasPads || has("hello", "step")) this._parts.beat.show(state);
    if (has("isPlaying", "isRecording")) this._parts.beat.showTransport(state);
    if (hasPads || has("voices")) this._showVoices(state, before);
    if (hasSlots || has("slots")) this._showSlots(state);
    if (state.moving === 0 && (has("recent", "favourites", "hello") || project.recipe !== old.recipe || hasRested)) this._parts.shelf.show(state, has("hello"));
    if (has("tray") || (state.tray && has("favourites"))) this._parts.shelf.showTray(state);
    if (has("busy")) showBusy(state);
    if (has("options")) this._showOptions(state);
    if (has("padKeys")) showPadKeys(state);
    document.body.classList.toggle("is-ready", state.isReady);
  }

  /** Draw again everything that has colours, or another size. */
  repaint() {
    const { state } = this._store;
    this._parts.xyPad.repaint();
    this._parts.waveform.draw();
    for (let n = 0; n < PADS; n++) this._parts.drumPads.showWave(n, voiceOf(state, n)?.channels ?? null);
    this._showSlots(state);
    this._parts.shelf.show(state, true);
    if (state.hello) this._parts.beat.show(state);
  }

  /** @param {State} state */
  _showProject(state) {
    const { hello, history, moving } = state;
    const project = projectOf(state);
    this._showPlace(state);
    this._showChoices(state);
    this._parts.waveform.showTrim(project.trim);
    this._parts.morph.show(project, hello?.categories ?? [], moving > 0);
    this._parts.mix.show(state);
    const { recipe } = project;
    const pad = project.pads[project.selected];
    const morphed = recipe?.to ? ` (${categoryLabel(recipe.category)} ↔ ${categoryLabel(recipe.to)}, ${Math.round(100 * recipe.t)} %)` : "";
    write(byId("sound-name"), pad ? `${pad.name}${morphed}` : `Pad ${project.selected + 1}, empty`);
    write(byId("kit-name"), project.kitName);
    setDisabled("undo", !history.past.length);
    setDisabled("redo", !history.future.length);
    setDisabled("save-pads", !project.pads.some(Boolean));
    for (const id of ["star", "take", "variation", "play", "encode-as", "keep-a", "keep-b"]) setDisabled(id, !recipe || (state.isAway && id !== "star" && id !== "play"));
  }

  /** The XY pad and the knobs. @param {State} state */
  _showPlace(state) {
    const { amount, blend, fine, velocity, wild, xyPad } = this._parts;
    const project = projectOf(state);
    const { center, range, recipe } = project;
    const category = categoryOf(state);
    const hue = hueOf(category, state.hello?.categories ?? []);
    const isMoving = state.moving > 0;
    const { style } = document.documentElement;
    if (style.getPropertyValue("--hue") !== String(hue)) style.setProperty("--hue", String(hue)); // a new style of every element
    const p = recipe?.p ?? [0, 0, 0];
    const axes = state.hello?.axes[category] ?? NO_NAMES;
    // While a drag waits for answers, the controls are ahead of the project and stay there.
    xyPad.show(isMoving ? null : p, { center, range }, hue, !recipe);
    if (axes !== this._axes) {
      this._axes = axes;
      byId("fine").querySelector("label")?.replaceChildren(thirdAxis(axes[2]));
      byId("fine").title = axes[2];
      xyPad.nameAxes(axes.slice(0, 2));
    }
    // Only a sound of one's own has something of the user to keep.
    byId("blend").hidden = !ownNumbers(recipe?.exemplars ?? []).length;
    if (isMoving) return;
    this._showMarks(state, hue);
    blend.show(recipe?.blend ?? 0);
    velocity.show(recipe?.velocity ?? LOUDEST);
    fine.show(p[2], [Math.min(-1, p[2]), Math.max(1, p[2])]);
    wild.show(project.wild);
    amount.show(project.amount);
  }

  /** Kept sounds of the same drum, and A and B. @param {State} state @param {number} hue */
  _showMarks(state, hue) {
    const project = projectOf(state);
    const { recipe } = project;
    if (!recipe) {
      this._parts.xyPad.showMarks([]);
      return;
    }
    const drum = this._app.maps.drumOf(recipe);
    const here = keyOf(recipe);
    const kept = [...state.recent, ...state.favourites].filter((each) => each.recipe.category === recipe.category
      && keyOf(each.recipe) !== here && this._app.maps.drumOf(each.recipe) === drum);
    this._parts.xyPad.showMarks([
      ...kept.map((each) => ({ p: each.recipe.p, label: "", hue })),
      ...SLOTS.flatMap((slot) => {
        const sound = project[slot];
        return sound?.recipe.category === recipe.category ? [{ p: sound.recipe.p, label: slot.toUpperCase(), hue }] : [];
      }),
    ]);
  }

  /** @param {State} state */
  _showChoices(state) {
    const project = projectOf(state);
    const category = categoryOf(state);
    const categories = state.hello?.categories ?? [];
    const items = categories.map((name) => ({ value: name, words: categoryLabel(name), hue: hueOf(name, categories) }));
    write(byId("category"), kindName(category));
    this._parts.category.show(items);
    this._parts.encodeAs.show(items.filter(({ value }) => value !== category));
    const inverter = project.recipe?.inverter ?? project.inverter;
    if (inverter) /** @type {HTMLSelectElement} */ (byId("inverter")).value = inverter;
  }

  /** @param {State} state */
  _showSound(state) {
    const { hello, original, sound } = state;
    const { channels, sr } = sound ?? { channels: NOTHING, sr: hello?.sr ?? 44100 };
    this._parts.waveform.show({ channels, sr, original }, hueOf(categoryOf(state), hello?.categories ?? []));
    byId("original").hidden = !original;
    const words = recordingWords(sound?.recordings ?? []);
    byId("recordings").textContent = byId("recordings").title = words; // a long one is cut on the screen
  }

  /** @param {State} state @param {State} before */
  _showVoices(state, before) {
    for (let n = 0; n < PADS; n++) {
      const voice = voiceOf(state, n);
      if (voice !== voiceOf(before, n)) this._parts.drumPads.showWave(n, voice?.channels ?? null);
    }
  }

  /** @param {State} state */
  _showSlots(state) {
    for (const slot of SLOTS) {
      const kept = projectOf(state)[slot];
      const hue = kept ? hueOf(kept.recipe.category, state.hello?.categories ?? []) : 0;
      this._parts.morph.showWave(slot, slotSamplesOf(state, slot), hue);
    }
  }

  /** @param {State} state */
  _showOptions({ options }) {
    this._parts.waveform.showSpectrogram(options.isSpectral);
    byId("spectrogram").setAttribute("aria-pressed", String(options.isSpectral));
    document.body.classList.toggle("no-single-keys", !options.hasSingleKeys);
  }

  /** Show that the sound plays. @param {Touch} touch */
  _run({ semitones = 0 }) {
    this._parts.xyPad.ring();
    this._parts.waveform.run(2 ** (semitones / 12));
    byId("hint").classList.add("gone");
  }

  /** Light a pad when it is heard. @param {{n: number, velocity: number, at: number}} hit */
  _flash({ n, velocity, at }) {
    const { output } = this._app;
    const wait = at ? 1000 * (at + output.latency - output.context.currentTime) : 0;
    if (wait < 12) this._parts.drumPads.flash(n, velocity);
    else setTimeout(() => this._parts.drumPads.flash(n, velocity), wait);
  }
}

/** A name of the third axis: its upper end, such as "Noisier". @param {string} axis */
function thirdAxis(axis) {
  const word = axis?.split(" – ")[1] ?? "";
  return word ? word.charAt(0).toUpperCase() + word.slice(1) : "Colour";
}

/** @param {State} state */
function showBusy({ busy: { words } }) {
  byId("busy").textContent = words;
  byId("wave").setAttribute("aria-busy", String(words !== ""));
}

/** Label the keys in the help. @param {State} state */
function showPadKeys({ padKeys }) {
  byId("help-pad-keys").textContent = `${padKeys.slice(0, 8).join(" ")}, ${padKeys.slice(8).join(" ")}`;
}

/** @param {string} id @param {boolean} isDisabled */
function setDisabled(id, isDisabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = isDisabled;
}
