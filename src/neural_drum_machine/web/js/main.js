/** The page: the state, the commands, the views and the input, put together. */

import { Output } from "./audio/output.js";
import { App } from "./commands/app.js";
import { Autosave } from "./commands/autosave.js";
import { Export } from "./commands/export.js";
import { Library } from "./commands/library.js";
import { startMeasuring } from "./commands/measures.js";
import { openFile } from "./commands/open-file.js";
import { startSession } from "./commands/session.js";
import { bindControls } from "./input/bindings.js";
import { startFiles } from "./input/file-drop.js";
import { categoryLabel, signed } from "./model/labels.js";
import { LOUDEST } from "./model/recipe.js";
import { reduce } from "./model/reducer.js";
import { initialState } from "./model/state.js";
import { Store } from "./model/store.js";
import { Client } from "./net/client.js";
import { startConnectionView } from "./views/connection.js";
import { byId } from "./views/dom.js";
import { download } from "./views/download.js";
import { DrumPadsView } from "./views/controls/drum-pads.js";
import { Knob } from "./views/controls/knob.js";
import { Menu } from "./views/controls/menu.js";
import { Meter } from "./views/controls/meter.js";
import { MorphView } from "./views/controls/morph.js";
import { ValueKnobs } from "./views/controls/value-knobs.js";
import { LibraryView } from "./views/library/library-view.js";
import { startNotices } from "./views/notice.js";
import { PageView } from "./views/page.js";
import { startTheme } from "./input/theme.js";
import { Waveform } from "./views/controls/waveform.js";
import { XYPad } from "./views/controls/xy-pad.js";

/** @param {number} value */
function wildWords(value) {
  const word = value < 0.5 ? "safe" : value < 1.25 ? "natural" : "wild";
  return `${word} ${value.toFixed(1)}`;
}

/** @param {number} value */
function blendWords(value) {
  const share = Math.round(100 * value);
  return share === 0 ? "mine" : share === 100 ? "model" : `${share} % model`;
}

const store = new Store(reduce, initialState());
const app = new App(store, new Client(`ws://${location.host}/ws`), new Output());
const autosave = new Autosave(app);
const library = new Library(app);
const parts = {
  xyPad: new XYPad(),
  waveform: new Waveform(),
  fine: new Knob(byId("fine"), { rest: 0, words: signed }),
  wild: new Knob(byId("wild"), { rest: 1, words: wildWords }),
  velocity: new Knob(byId("velocity"), { rest: LOUDEST, words: String }),
  blend: new Knob(byId("blend"), { rest: 0, words: blendWords }),
  values: new ValueKnobs({
    drag: (name, value) => app.wishes.drag(name, value),
    release: () => void app.gesture.release(),
    set: (name, value) => void app.wishes.set(name, value),
    lock: (name) => void app.wishes.toggleLock(name),
    refuse: (sentence) => app.notice(sentence, true),
  }),
  drumPads: new DrumPadsView({
    press: (n, velocity) => app.drumPads.press(n, velocity),
    select: (n) => app.drumPads.select(n),
    keep: (n) => void app.drumPads.keep(n),
    edit: (n) => void app.drumPads.edit(n),
    clear: (n) => app.drumPads.clear(n),
    mix: (n, mix, isStep) => app.drumPads.mix(n, mix, isStep),
  }),
  morph: new MorphView({
    keep: (slot) => void app.morph.keep(slot),
    edit: (slot) => void app.morph.edit(slot),
    drag: (t) => app.morph.drag(t),
    release: () => void app.gesture.release(),
  }),
  encodeAs: new Menu(byId("encode-as"), byId("encode-as-menu"), async (category) => {
    if (await app.encoder.encodeAs(category)) app.notice(`Turned into a ${categoryLabel(category)}.`);
  }),
  library: new LibraryView(app, library),
};
const view = new PageView(app, parts);
const meter = new Meter(app.output);
app.output.onstart = () => meter.wake();
startNotices(store);
startConnectionView(store);
startMeasuring(app);
startTheme(() => {
  view.repaint();
  parts.library.repaint();
});
bindControls(app, parts, new Export(app, autosave, download));
startFiles((file, drop) => void openFile(app, file, drop));
startSession(app, autosave);

/** For tests, benchmarks, and the browser's console. */
Object.assign(globalThis, { ndm: { app, library } });
