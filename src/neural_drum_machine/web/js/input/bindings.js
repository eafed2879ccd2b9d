/** The controls of the page, bound to the commands. */

import { PADS, emptyProject } from "../model/project.js";
import { byId } from "../views/dom.js";
import { followLayout } from "./key-layout.js";
import { atRest } from "../views/controls/key-repeat.js";
import { startKeyboard } from "./keyboard.js";
import { startMidi } from "./midi.js";
import { startSingleKeys } from "./single-keys.js";

/** @import { App } from "../commands/app.js" */
/** @import { Export } from "../commands/export.js" */
/** @import { Hit } from "./midi.js" */
/** @import { Parts } from "../views/page.js" */

/** @param {App} app @param {Parts} parts @param {Export} files */
export function bindControls(app, parts, files) {
  bindGestures(app, parts);
  bindClicks(app, parts, files);
  bindChoices(app);
  startSingleKeys(app.store);
  followLayout((labels) => app.store.dispatch({ type: "keys-labelled", labels }));
  startKeyboard(
    {
      play: () => app.play(),
      random: () => void app.newSounds.random(),
      variation: () => void app.newSounds.variation(),
      take: () => void app.newSounds.nextTake(),
      keep: () => void app.drumPads.keepOnFree(),
      undo: () => app.undo(),
      redo: () => app.redo(),
      help: showHelp,
      library: () => void parts.library.open(),
    },
    (n, velocity) => app.drumPads.press(n, velocity),
    () => app.state.options.hasSingleKeys,
  );
  // Browsers play no sound before the first gesture.
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => app.output.wake());
}

/** @param {App} app @param {Parts} parts */
function bindGestures(app, { blend, fine, velocity, waveform, wild, xyPad }) {
  const { gesture } = app;
  const on = (
    /** @type {EventTarget} */ part,
    /** @type {(to: any) => void} */ drag,
    /** @type {() => unknown} */ release = () => gesture.release(),
  ) => {
    part.addEventListener("drag", (event) => drag(/** @type {CustomEvent} */ (event).detail));
    part.addEventListener("release", atRest(release));
  };
  on(xyPad, (to) => gesture.move(to));
  on(fine, (p3) => gesture.move({ p3 }));
  on(wild, (value) => gesture.setWild(value));
  on(blend, (value) => gesture.setBlend(value));
  on(velocity, (value) => gesture.setVelocity(value));
  on(waveform, (trim) => gesture.hold({ trim }), async () => {
    if (await gesture.release()) app.play();
  });
  waveform.addEventListener("play", () => app.play());
  const amount = /** @type {HTMLInputElement} */ (byId("amount"));
  amount.addEventListener("input", () => gesture.hold({ amount: Number(amount.value) }));
  amount.addEventListener("change", atRest(() => void gesture.release()));
}

/** @param {App} app @param {Parts} parts @param {Export} files */
function bindClicks(app, { library, waveform }, files) {
  /** @type {Record<string, () => void>} */
  const clicks = {
    play: () => app.play(),
    random: () => void app.newSounds.random(),
    variation: () => void app.newSounds.variation(),
    take: () => void app.newSounds.nextTake(),
    undo: () => app.undo(),
    redo: () => app.redo(),
    original: () => app.playOriginal(),
    "zoom-in": () => waveform.zoom(2),
    "zoom-out": () => waveform.zoom(0.5),
    "zoom-fit": () => waveform.zoom(0),
    "save-wav": () => files.wav(),
    "save-pads": () => files.zip(),
    "save-project": () => files.project(),
    "new-project": () => {
      const { recipe } = app.project;
      app.open({ ...emptyProject(), recipe }, false).catch((error) => app.report(error));
    },
    link: () => void files.link(),
    midi: () => connectMidi(app),
    help: showHelp,
    "open-library": () => void library.open(),
    "try-now": () => app.client.hurry(),
  };
  for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
  // After a click with a pointer Space plays again, whatever was clicked. With keys the focus stays.
  addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("button");
    if (event.detail > 0 && button && !button.closest("dialog")) button.blur();
  });
}

/** @param {App} app */
function bindChoices(app) {
  const on = (/** @type {string} */ id, /** @type {(input: HTMLInputElement) => void} */ act) =>
    byId(id).addEventListener("change", (event) => act(/** @type {HTMLInputElement} */ (event.target)));
  const set = (/** @type {Partial<App["state"]["options"]>} */ options) =>
    app.store.dispatch({ type: "option-set", options });
  on("spectrogram", ({ checked }) => set({ isSpectral: checked }));
  on("continuous", ({ checked }) => set({ isContinuous: checked }));
  on("inverter", ({ value }) => void app.newSounds.invertWith(value));
  on("ranges", ({ value }) => app.change({ range: Number(value) }));
  on("categories", ({ value }) => void app.newSounds.choose(value));
}

function showHelp() {
  /** @type {HTMLDialogElement} */ (byId("help-text")).showModal();
}

/** @param {App} app */
function connectMidi(app) {
  const play = (/** @type {Hit} */ { pad, semitones, velocity }) => {
    if (pad >= 0) app.drumPads.hit(pad, velocity);
    else app.play({ gain: velocity, semitones });
  };
  const changed = (/** @type {string[]} */ names) => {
    byId("midi").classList.toggle("on", names.length > 0);
    app.notice(names.length ? `MIDI: ${names.join(", ")}` : "MIDI is on, but no device is connected.");
  };
  startMidi(PADS, play, changed).catch((error) => app.notice(error.message || "MIDI is not allowed.", true));
}
