/** What hands do to the page, done to the work. */

import { byId } from "./dom.js";
import { atRest } from "./held.js";
import { startKeys } from "./keys.js";
import { startMidi } from "./midi.js";
import { notice } from "./notice.js";
import { PADS, emptyProject } from "./project.js";

/**
 * @param {import("./app.js").App} app
 * @param {import("./view.js").Parts} parts
 * @param {import("./saving.js").Saving} saving
 */
export function startHands(app, parts, saving) {
  listenToMoves(app, parts);
  listenToClicks(app, parts, saving);
  listenToChoices(app, parts);
  startKeys({
    pad: (n, velocity) => parts.kit.press(n, velocity),
    play: () => app.play(),
    random: () => void app.drums.random(),
    variation: () => void app.drums.variation(),
    take: () => void app.drums.nextTake(),
    keep: () => void app.rack.keep(freePad(app, parts)),
    undo: () => app.undo(),
    redo: () => app.redo(),
    help: showHelp,
  });
  // Browsers let sound out after a first gesture only.
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => app.output.wake());
}

/** @param {import("./app.js").App} app @param {import("./view.js").Parts} parts */
function listenToMoves(app, { fine, pad, wave, wild }) {
  const { hand } = app;
  const on = (
    /** @type {EventTarget} */ part,
    /** @type {(to: any) => void} */ drag,
    release = () => void hand.release(),
  ) => {
    part.addEventListener("drag", (event) => drag(/** @type {CustomEvent} */ (event).detail));
    part.addEventListener("release", atRest(release));
  };
  on(pad, (to) => hand.move(to));
  on(fine, (p3) => hand.move({ p3 }));
  on(wild, (value) => hand.setWild(value));
  on(wave, (trim) => hand.hold({ trim }), async () => {
    if (await hand.release()) app.play();
  });
  wave.addEventListener("play", () => app.play());
  const amount = /** @type {HTMLInputElement} */ (byId("amount"));
  amount.addEventListener("input", () => hand.hold({ amount: Number(amount.value) }));
  amount.addEventListener("change", atRest(() => void hand.release()));
}

/**
 * @param {import("./app.js").App} app
 * @param {import("./view.js").Parts} parts
 * @param {import("./saving.js").Saving} saving
 */
function listenToClicks(app, { wave }, saving) {
  /** @type {Record<string, () => void>} */
  const clicks = {
    play: () => app.play(),
    random: () => void app.drums.random(),
    variation: () => void app.drums.variation(),
    take: () => void app.drums.nextTake(),
    undo: () => app.undo(),
    redo: () => app.redo(),
    original: () => app.playOriginal(),
    "zoom-in": () => wave.zoom(2),
    "zoom-out": () => wave.zoom(0.5),
    "zoom-fit": () => wave.zoom(1e-3),
    "save-wav": () => saving.wav(),
    "save-pads": () => saving.pads(),
    "save-project": () => saving.project(),
    "new-project": () => {
      const { recipe } = app.project;
      app.open({ ...emptyProject(), recipe }, false).catch((error) => app.refused(error));
    },
    link: () => void saving.link(),
    midi: () => connectMidi(app),
    help: showHelp,
    "try-now": () => app.client.hurry(),
  };
  for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
  // After a click Space plays again, whatever was clicked; who came by keys keeps the focus.
  addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("button");
    if (event.detail > 0 && button && !button.closest("dialog")) button.blur();
  });
}

/** @param {import("./app.js").App} app @param {import("./view.js").Parts} parts */
function listenToChoices(app, { wave }) {
  const on = (/** @type {string} */ id, /** @type {(input: any) => void} */ act) =>
    byId(id).addEventListener("change", (event) => act(event.target));
  on("spectrogram", ({ checked }) => wave.showSpectrogram(checked));
  on("continuous", ({ checked }) => (app.hand.continuous = checked));
  on("inverter", ({ value }) => void app.drums.invertWith(value));
  on("ranges", ({ value }) => app.change({ range: Number(value) }));
  on("categories", ({ value }) => void app.drums.choose(value));
}

function showHelp() {
  /** @type {HTMLDialogElement} */ (byId("help-text")).showModal();
}

/** @param {import("./app.js").App} app */
function connectMidi(app) {
  const play = (/** @type {any} */ { pad: n, semitones, velocity }) => {
    if (n >= 0) app.rack.hit(n, velocity);
    else app.play({ gain: velocity, semitones });
  };
  startMidi(PADS, play, (names) => {
    byId("midi").classList.toggle("on", names.length > 0);
    notice(names.length ? `MIDI: ${names.join(", ")}` : "MIDI is on; no device is connected.");
  }).catch((error) => notice(error.message || "MIDI was not allowed.", "bad"));
}

/**
 * The first pad that holds nothing, else the selected one.
 * @param {import("./app.js").App} app
 * @param {import("./view.js").Parts} parts
 */
function freePad(app, { kit }) {
  const free = app.project.pads.indexOf(null);
  return free < 0 ? kit.selected : free;
}
