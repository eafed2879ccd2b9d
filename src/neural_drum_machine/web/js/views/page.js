/** Shows the state: sets every control to the project's values. */

import { categoryLabel, recordingWords } from "../model/labels.js";
import { PADS } from "../model/project.js";
import { LOUDEST, ownNumbers } from "../model/recipe.js";
import { categoryOf, projectOf, slotSamplesOf, voiceOf } from "../model/state.js";
import { check, fillChoices, scrollToCategory } from "./choices.js";
import { byId } from "./dom.js";
import { hueOf } from "./drawing/color.js";

/** @import { App } from "../commands/app.js" */
/** @import { Touch } from "../audio/output.js" */
/** @import { State } from "../model/state.js" */
/** @import { DrumPadsView } from "./controls/drum-pads.js" */
/** @import { Knob } from "./controls/knob.js" */
/** @import { Menu } from "./controls/menu.js" */
/** @import { ValueKnobs } from "./controls/value-knobs.js" */
/** @import { LibraryView } from "./library/library-view.js" */
/** @import { MorphView } from "./controls/morph.js" */
/** @import { Waveform } from "./controls/waveform.js" */
/** @import { XYPad } from "./controls/xy-pad.js" */

/** The larger controls. @typedef {{xyPad: XYPad, waveform: Waveform, fine: Knob, wild: Knob, velocity: Knob, blend: Knob, values: ValueKnobs, drumPads: DrumPadsView, morph: MorphView, encodeAs: Menu,
 *  library: LibraryView}} Parts */

const SLOTS = /** @type {const} */ (["a", "b"]);

export class PageView {
  /** @param {App} app @param {Parts} parts */
  constructor(app, parts) {
    this._store = app.store;
    this._parts = parts;
    app.store.subscribe((state, before) => this._update(state, before));
    app.addEventListener("play", (event) => this._run(/** @type {CustomEvent} */ (event).detail));
    app.addEventListener("hit", (event) => parts.drumPads.flash(/** @type {CustomEvent} */ (event).detail));
  }

  /** Show what has changed. @param {State} state @param {State} before */
  _update(state, before) {
    const has = (/** @type {(keyof State)[]} */ ...names) => names.some((name) => state[name] !== before[name]);
    const [project, old] = [projectOf(state), projectOf(before)];
    const hasPads = project.pads !== old.pads;
    const hasSlots = project.a !== old.a || project.b !== old.b;
    if (state.hello && !before.hello) fillChoices(state.hello);
    if (has("hello", "history", "measured", "moving", "isAway")) this._parts.values.show(state);
    if (has("hello", "history") || (state.moving === 0) !== (before.moving === 0)) this._showProject(state);
    if (has("sound", "original", "fidelity")) this._showSound(state);
    if (has("maps") || categoryOf(state) !== categoryOf(before)) this._showMap(state);
    if (hasPads || has("hello", "selectedPad", "padKeys")) this._parts.drumPads.show(state);
    if (hasPads || has("voices")) this._showVoices(state, before);
    if (hasSlots || has("slots")) this._showSlots(state);
    if (has("busy")) showBusy(state);
    if (has("options")) this._showOptions(state);
    if (has("padKeys")) showPadKeys(state);
    document.body.classList.toggle("is-ready", state.isReady);
  }

  /** Draw again everything that has colours. */
  repaint() {
    const { state } = this._store;
    this._parts.xyPad.repaint();
    this._parts.waveform.draw();
    for (let n = 0; n < PADS; n++) this._parts.drumPads.showWave(n, voiceOf(state, n)?.samples ?? null);
    this._showSlots(state);
  }

  /** @param {State} state */
  _showProject(state) {
    const { hello, history, moving } = state;
    const project = projectOf(state);
    this._showPlace(state);
    this._showChoices(state);
    this._parts.waveform.showTrim(project.trim);
    this._parts.morph.show(project, hello?.categories ?? [], moving > 0);
    const { recipe } = project;
    byId("sound-name").textContent = !recipe ? "" : recipe.to
      ? `${categoryLabel(recipe.category)} ↔ ${categoryLabel(recipe.to)}, ${Math.round(100 * recipe.t)} %`
      : categoryLabel(recipe.category);
    setDisabled("undo", !history.past.length);
    setDisabled("redo", !history.future.length);
    setDisabled("save-pads", !project.pads.some(Boolean));
  }

  /** The XY pad and the knobs. @param {State} state */
  _showPlace(state) {
    const { blend, fine, velocity, wild, xyPad } = this._parts;
    const project = projectOf(state);
    const category = categoryOf(state);
    const hue = hueOf(category, state.hello?.categories ?? []);
    const isMoving = state.moving > 0;
    document.documentElement.style.setProperty("--hue", String(hue));
    const p = project.recipe?.p ?? [0, 0, 0];
    const axes = state.hello?.axes[category] ?? ["", "", ""];
    // While a drag waits for answers, the controls are ahead of the project and stay there.
    xyPad.show(isMoving ? null : p, project.range, hue);
    xyPad.nameAxes(axes.slice(0, 2));
    xyPad.showMarks(
      SLOTS.flatMap((slot) => {
        const kept = project[slot];
        return kept?.recipe.category === category ? [{ p: kept.recipe.p, label: slot.toUpperCase(), hue }] : [];
      }),
    );
    byId("fine").title = axes[2] ? `P3: ${axes[2]}` : "P3, the third axis";
    // Only a sound of one's own has something of the user to keep.
    byId("blend").hidden = !ownNumbers(project.recipe?.exemplars ?? []).length;
    if (isMoving) return;
    blend.show(project.recipe?.blend ?? 0);
    velocity.show(project.recipe?.velocity ?? LOUDEST);
    const reach = Math.max(project.range, Math.abs(p[2]));
    fine.show(p[2], [-reach, reach]);
    wild.show(project.wild);
  }

  /** @param {State} state */
  _showChoices(state) {
    const project = projectOf(state);
    const category = categoryOf(state);
    const categories = state.hello?.categories ?? [];
    const isNew = /** @type {HTMLInputElement|null} */ (
      document.querySelector("input[name=category]:checked"))?.value !== category;
    check("category", category);
    if (isNew) scrollToCategory();
    check("range", String(project.range));
    const inverter = project.recipe?.inverter ?? project.inverter;
    if (inverter) /** @type {HTMLSelectElement} */ (byId("inverter")).value = inverter;
    byId("take-reading").textContent = String(project.recipe?.take ?? 0);
    /** @type {HTMLInputElement} */ (byId("amount")).value = String(project.amount);
    byId("amount-reading").textContent = project.amount.toFixed(2);
    this._parts.encodeAs.show(
      categories.filter((name) => name !== category)
        .map((name) => ({ value: name, words: categoryLabel(name), hue: hueOf(name, categories) })),
    );
  }

  /** @param {State} state */
  _showSound(state) {
    const { fidelity, hello, original, sound } = state;
    const { samples, sr } = sound ?? { samples: new Float32Array(0), sr: hello?.sr ?? 44100 };
    this._parts.waveform.show({ samples, sr, original }, hueOf(categoryOf(state), hello?.categories ?? []));
    byId("original").hidden = !original;
    const words = recordingWords(sound?.recordings ?? []);
    byId("recordings").textContent = byId("recordings").title = words; // a long one is cut on the screen
    byId("fidelity").textContent =
      fidelity === null ? "" : `distance ${fidelity.toFixed(2)} (0: identical, 1: silence)`;
  }

  /** @param {State} state */
  _showMap(state) {
    const map = state.maps[categoryOf(state)] ?? null;
    this._parts.xyPad.showMap(map);
    byId("map-key").textContent = map
      ? `Brightness ${span(map.brightness, 1, "Hz")}\u00a0· decay lines ${span(map.decay, 1000, "ms")}` : "";
  }

  /** @param {State} state @param {State} before */
  _showVoices(state, before) {
    for (let n = 0; n < PADS; n++) {
      const voice = voiceOf(state, n);
      if (voice !== voiceOf(before, n)) this._parts.drumPads.showWave(n, voice?.samples ?? null);
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
    document.body.classList.toggle("no-single-keys", !options.hasSingleKeys);
  }

  /** Show that the sound plays. @param {Touch} touch */
  _run({ semitones = 0 }) {
    this._parts.xyPad.ring();
    this._parts.waveform.run(2 ** (semitones / 12));
    byId("hint").classList.add("gone");
  }
}

/** @param {State} state */
function showBusy({ busy: { words } }) {
  byId("busy").textContent = words;
  byId("wave").setAttribute("aria-busy", String(words !== ""));
}

/** Label the keys in the help. @param {State} state */
function showPadKeys({ padKeys }) {
  byId("help-pad-keys").textContent = padKeys.join(" ");
}

/** The lowest and the highest value, with two digits. @param {number[][]} rows @param {number} factor @param {string} unit */
function span(rows, factor, unit) {
  const all = rows.flat().map((v) => Number((factor * v).toPrecision(2)));
  return `${Math.min(...all).toLocaleString("en")}–${Math.max(...all).toLocaleString("en")} ${unit}`;
}

/** @param {string} id @param {boolean} isDisabled */
function setDisabled(id, isDisabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = isDisabled;
}
