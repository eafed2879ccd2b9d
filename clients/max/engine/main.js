/**
 * The engine in the device, for Max's node.script: takes the messages of ndm_client.js and gives the answers that the server
 * gives (docs/protocol.md), without a server.
 *
 * Beside those answers: `/ndm/engine opening` when the script runs, `/ndm/engine failed SENTENCE` if it cannot play, and
 * `/ndm/kit ID NAME FOLDER`, followed by note, choke group, file and name of each voice; `of` in its request is a sound that one of
 * them is to have. `/ndm/open ID PATH` takes in a sample of the user's own as `/ndm/upload` does, and copies it into the user's
 * folder; beside the sound comes `/ndm/kept ID PATH COPY`. `/ndm/note ID SENTENCE` tells what of a sample is not as it was. When
 * the engine is open it says hello unasked.
 */

import { webcrypto } from "node:crypto";
import maxApi from "max-api";
import { Refused } from "../../../src/neural_drum_machine/web/js/engine/refusal.js";
import { Turns } from "../../../src/neural_drum_machine/web/js/engine/turns.js";
import { wavFile } from "../../../src/neural_drum_machine/web/js/formats/wav.js";
import { keepRecent } from "../../../src/neural_drum_machine/web/js/model/keep-recent.js";
import { recipeOf } from "../../../src/neural_drum_machine/web/js/model/recipe.js";
import { kitFiles } from "./kit-files.js";
import { REQUESTS, helloMessages, kitMessage, layersMessage, requestOf, soundMessage, valuesMessage } from "./messages.js";
import { opened } from "./opening.js";
import { OwnSamples } from "./own-samples.js";
import { SoundFiles } from "./sound-files.js";
import { layersFile, soundFrom } from "./sounds.js";
import { Uploads } from "./uploads.js";

/** @import { Asked } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { Recipe } from "../../../src/neural_drum_machine/web/js/model/recipe.js" */
/** @import { Message } from "./messages.js" */
/** @import { Opened } from "./opening.js" */

globalThis.crypto ??= /** @type {Crypto} */ (webcrypto); // Node before 19
/** Requests that bring a sample of the user's own, or need the encoder. */
const NEED_OWNS = new Set(["open", "upload", "encode"]);
const MOST_RECIPES = 64;
const turns = new Turns();
const samples = new OwnSamples(say);
const uploads = new Uploads((asked, whole) => add({ ...asked, samples: whole }), refuse);
/** What takes many steps: strokes and kits. They wait for sounds. @type {{asked: Asked, steps: Generator<void, Message>}[]} */
const long = [];
/** The last sounds by the ids of their requests. @type {Map<number, Recipe>} */
const recipes = new Map();
/** @type {Opened} */
let engine;
/** @type {SoundFiles} */
let files;
let [isAwake, isReading] = [false, false];

/** @param {Message} message */
function say(message) {
  void maxApi.outlet(...message);
}

/** @param {number} id @param {unknown} error */
function refuse(id, error) {
  const code = error instanceof Refused ? error.code : /** @type {any} */ (error)?.syscall ? "disk" : "internal";
  say(["/ndm/error", id, code, error instanceof Error ? error.message : String(error)]);
}

/** @param {string} type @param {Message} values */
function take(type, values) {
  const id = typeof values[0] === "number" ? values[0] : -1;
  try {
    const asked = requestOf(type, values);
    if (type === "layers") later(asked, layersOf(asked));
    else if (type === "kit") later(asked, kitOf(asked));
    else if (type === "upload") {
      const replaced = uploads.begin(asked);
      if (replaced) superseded(replaced.id, id);
    } else add(asked);
    wake();
  } catch (error) {
    refuse(id, error);
  }
}

/** @param {Asked} asked */
function add(asked) {
  const replaced = turns.add(asked);
  if (replaced) superseded(replaced.id, asked.id);
  wake();
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
  const put = recipes.get(asked.of) ?? null;
  if (asked.of !== undefined && !put) throw new Refused("unknown-sound", `no sound of request ${asked.of} is remembered; the last ${MOST_RECIPES} are`);
  const { name, folder, sounds } = yield* kitFiles(engine, asked, put, samples);
  return kitMessage(asked.id, name, folder, sounds);
}

/** Answer a request, or take a step of a long one; then look at what has come. */
function work() {
  isAwake = false;
  if (!engine || isReading) return;
  const asked = turns.next();
  const [step] = long;
  try {
    if (asked && NEED_OWNS.has(asked.type)) void answerOwn(asked);
    else if (asked) answer(asked);
    else if (step) {
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

/** @param {Asked} asked */
function answer(asked) {
  const data = engine.answers.answer(asked);
  if (asked.type === "describe") return say(valuesMessage(JSON.parse(String(data))));
  const { header, channels, comment } = soundFrom(data, engine.facts.hello.hash);
  samples.keep(header);
  const file = wavFile(channels, header.sr, comment, samples.formsOf(header.exemplars ?? []));
  keepRecent(recipes, header.id, recipeOf(header), MOST_RECIPES);
  say(soundMessage(header, files.write(file)));
}

/** Answer what needs a file or the encoder. Pings are answered meanwhile, sounds wait. @param {Asked} asked */
async function answerOwn(asked) {
  isReading = true;
  try {
    const whole = await samples.read(asked);
    await engine.owns.prepare(whole);
    await new Promise((resolve) => void setImmediate(resolve)); // both take their time: a ping may come in
    answer(whole);
  } catch (error) {
    refuse(asked.id, error);
  }
  isReading = false;
  wake();
}

function wake() {
  if (isAwake) return;
  isAwake = true;
  setImmediate(work);
}

function hello() {
  if (engine) helloMessages(engine.facts.hello).forEach(say);
}

/** @param {unknown} error */
function fail(error) {
  say(["/ndm/engine", "failed", error instanceof Error ? error.message : String(error)]);
}

/** A part of an upload. @param {(string|number)[]} values and the port for answers, which is of the server */
function part([id, offset, ...rest]) {
  const end = rest.indexOf("reply");
  try {
    uploads.part(Number(id), Number(offset), (end < 0 ? rest : rest.slice(0, end)).map(Number));
  } catch (error) {
    refuse(Number(id), error);
  }
}

for (const type of REQUESTS) maxApi.addHandler(`/ndm/${type}`, (...values) => take(type, values));
maxApi.addHandler("/ndm/samples", (...values) => part(values));
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
