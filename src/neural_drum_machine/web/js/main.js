/** The page: the state, the commands, the views and the input, put together. */

import { Output } from "./audio/output.js";
import { App } from "./commands/app.js";
import { Autosave } from "./commands/autosave.js";
import { Export } from "./commands/export.js";
import { Library } from "./commands/library.js";
import { startMeasuring } from "./commands/measures.js";
import { MidiCommands } from "./commands/midi.js";
import { openFiles } from "./commands/open-file.js";
import { openLink, startSession } from "./commands/session.js";
import { AXIS_ENDING } from "./formats/axis-file.js";
import { linkIn } from "./formats/link.js";
import { bindControls } from "./input/bindings.js";
import { startFiles } from "./input/file-drop.js";
import { signed, withArticle } from "./model/labels.js";
import { LOUDEST } from "./model/recipe.js";
import { reduce } from "./model/reducer.js";
import { initialState } from "./model/state.js";
import { Store } from "./model/store.js";
import { Client } from "./net/client.js";
import { openWay } from "./net/way.js";
import { BeatView } from "./views/beat/beat-view.js";
import { startConnectionView } from "./views/connection.js";
import { byId } from "./views/dom.js";
import { download } from "./views/download.js";
import { AxesView } from "./views/axes-view.js";
import { AxisKnobs } from "./views/controls/axis-knobs.js";
import { DrumPadsView } from "./views/controls/drum-pads.js";
import { Knob } from "./views/controls/knob.js";
import { Menu } from "./views/controls/menu.js";
import { Meter } from "./views/controls/meter.js";
import { MorphView } from "./views/controls/morph.js";
import { ValueKnobs } from "./views/controls/value-knobs.js";
import { MixSheet } from "./views/drum/mix-sheet.js";
import { startSheets } from "./views/drum/sheets.js";
import { Shelf } from "./views/drum/shelf.js";
import { ExportView } from "./views/export-view.js";
import { startNotices } from "./views/notice.js";
import { PageView } from "./views/page.js";
import { startTheme } from "./input/theme.js";
import { Waveform } from "./views/controls/waveform.js";
import { XYPad } from "./views/controls/xy-pad.js";

/** @param {number} value */
function surpriseWords(value) {
  return value < 0.5 ? "tame" : value < 1.25 ? "natural" : "wild";
}

/** @param {number} value */
function blendWords(value) {
  const share = Math.round(100 * value);
  return share === 0 ? "mine" : share === 100 ? "model" : `${share} % model`;
}

/** @param {number} value */
function percent(value) {
  return `${Math.round(100 * value)} %`;
}

/** The Library view is loaded when it is first opened. @type {import("./views/library/library-view.js").LibraryView|null} */
let libraryView = null;

const store = new Store(reduce, initialState());
const app = new App(store, new Client(openWay), new Output());
const autosave = new Autosave(app);
const library = new Library(app);
const midi = new MidiCommands(app);
const files = new Export(app, autosave, download);
const parts = {
  xyPad: new XYPad(),
  waveform: new Waveform(),
  fine: new Knob(byId("fine"), { rest: 0, words: signed }),
  wild: new Knob(byId("wild"), { rest: 1, words: surpriseWords }),
  amount: new Knob(byId("amount"), { rest: 0.35, words: percent }),
  velocity: new Knob(byId("velocity"), { rest: LOUDEST, words: String }),
  blend: new Knob(byId("blend"), { rest: 0, words: blendWords }),
  values: new ValueKnobs({
    drag: (name, value) => app.wishes.drag(name, value),
    release: () => void app.gesture.release(),
    set: (name, value) => void app.wishes.set(name, value),
    lock: (name) => void app.wishes.toggleLock(name),
    refuse: (sentence) => app.notice(sentence, true),
  }),
  axisKnobs: new AxisKnobs({
    drag: (axis, amount) => app.axes.drag(axis, amount),
    release: () => void app.gesture.release(),
  }),
  drumPads: new DrumPadsView({
    press: (n, velocity) => app.drumPads.press(n, velocity),
    select: (n) => app.drumPads.select(n),
    clear: (n) => app.drumPads.clear(n),
    carry: (n, transfer) => carryOut(n, transfer),
  }, () => app.output.meters),
  morph: new MorphView({
    keep: (slot) => void app.morph.keep(slot),
    edit: (slot) => void app.morph.edit(slot),
    drag: (t) => app.morph.drag(t),
    release: () => void app.gesture.release(),
  }),
  category: new Menu(byId("category"), byId("category-menu"), (category) => void app.newSounds.choose(category)),
  encodeAs: new Menu(byId("encode-as"), byId("encode-as-menu"), async (category) => {
    const { dropped } = app.encoder.kept(category);
    const label = withArticle(category);
    const lost = dropped.length ? ` You asked for ${dropped.join(" and ")}: ${label} has no such value, so that is dropped.` : "";
    if (await app.encoder.encodeAs(category)) app.notice(`Turned into ${label}.${lost}`);
  }),
  library: { open: openLibrary },
  beat: new BeatView(app),
  mix: new MixSheet({
    mix: (values, isStep) => app.drumPads.mix(app.project.selected, values, isStep),
    set: (values) => app.drumPads.set(app.project.selected, values),
  }),
  shelf: new Shelf(app),
  exporter: new ExportView(app, files, download),
};
startSheets();
const view = new PageView(app, parts);
const meter = new Meter(app.output, (now) => parts.drumPads.meter(now));
app.output.onstart = () => meter.wake();
startNotices(store);
startConnectionView(store);
startMeasuring(app);
app.drumPads.start();
app.layers.start();
app.maps.start();
startTheme(() => {
  view.repaint();
  libraryView?.repaint();
});
bindControls(app, parts, files, midi);
const axesView = new AxesView(app, download);
startFiles((dropped, drop) => {
  const isExample = axesView.isOpen && !dropped[0].name.endsWith(AXIS_ENDING);
  void (isExample ? axesView.add(dropped) : openFiles(app, dropped, drop));
});
addEventListener("paste", ({ clipboardData, target }) => {
  const hash = linkIn(clipboardData?.getData("text") ?? "");
  if (hash && !(/** @type {HTMLElement} */ (target).matches?.("input, textarea"))) void openLink(app, autosave, hash);
});
startSession(app, autosave);

async function openLibrary() {
  const { LibraryView } = await import("./views/library/library-view.js");
  libraryView ??= new LibraryView(app, library);
  await libraryView.open();
}

/** Have a pad dragged out as a WAV file, where the browser allows it. @param {number} n @param {DataTransfer} transfer */
function carryOut(n, transfer) {
  const file = files.file(n);
  if (!file) return false;
  const url = URL.createObjectURL(new Blob([file.data], { type: "audio/wav" }));
  transfer.setData("DownloadURL", `audio/wav:${file.name}:${url}`);
  transfer.effectAllowed = "copy";
  setTimeout(() => URL.revokeObjectURL(url), 120_000);
  return true;
}

/** For tests, benchmarks, and the browser's console. */
Object.assign(globalThis, { ndm: { app, library, midi } });
