/**
 * The engine in the device, for Max's node.script: takes the messages of ndm_client.js and gives the answers that the server
 * gives (docs/protocol.md), without a server. What the engine lacks is refused by a sentence that names the server.
 *
 * Beside those answers: `/ndm/engine opening` when the script runs, `/ndm/engine failed SENTENCE` if it cannot play, and
 * `/ndm/kit ID NAME FOLDER`, followed by note, choke group, file and name of each voice. `/ndm/keep ID PATH` copies a dropped
 * sample into the user's folder; the answer is `/ndm/kept ID PATH COPY`. When the engine is open it says hello unasked.
 */

import { webcrypto } from "node:crypto";
import maxApi from "max-api";
import { Refused, Unsupported } from "../../../src/neural_drum_machine/web/js/engine/refusal.js";
import { Turns } from "../../../src/neural_drum_machine/web/js/engine/turns.js";
import { kept } from "./kept-samples.js";
import { kitFiles } from "./kit-files.js";
import { REQUESTS, helloMessages, kitMessage, layersMessage, requestOf, soundMessage, valuesMessage } from "./messages.js";
import { opened } from "./opening.js";
import { SoundFiles } from "./sound-files.js";
import { layersFile, soundFile } from "./sounds.js";

/** @import { Asked } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { Message } from "./messages.js" */
/** @import { Opened } from "./opening.js" */

globalThis.crypto ??= /** @type {Crypto} */ (webcrypto); // Node before 19
const SERVER = "needs the server: start it with make play";
const turns = new Turns();
/** What takes many steps: strokes and kits. They wait for sounds. @type {{asked: Asked, steps: Generator<void, Message>}[]} */
const long = [];
/** @type {Opened} */
let engine;
/** @type {SoundFiles} */
let files;
let isAwake = false;

/** @param {Message} message */
function say(message) {
  void maxApi.outlet(...message);
}

/** @param {number} id @param {unknown} error */
function refuse(id, error) {
  const code = error instanceof Refused ? error.code : /** @type {any} */ (error)?.syscall ? "disk" : "internal";
  const sentence = error instanceof Unsupported ? `${error.what} ${SERVER}` : error instanceof Error ? error.message : String(error);
  say(["/ndm/error", id, code, sentence]);
}

/** @param {string} type @param {Message} values */
function take(type, values) {
  const id = typeof values[0] === "number" ? values[0] : -1;
  try {
    const asked = requestOf(type, values);
    if (type === "layers") later(asked, layersOf(asked));
    else if (type === "kit") later(asked, kitOf(asked));
    else {
      const replaced = turns.add(asked);
      if (replaced) superseded(replaced.id, asked.id);
    }
    wake();
  } catch (error) {
    refuse(id, error);
  }
}

/** Let a request wait that takes many steps. It replaces one of its kind. @param {Asked} asked @param {Generator<void, Message>} steps */
function later(asked, steps) {
  const place = long.findIndex((each) => each.asked.type === asked.type);
  if (place >= 0) superseded(long.splice(place, 1)[0].asked.id, asked.id);
  long.push({ asked, steps });
}

/** @param {number} id @param {number} by */
function superseded(id, by) {
  say(["/ndm/superseded", id, by]);
}

/** @param {Asked} asked @returns {Generator<void, Message>} */
function* layersOf(asked) {
  const { header, file } = layersFile(yield* engine.answers.layers(asked));
  return layersMessage(header, files.write(file));
}

/** @param {Asked} asked @returns {Generator<void, Message>} */
function* kitOf(asked) {
  const { name, folder, sounds } = yield* kitFiles(engine, asked);
  return kitMessage(asked.id, name, folder, sounds);
}

/** Answer a request, or take a step of a long one; then look at what has come. */
function work() {
  isAwake = false;
  if (!engine) return;
  const asked = turns.next();
  const [step] = long;
  try {
    if (asked) {
      const answer = engine.answers.answer(asked);
      if (asked.type === "describe") say(valuesMessage(JSON.parse(String(answer))));
      else {
        const { header, file } = soundFile(answer, engine.facts.hello.hash);
        say(soundMessage(header, files.write(file)));
      }
    } else if (step) {
      const { done, value } = step.steps.next();
      if (done) {
        long.shift();
        say(value);
      }
    } else return;
  } catch (error) {
    if (!asked) long.shift();
    refuse((asked ?? step.asked).id, error);
  }
  wake();
}

function wake() {
  if (isAwake) return;
  isAwake = true;
  setImmediate(work);
}

/** @param {number} id @param {string} path */
function keep(id, path) {
  try {
    say(["/ndm/kept", id, path, kept(path)]);
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    say(["/ndm/error", id, "disk", `the sample is not copied (${why}): the set needs it where it is`]);
  }
}

function hello() {
  if (engine) helloMessages(engine.facts.hello).forEach(say);
}

/** @param {unknown} error */
function fail(error) {
  say(["/ndm/engine", "failed", error instanceof Error ? error.message : String(error)]);
}

for (const type of REQUESTS) maxApi.addHandler(`/ndm/${type}`, (...values) => take(type, values));
maxApi.addHandler("/ndm/keep", (id, path) => keep(Number(id), String(path)));
maxApi.addHandler("/ndm/samples", () => {}); // the parts of an upload, which was refused
maxApi.addHandler("/ndm/hello", hello);
maxApi.addHandler("/ndm/ping", (n) => say(["/ndm/pong", n]));
process.on("uncaughtException", fail);
process.on("exit", () => files?.close());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit());

say(["/ndm/engine", "opening"]);
try {
  files = new SoundFiles();
  opened(__filename).then((open) => {
    engine = open;
    hello();
    wake();
  }).catch(fail);
} catch (error) {
  fail(error);
}
