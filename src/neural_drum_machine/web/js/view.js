/** What the work is, shown: every control where the project has it. */

import { hueOf } from "./color.js";
import { byId, named } from "./dom.js";
import { notice, troubleOver } from "./notice.js";
import { PADS } from "./project.js";

/**
 * What shows the work.
 * @typedef {object} Parts
 * @property {import("./pad.js").Pad} pad
 * @property {import("./waveform.js").Waveform} wave
 * @property {import("./knob.js").Knob} fine
 * @property {import("./knob.js").Knob} wild
 * @property {import("./kit.js").Kit} kit
 * @property {import("./morph.js").MorphView} morph
 * @property {import("./menu.js").Menu} hearAs
 */

export class View {
  /** @param {import("./app.js").App} app @param {Parts} parts */
  constructor(app, parts) {
    [this._app, this._parts] = [app, parts];
    /** @type {import("./map.js").PadMap|null} */
    this._map = null;
    this._chosen = "";
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) =>
      app.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
    on("change", () => this.show());
    on("map", () => this._showMap());
    on("sound", () => this._showSound());
    on("sound", () => app.sound && troubleOver());
    on("play", (touch) => this._run(touch));
    on("pad", (n) => this._showPad(n));
    on("slots", () => this.showSlots());
    on("hit", (n) => parts.kit.flash(n));
    on("busy", () => this._showBusy());
    on("trouble", (sentence) => notice(sentence, "bad"));
  }

  get _categories() {
    return this._app.hello?.categories ?? [];
  }

  /** @param {string} category */
  _hue(category) {
    return hueOf(category, this._categories);
  }

  /** Show all that may have changed. */
  show() {
    const { hand, history, project } = this._app;
    this._showPlace();
    this._parts.wave.showTrim(project.trim);
    this._parts.morph.show(project, this._categories, hand.isMoving);
    this._parts.kit.show(project.pads, this._categories);
    this._showChoices();
    this._showName();
    this._showMap();
    this.showSlots();
    setDisabled("undo", !history.canUndo);
    setDisabled("redo", !history.canRedo);
    setDisabled("save-pads", !project.pads.some(Boolean));
  }

  /** Draw all anew that has colours. */
  repaint() {
    const { pad, wave } = this._parts;
    pad.repaint();
    wave.draw();
    for (let n = 0; n < PADS; n++) this._showPad(n);
    this.showSlots();
  }

  /** The pad and the knobs. */
  _showPlace() {
    const { category, hand, hello, project } = this._app;
    const { fine, pad, wild } = this._parts;
    const hue = this._hue(category);
    document.documentElement.style.setProperty("--hue", String(hue));
    const p = project.recipe?.p ?? [0, 0, 0];
    const axes = hello?.axes[category] ?? ["", "", ""];
    // What was asked last is ahead of what has come: a hand's controls are not taken back.
    pad.show(hand.isMoving ? null : p, project.range, hue);
    pad.nameAxes(axes.slice(0, 2));
    pad.showMarks(
      /** @type {const} */ (["a", "b"]).flatMap((slot) => {
        const kept = project[slot];
        if (kept?.recipe.category !== category) return [];
        return [{ p: kept.recipe.p, label: slot.toUpperCase(), hue }];
      }),
    );
    byId("fine").title = axes[2] ? `P3: ${axes[2]}` : "P3, the third axis";
    if (hand.isMoving) return;
    fine.show(p[2], Math.max(project.range, Math.abs(p[2])));
    wild.show(project.wild);
  }

  /** What is chosen, not moved. */
  _showChoices() {
    const { category, project } = this._app;
    setChecked("category", category);
    if (category !== this._chosen) scrollToChosen();
    this._chosen = category;
    setChecked("range", String(project.range));
    const inverter = project.recipe?.inverter ?? project.inverter;
    if (inverter) /** @type {HTMLSelectElement} */ (byId("inverter")).value = inverter;
    byId("take-reading").textContent = String(project.recipe?.take ?? 0);
    /** @type {HTMLInputElement} */ (byId("amount")).value = String(project.amount);
    byId("amount-reading").textContent = project.amount.toFixed(2);
    this._parts.hearAs.show(
      this._categories.filter((/** @type {string} */ name) => name !== category)
        .map((/** @type {string} */ name) => ({ value: name, words: named(name), hue: this._hue(name) })),
    );
  }

  _showName() {
    const { fidelity, original, project: { recipe } } = this._app;
    byId("sound-name").textContent = !recipe ? "" : recipe.to
      ? `${named(recipe.category)} ↔ ${named(recipe.to)}, ${Math.round(100 * recipe.t)} %`
      : named(recipe.category);
    byId("original").hidden = !original;
    byId("fidelity").textContent =
      fidelity === null ? "" : `distance ${fidelity.toFixed(2)} (0: identical, 1: silence)`;
  }

  _showBusy() {
    const { words } = this._app.waits;
    byId("busy").textContent = words;
    byId("wave").setAttribute("aria-busy", String(words !== ""));
  }

  _showSound() {
    const { category, original, sound } = this._app;
    const { samples, sr } = sound ?? { samples: new Float32Array(0), sr: 22050 };
    this._parts.wave.show({ samples, sr, original }, this._hue(category));
  }

  /** @param {import("./audio.js").Touch} touch */
  _run({ semitones = 0 }) {
    this._parts.pad.ring();
    this._parts.wave.run(2 ** (semitones / 12));
    byId("hint").classList.add("gone");
  }

  _showMap() {
    const { category, maps } = this._app;
    const map = maps.of(category);
    if (map === this._map) return;
    this._map = map;
    this._parts.pad.showMap(map);
    byId("map-key").textContent = map
      ? `Brightness ${span(map.brightness, 1, "Hz")}\u00a0· decay lines ${span(map.decay, 1000, "ms")}` : "";
  }

  /** @param {number} n */
  _showPad(n) {
    this._parts.kit.showWave(n, this._app.rack.sounds[n]?.heard ?? null);
  }

  /** The waves of A and B, as far as their samples are there. */
  showSlots() {
    for (const slot of /** @type {const} */ (["a", "b"])) {
      const kept = this._app.project[slot];
      const sound = kept && this._app.library.peek(kept.recipe);
      const hue = kept ? this._hue(kept.recipe.category) : 0;
      this._parts.morph.showWave(slot, sound?.samples ?? null, hue);
    }
  }
}

/** The least and the most, to two digits. @param {number[][]} rows @param {number} factor @param {string} unit */
function span(rows, factor, unit) {
  const all = rows.flat().map((v) => Number((factor * v).toPrecision(2)));
  return `${Math.min(...all).toLocaleString("en")}–${Math.max(...all).toLocaleString("en")} ${unit}`;
}

/** @param {string} id @param {boolean} disabled */
function setDisabled(id, disabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = disabled;
}

/** @param {string} name @param {string} value */
function setChecked(name, value) {
  for (const input of document.querySelectorAll(`input[name=${name}]`)) {
    const radio = /** @type {HTMLInputElement} */ (input);
    radio.checked = radio.value === value;
  }
}

/** On narrow screens the categories are a row that scrolls: the chosen one is within sight. */
function scrollToChosen() {
  const row = byId("categories");
  const chip = row.querySelector("input:checked")?.parentElement?.getBoundingClientRect();
  if (!chip) return;
  const box = row.getBoundingClientRect();
  row.scrollLeft += chip.left - box.left - (box.width - chip.width) / 2;
}
