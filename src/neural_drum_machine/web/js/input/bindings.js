/** The controls of the page, bound to the commands. */

import { emptyProject } from "../model/project.js";
import { atRest } from "../views/controls/key-repeat.js";
import { byId } from "../views/dom.js";
import { startActions } from "../views/controls/actions.js";
import { LETTERS } from "../model/beat.js";
import { followLayout } from "./key-layout.js";
import { startKeyboard } from "./keyboard.js";
import { startMidi } from "./midi.js";
import { startSingleKeys } from "./single-keys.js";

/** @import { App } from "../commands/app.js" */
/** @import { Export } from "../commands/export.js" */
/** @import { MidiCommands } from "../commands/midi.js" */
/** @import { Parts } from "../views/page.js" */

/** Styles of a new kit, as people read them. @type {Record<string, string>} */
const KIT_STYLES = { tight: "Tight", dark: "Dark", bright: "Bright", room: "Room", soft: "Soft" };

/** @param {App} app @param {Parts} parts @param {Export} files @param {MidiCommands} midi */
export function bindControls(app, parts, files, midi) {
  bindGestures(app, parts);
  bindClicks(app, parts, files, midi);
  bindMenus(app, parts, midi);
  bindChoices(app, midi);
  startSingleKeys(app.store);
  followLayout((labels) => app.store.dispatch({ type: "keys-labelled", labels }));
  startKeyboard(
    {
      run: () => app.beat.toggle(),
      play: () => app.play(),
      random: () => void app.newSounds.random(),
      variation: () => void app.newSounds.variation(),
      take: () => void app.newSounds.nextTake(),
      eight: () => parts.shelf.fill(false),
      tap: () => app.beat.tap(),
      record: () => app.beat.toggleRecording(),
      mute: () => app.beat.toggleMute(app.project.selected),
      undo: () => app.undo(),
      redo: () => app.redo(),
      help: () => openDialog("help-text"),
      library: () => void parts.library.open(),
    },
    (n, velocity) => app.drumPads.strike(n, velocity),
    (n) => app.beat.show(n),
    () => app.state.options.hasSingleKeys,
  );
  // Browsers play no sound before the first gesture.
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => app.output.wake());
}

/** @param {App} app @param {Parts} parts */
function bindGestures(app, { amount, blend, fine, velocity, waveform, wild, xyPad }) {
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
  on(amount, (value) => gesture.hold({ amount: value }));
  on(blend, (value) => gesture.setBlend(value));
  on(velocity, (value) => gesture.setVelocity(value));
  on(waveform, (trim) => gesture.hold({ trim }), async () => {
    if (await gesture.release()) app.play();
  });
  waveform.addEventListener("play", () => app.play());
}

/** @param {App} app @param {Parts} parts @param {Export} files @param {MidiCommands} midi */
function bindClicks(app, parts, files, midi) {
  const { library, waveform } = parts;
  const zoom = (/** @type {1|-1} */ way) => {
    const ranges = app.state.hello?.ranges ?? [];
    const { range } = app.project;
    const next = way > 0 ? ranges.find((each) => each > range) : ranges.findLast((each) => each < range);
    if (next) app.change({ range: next }, false);
  };
  /** @type {Record<string, () => void>} */
  const clicks = {
    play: () => app.play(),
    random: () => void app.newSounds.random(),
    variation: () => void app.newSounds.variation(),
    take: () => void app.newSounds.nextTake(),
    undo: () => app.undo(),
    redo: () => app.redo(),
    original: () => app.playOriginal(),
    "map-in": () => zoom(-1),
    "map-out": () => zoom(1),
    "map-center": () => app.change({ center: (app.project.recipe?.p ?? [0, 0]).slice(0, 2) }, false),
    "zoom-in": () => waveform.zoom(2),
    "zoom-out": () => waveform.zoom(0.5),
    "vary-kit": () => void app.kit.vary(Math.max(0.1, app.project.amount)),
    swap: () => void app.kit.swap(),
    export: () => parts.exporter.open(),
    settings: () => openDialog("settings-dialog"),
    help: () => openDialog("help-text"),
    link: () => void files.link(),
    midi: () => void connectMidi(app, midi),
    "midi-learn": () => void learnController(app, midi),
    "open-library": () => void library.open(),
    "try-now": () => app.client.hurry(),
    spectrogram: () => app.store.dispatch({ type: "option-set", options: { isSpectral: !app.state.options.isSpectral } }),
  };
  for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
  // After a click with a pointer Space starts the beat again, whatever was clicked. With keys the focus stays.
  addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("button");
    if (event.detail > 0 && button && !button.closest("dialog, .tray, .menu-box")) button.blur();
  });
  for (const tab of document.querySelectorAll("nav.tabs button")) {
    tab.addEventListener("click", () => showTab(/** @type {HTMLElement} */ (tab).dataset.tab ?? "drum"));
  }
}

/** Show a part of the page on a narrow screen. @param {string} name */
function showTab(name) {
  /** @type {HTMLElement} */ (document.querySelector("main")).dataset.tab = name;
  for (const each of document.querySelectorAll("nav.tabs button")) {
    if (/** @type {HTMLElement} */ (each).dataset.tab === name) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
  dispatchEvent(new Event("resize"));
}

/** @param {App} app @param {Parts} parts @param {MidiCommands} midi */
function bindMenus(app, { shelf }, midi) {
  startActions("eight", "eight-menu", () => [
    { words: "8 new drums", act: () => shelf.fill(false) },
    { words: "8 like this one", act: () => shelf.fill(true) },
  ]);
  startActions("beats", "beats-menu", () => app.kit.grooves.map((groove) => ({ words: grooveName(groove.name), act: () => app.beat.open(groove) })));
  startActions("new-kit", "new-kit-menu", () => [
    { words: "Any style", act: () => void app.kit.draw() },
    ...app.kit.styles.map((style) => ({ words: KIT_STYLES[style] ?? style, act: () => void app.kit.draw(style) })),
  ]);
  startActions("pad-menu-button", "pad-menu", () => {
    const { pads, selected } = app.project;
    const name = pads[selected]?.name ?? "";
    return [
      ...(name ? [{ words: `Empty this pad (${name})`, act: () => app.drumPads.clear(selected) }] : []),
      ...pads.flatMap((pad, n) => (!pad && name ? [{ words: `Copy to pad ${n + 1}`, act: () => void app.drumPads.keep(n) }] : [])).slice(0, 1),
      ...(name ? [{ words: pads[selected]?.locked ? "Unlock: new kits may change it" : "Lock: new kits keep it", act: () => app.drumPads.set(selected, { locked: !pads[selected]?.locked }) }] : []),
      { words: "Learn its MIDI note", act: () => learnNote(app, midi) },
    ];
  });
  startActions("pattern-menu-button", "pattern-menu", () => {
    const { shown } = app.project.beat;
    return [
      ...LETTERS.flatMap((letter, n) => (n === shown ? [] : [{ words: `Copy ${LETTERS[shown]} to ${letter}`, act: () => app.beat.copyTo(n) }])),
      { words: `Empty pattern ${LETTERS[shown]}`, act: () => app.beat.clear() },
      { words: "Empty the selected pad's steps", act: () => app.beat.clear(app.project.selected) },
    ];
  });
  startActions("file", "file-menu", () => [
    { words: "Open a project, kit, beat or MIDI file …", act: () => byId("project-file").click() },
    { words: "Open samples …", act: () => byId("sound-file").click() },
    { words: "New project", act: () => newProject(app) },
  ]);
}

/** Names of our beats, as people write them. @type {Record<string, string>} */
const GROOVES = { hiphop: "Hip-hop", drumandbass: "Drum and bass" };

/** @param {string} name */
function grooveName(name) {
  return GROOVES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** @param {App} app */
function newProject(app) {
  const { beat, center, pads, range, selected } = emptyProject();
  app.store.dispatch({ type: "project-opened", project: { ...app.project, a: null, b: null, axes: [], beat, center, kitName: "My kit", locks: {}, pads, range, recipe: null, selected, trim: emptyProject().trim }, isStep: true });
  void app.catchUp(false);
  app.notice("A new project: every pad is empty. New kit fills them; undo brings the last project back.");
}

/** @param {App} app @param {MidiCommands} midi */
function bindChoices(app, midi) {
  const on = (/** @type {string} */ id, /** @type {(input: HTMLInputElement) => void} */ act) =>
    byId(id).addEventListener("change", (event) => act(/** @type {HTMLInputElement} */ (event.target)));
  const set = (/** @type {Partial<App["state"]["options"]>} */ options) =>
    app.store.dispatch({ type: "option-set", options });
  on("continuous", ({ checked }) => set({ isContinuous: checked }));
  on("quantise", ({ checked }) => set({ isQuantised: checked }));
  on("midi-clock", ({ checked }) => {
    midi.isSending = checked;
    if (checked) void connectMidi(app, midi);
  });
  on("inverter", ({ value }) => void app.newSounds.invertWith(value));
}

/** @param {string} id */
function openDialog(id) {
  /** @type {HTMLDialogElement} */ (byId(id)).showModal();
}

/** @param {App} app @param {MidiCommands} midi */
async function connectMidi(app, midi) {
  try {
    await startMidi((message, time) => midi.take(message, time), (names, outs) => {
      midi.connect(outs);
      byId("midi-names").textContent = names.length ? names.join(", ") : "on, but no device is connected";
    });
  } catch (error) {
    byId("midi-names").textContent = /** @type {Error} */ (error).message || "MIDI is not allowed.";
    app.notice(/** @type {Error} */ (error).message || "MIDI is not allowed.", true);
  }
}

/** @param {App} app @param {MidiCommands} midi */
async function learnController(app, midi) {
  const { selectedOptions, value } = /** @type {HTMLSelectElement} */ (byId("midi-knob"));
  await connectMidi(app, midi);
  midi.lesson = { type: "knob", name: value };
  app.notice(`Turn the controller for ${selectedOptions[0].textContent}.`);
}

/** @param {App} app @param {MidiCommands} midi */
function learnNote(app, midi) {
  void connectMidi(app, midi);
  midi.lesson = { type: "pad" };
  app.notice("Play the note that this pad is to have.");
}
