/** The page: views on the app, and hands for it. */

import { App } from "./app.js";
import { accent, hueOf } from "./color.js";
import { byId, make, named, signed } from "./dom.js";
import { LARGEST, save, startFiles } from "./files.js";
import { Kit } from "./kit.js";
import { startKeys } from "./keys.js";
import { Knob } from "./knob.js";
import { readLink, writeLink } from "./link.js";
import { Meter } from "./meter.js";
import { startMidi } from "./midi.js";
import { MorphView } from "./morph.js";
import { notice, serverAway } from "./notice.js";
import { Pad } from "./pad.js";
import { FORMAT, PADS, commentOf, emptyProject, readProject, writeProject } from "./project.js";
import { isWhole } from "./shape.js";
import { startTheme } from "./theme.js";
import { Waveform } from "./waveform.js";
import { wavFile } from "./wav.js";
import { zipFile } from "./zip.js";

const STORED = "ndm.project";
/** Milliseconds after a change until it is stored. */
const PAUSE = 300;

const app = new App(`ws://${location.host}/ws`);
const pad = new Pad();
const wave = new Waveform();
const meter = new Meter(app.output);
const fine = new Knob(byId("fine"), { rest: 0, words: signed });
const wild = new Knob(byId("wild"), { rest: 1, words: wildWords });
const kit = new Kit({
  hit: (n, velocity) => app.hit(n, velocity),
  keep: (n) => void app.keepOnPad(n),
  edit: (n) => void editPad(n),
  clear: (n) => app.clearPad(n),
  mix: (n, mix, step) => app.mixPad(n, mix, step),
});
const morph = new MorphView({
  keep: (slot) => app.keepSlot(slot),
  hear: (slot) => void app.hearSlot(slot),
  drag: (t) => app.morph(t),
  release: () => void app.release(),
});

/** @param {number} value */
function wildWords(value) {
  const word = value < 0.5 ? "safe" : value < 1.25 ? "natural" : "wild";
  return `${word} ${value.toFixed(1)}`;
}

function hue() {
  return hueOf(app.category, app.hello?.categories ?? []);
}

/** @param {number} n */
async function editPad(n) {
  const kept = app.project.pads[n];
  if (kept) await app.restore(kept.recipe, { trim: kept.trim });
}

// What the app says, shown.

let timer = 0;

function reflect() {
  const { project, hello } = app;
  const categories = hello?.categories ?? [];
  document.documentElement.style.setProperty("--hue", String(hue()));
  const p = project.recipe?.p ?? [0, 0, 0];
  // What was asked last is ahead of what has come: a hand's controls are not taken back.
  pad.show(app.isMoving ? null : p, project.range, hue());
  pad.nameAxes((hello?.axes[app.category] ?? ["", "", ""]).slice(0, 2));
  const fineName = hello?.axes[app.category]?.[2];
  byId("fine").title = fineName ? `P3: ${fineName}` : "P3, the third axis";
  if (!app.isMoving) {
    fine.show(p[2], Math.max(project.range, Math.abs(p[2])));
    wild.show(project.wild);
  }
  wave.showTrim(project.trim);
  morph.show(project, categories, app.isMoving);
  kit.show(project.pads, categories);
  pad.showMarks(
    ["a", "b"].flatMap((slot) => {
      const kept = /** @type {any} */ (project)[slot];
      if (kept?.recipe.category !== app.category) return [];
      return [{ p: kept.recipe.p, label: slot.toUpperCase(), hue: hue() }];
    }),
  );
  setDisabled("undo", !app.history.canUndo);
  setDisabled("redo", !app.history.canRedo);
  setDisabled("save-pads", !project.pads.some(Boolean));
  setChecked("category", app.category);
  setChecked("range", String(project.range));
  const inverter = project.recipe?.inverter ?? project.inverter;
  if (inverter) /** @type {HTMLSelectElement} */ (byId("inverter")).value = inverter;
  byId("take-reading").textContent = String(project.recipe?.take ?? 0);
  const { recipe } = project;
  byId("sound-name").textContent = !recipe ? "" : recipe.to
    ? `${named(recipe.category)} ↔ ${named(recipe.to)}, ${Math.round(100 * recipe.t)} %` : named(recipe.category);
  byId("original").hidden = !app.original;
  byId("fidelity").textContent = app.fidelity === null ? ""
    : `distance ${app.fidelity.toFixed(2)} (0: identical, 1: silence)`;
  clearTimeout(timer);
  timer = window.setTimeout(store, PAUSE);
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

function store() {
  if (!app.hello || !app.project.recipe) return;
  history.replaceState(null, "", writeLink(app.project.recipe, app.project.trim));
  try {
    localStorage.setItem(STORED, writeProject(app.project, app.hello.hash));
  } catch {
    // A browser may keep nothing; then the file is the way.
  }
}

app.addEventListener("change", reflect);
app.addEventListener("sound", () => {
  const { sound, original } = app;
  if (sound) wave.show({ samples: sound.samples, sr: sound.sr, original }, hue());
});
app.addEventListener("play", (event) => {
  pad.ring();
  const { semitones = 0 } = /** @type {CustomEvent} */ (event).detail;
  wave.run(2 ** (semitones / 12));
  byId("hint").classList.add("gone");
});
app.addEventListener("map", showMap);
app.addEventListener("change", showMap);
app.addEventListener("pad", (event) => showPad(/** @type {CustomEvent} */ (event).detail));
app.addEventListener("hit", (event) => kit.flash(/** @type {CustomEvent} */ (event).detail));
app.addEventListener("trouble", (event) => notice(/** @type {CustomEvent} */ (event).detail, "bad"));
app.addEventListener("change", showSlots);
app.output.onstart = () => meter.wake();
/** @type {any} */
let shownMap = null;

function showMap() {
  const map = app.mapOf(app.category);
  if (map === shownMap) return;
  shownMap = map;
  pad.showMap(map);
  byId("map-key").textContent = map ? `Brightness ${span(map.brightness, 1, "Hz")} · decay lines ${span(map.decay, 1000, "ms")}` : "";
}

/** The least and the most, to two digits. @param {number[][]} rows @param {number} factor @param {string} unit */
function span(rows, factor, unit) {
  const all = rows.flat().map((v) => Number((factor * v).toPrecision(2)));
  return `${Math.min(...all).toLocaleString("en")}–${Math.max(...all).toLocaleString("en")} ${unit}`;
}

/** @param {number} n */
function showPad(n) {
  kit.showWave(n, app.padSounds[n]?.heard ?? null);
}

function showSlots() {
  for (const slot of /** @type {const} */ (["a", "b"])) {
    const kept = app.project[slot];
    const sound = kept && app.library.peek(kept.recipe);
    const slotHue = kept ? hueOf(kept.recipe.category, app.hello?.categories ?? []) : 0;
    morph.showWave(slot, sound?.samples ?? null, slotHue);
  }
}

// What hands do.

pad.addEventListener("drag", (event) => app.move(/** @type {CustomEvent} */ (event).detail));
pad.addEventListener("release", () => void app.release());
fine.addEventListener("drag", (event) => app.move({ p3: /** @type {CustomEvent} */ (event).detail }));
fine.addEventListener("release", () => void app.release());
wild.addEventListener("drag", (event) => app.setWild(/** @type {CustomEvent} */ (event).detail));
wild.addEventListener("release", () => void app.release());
wave.addEventListener("play", () => app.play());
/** @type {import("./project.js").Project|null} */
let untrimmed = null;
wave.addEventListener("trim", (event) => {
  untrimmed ??= app.project;
  app.change({ trim: /** @type {CustomEvent} */ (event).detail }, false);
});
wave.addEventListener("trimmed", () => {
  if (!untrimmed) return;
  const after = app.project;
  app.history.replace(untrimmed);
  app.history.push(after);
  untrimmed = null;
  reflect();
  app.play();
});

/** @type {Record<string, () => void>} */
const CLICKS = {
  play: () => app.play(),
  random: () => void app.random(),
  variation: () => void app.variation(),
  take: () => void app.nextTake(),
  undo: () => app.undo(),
  redo: () => app.redo(),
  original: () => app.playOriginal(),
  "zoom-in": () => wave.zoom(2),
  "zoom-out": () => wave.zoom(0.5),
  "zoom-fit": () => wave.zoom(1e-3),
  "save-wav": saveWav,
  "save-pads": savePads,
  "save-project": () =>
    save("drums.ndm-project.json", writeProject(app.project, app.hello?.hash ?? ""), "application/json"),
  "new-project": () => void app.open({ ...emptyProject(), recipe: app.project.recipe }, false),
  link: copyLink,
  midi: connectMidi,
  help: () => /** @type {HTMLDialogElement} */ (byId("help-text")).showModal(),
  "try-now": () => app.client.hurry(),
};
for (const [id, act] of Object.entries(CLICKS)) byId(id).addEventListener("click", act);

byId("spectrogram").addEventListener("change", (event) => {
  wave.showSpectrogram(/** @type {HTMLInputElement} */ (event.target).checked);
});
byId("continuous").addEventListener("change", (event) => {
  app.continuous = /** @type {HTMLInputElement} */ (event.target).checked;
});
byId("inverter").addEventListener("change", (event) => {
  void app.invertWith(/** @type {HTMLSelectElement} */ (event.target).value);
});
byId("ranges").addEventListener("change", (event) => {
  app.change({ range: Number(/** @type {HTMLInputElement} */ (event.target).value) });
});
byId("categories").addEventListener("change", (event) => {
  void app.choose(/** @type {HTMLInputElement} */ (event.target).value);
});
// After a click Space plays again, whatever was clicked; who came by keys keeps the focus.
addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest?.("button");
  if (event.detail > 0 && button && !button.closest("dialog")) button.blur();
});
// Browsers let sound out after a first gesture only.
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => app.output.wake());

startKeys({
  pad: (n, velocity) => kit.press(n, velocity),
  play: () => app.play(),
  random: () => void app.random(),
  variation: () => void app.variation(),
  take: () => void app.nextTake(),
  keep: () => void app.keepOnPad(freePad()),
  undo: () => app.undo(),
  redo: () => app.redo(),
  help: CLICKS.help,
});
startFiles((file) => void take(file));
startTheme(() => {
  pad.repaint();
  wave.draw();
  for (let n = 0; n < PADS; n++) showPad(n);
  showSlots();
});

/** The first pad that holds nothing, else the selected one. */
function freePad() {
  const free = app.project.pads.indexOf(null);
  return free < 0 ? kit.selected : free;
}

/** @param {File} file a sound or a project */
async function take(file) {
  if (file.size > LARGEST) {
    notice(`${file.name} is too large: at most ${LARGEST / 2 ** 20} MiB.`, "bad");
    return;
  }
  if (file.name.endsWith(".json") || file.type === "application/json") {
    openProject(await file.text());
    return;
  }
  if (await app.upload(file.name, await file.arrayBuffer())) {
    notice(`${file.name}, heard as ${named(app.category)}. Drag the pad to move on from there.`);
  }
}

/** @param {string} text */
function openProject(text) {
  try {
    const { project, model } = readProject(text, app.hello?.categories ?? []);
    void app.open(project);
    if (model !== app.hello?.hash) notice("This project was made with another model: its sounds may differ.");
  } catch (error) {
    notice(/** @type {Error} */ (error).message, "bad");
  }
}

/**
 * @param {Float32Array} heard @param {number} sr @param {import("./project.js").Recipe} recipe
 * @param {import("./shape.js").Trim} trim
 */
function wavOf(heard, sr, recipe, trim) {
  return wavFile(heard, sr, commentOf(recipe, trim, app.hello?.hash ?? "", isWhole(trim)));
}

function saveWav() {
  const { sound, heard, project } = app;
  if (!sound || !heard || !project.recipe) return;
  const name = project.recipe.category.replaceAll(" ", "-");
  save(`${name}.wav`, wavOf(heard, sound.sr, project.recipe, project.trim), "audio/wav");
}

function savePads() {
  const files = app.project.pads.flatMap((kept, n) => {
    const sound = app.padSounds[n];
    if (!kept || !sound) return [];
    const name = `${n + 1}-${kept.recipe.category.replaceAll(" ", "-")}.wav`;
    return [{ name, data: wavOf(sound.heard, sound.sr, kept.recipe, kept.trim) }];
  });
  const text = writeProject(app.project, app.hello?.hash ?? "");
  const all = [...files, { name: "project.ndm-project.json", data: new TextEncoder().encode(text) }];
  save("pads.zip", zipFile(all, new Date()), "application/zip");
}

async function copyLink() {
  store();
  try {
    await navigator.clipboard.writeText(location.href);
    notice("The link to this sound is copied.");
  } catch {
    notice("The link to this sound is in the address bar.");
  }
}

function connectMidi() {
  const play = (/** @type {any} */ { pad: n, semitones, velocity }) => {
    if (n >= 0) app.hit(n, velocity);
    else app.play({ gain: velocity, semitones });
  };
  startMidi(PADS, play, (names) => {
    byId("midi").classList.toggle("on", names.length > 0);
    notice(names.length ? `MIDI: ${names.join(", ")}` : "MIDI is on; no device is connected.");
  }).catch((error) => notice(error.message || "MIDI was not allowed.", "bad"));
}

// The server comes and goes.

app.client.addEventListener("open", () => {
  serverAway(false);
  const { hello } = app;
  if (byId("categories").childElementCount === 0) {
    fill(hello);
    void begin(hello);
  } else {
    if (app.project.recipe && !app.sound) void app.restore(app.project.recipe, {}, { step: false, play: false });
    void app.loadPads();
    notice("The server is back; nothing is lost.");
  }
  reflect();
});
app.client.addEventListener("close", () => serverAway(true));

/** @param {any} hello */
function fill(hello) {
  byId("categories").append(
    ...hello.categories.map((/** @type {string} */ name) => {
      const label = make("label", { class: "chip" }, make("input", { type: "radio", name: "category", value: name }), make("span", { text: named(name) }));
      label.style.setProperty("--hue", String(hueOf(name, hello.categories)));
      return label;
    }),
  );
  byId("ranges").append(
    ...hello.ranges.map((/** @type {number} */ range) =>
      make("label", {}, make("input", { type: "radio", name: "range", value: String(range) }), make("span", { text: `×${range}` }))),
  );
  byId("inverter").append(...hello.inverters.map((/** @type {string} */ name) => make("option", { value: name, text: name })));
  byId("model").textContent = `${hello.model} · ${hello.hash.slice(0, 8)}`;
}

/** What the page starts with: the link's sound, else the work of last time, else a first drum. */
async function begin(/** @type {any} */ hello) {
  const stored = readStored(hello);
  if (stored) app.history.replace(Object.freeze(stored));
  const linked = readLink(location.hash, hello.categories);
  if (linked) app.history.replace(Object.freeze({ ...app.project, ...linked }));
  const { recipe } = app.project;
  if (recipe) await app.restore(recipe, {}, { step: false, play: false });
  else await app.request("generate", { category: hello.categories[0], p1: 0, p2: 0, p3: 0 }, { play: false, step: false });
  document.body.classList.add("is-ready");
  void app.map(app.category);
  await app.loadPads();
  for (const slot of /** @type {const} */ (["a", "b"])) {
    const kept = app.project[slot];
    if (kept) await app.library.get(kept.recipe).catch(() => null);
  }
  showSlots();
}

/** @param {any} hello */
function readStored(hello) {
  try {
    const text = localStorage.getItem(STORED);
    return text?.includes(FORMAT) ? readProject(text, hello.categories).project : null;
  } catch {
    return null; // of another version, or not to be had: a fresh start
  }
}

addEventListener("hashchange", () => {
  const linked = app.hello && readLink(location.hash, app.hello.categories);
  if (linked) void app.restore(linked.recipe, { trim: linked.trim });
});

/** For tests, and for whoever wants to look inside. */
Object.assign(globalThis, { ndm: { app, pad, wave, kit, accent } });

app.client.connect();
