/** The page: the work, what shows it, and the hands that do it, put together. */

import { App } from "./app.js";
import { accent } from "./color.js";
import { byId, named, signed } from "./dom.js";
import { startFiles } from "./files.js";
import { startHands } from "./hands.js";
import { Kit } from "./kit.js";
import { Knob } from "./knob.js";
import { Menu } from "./menu.js";
import { Meter } from "./meter.js";
import { MorphView } from "./morph.js";
import { notice } from "./notice.js";
import { Pad } from "./pad.js";
import { Saving } from "./saving.js";
import { startSession } from "./session.js";
import { Store } from "./store.js";
import { startTheme } from "./theme.js";
import { View } from "./view.js";
import { Waveform } from "./waveform.js";

/** @param {number} value */
function wildWords(value) {
  const word = value < 0.5 ? "safe" : value < 1.25 ? "natural" : "wild";
  return `${word} ${value.toFixed(1)}`;
}

const app = new App(`ws://${location.host}/ws`);
const parts = {
  pad: new Pad(),
  wave: new Waveform(),
  fine: new Knob(byId("fine"), { rest: 0, words: signed }),
  wild: new Knob(byId("wild"), { rest: 1, words: wildWords }),
  kit: new Kit({
    hit: (n, velocity) => app.rack.hit(n, velocity),
    keep: (n) => void app.rack.keep(n),
    edit: (n) => void app.rack.edit(n),
    clear: (n) => app.rack.clear(n),
    mix: (n, mix, step) => app.rack.mix(n, mix, step),
  }),
  morph: new MorphView({
    keep: (slot) => app.slots.keep(slot),
    hear: (slot) => void app.slots.hear(slot),
    drag: (t) => app.slots.morph(t),
    release: () => void app.hand.release(),
  }),
  hearAs: new Menu(byId("hear-as"), byId("hear-as-menu"), async (category) => {
    if (await app.hearing.as(category)) notice(`Heard as ${named(category)}.`);
  }),
};
const store = new Store(app);
const saving = new Saving(app, store);
const view = new View(app, parts);
const meter = new Meter(app.output);
app.output.onstart = () => meter.wake();
startHands(app, parts, saving);
startFiles((file, where) => void saving.take(file, where));
startTheme(() => view.repaint());
startSession(app, store, view);

/** For tests, and for whoever wants to look inside. */
Object.assign(globalThis, { ndm: { app, ...parts, accent } });

app.client.connect();
