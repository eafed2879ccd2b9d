/** The worker of a page without a server: takes the messages of docs/protocol-web.md and answers them. */

import { Answers } from "./answers.js";
import { Latent } from "./latent.js";
import { message } from "./message.js";
import { ModelFile, putInOrder } from "./model-file.js";
import { Native } from "./native.js";
import { Ready } from "./ready.js";
import { Refused, unsupported } from "./refusal.js";
import { Turns } from "./turns.js";

/** @import { Asked, Facts } from "./answers.js" */
/** @import { Given, OwnSounds } from "./own/own-sounds.js" */

const scope = /** @type {{onmessage: ((event: MessageEvent) => void)|null, postMessage: (data: unknown, transfer?: Transferable[]) => void}} */ (/** @type {unknown} */ (globalThis));
const DATA = new URL("../../data/", import.meta.url);
/** Requests that bring a sample of the user's own, or need the encoder. */
const NEED_OWNS = new Set(["upload", "own", "encode"]);
const turns = new Turns();
const began = performance.now();
/** @type {Answers|null} */
let answers = null;
/** @type {Facts} */
let facts;
/** @type {Ready|null} */
let lying = null;
/** What was answered with them. @type {Asked[]} */
const early = [];
/** @type {Promise<{style: string, kit: object}[]>|null} */
let readyKits = null;
/** @type {object|null} */
let lastKit = null;
/** What own sounds need of the engine. @type {Given} */
let given;
/** They are loaded with the first one. @type {Promise<OwnSounds>|null} */
let owns = null;
let isAwake = false;
const counts = { received: 0, answered: 0, superseded: 0, errors: 0 };
/** What wakes the worker after the messages that wait already. */
const bell = new MessageChannel();
bell.port1.onmessage = () => void work();

/** @param {object} reply */
function reply(reply) {
  scope.postMessage(JSON.stringify(reply));
}

/** @param {number} id @param {unknown} error */
function refuse(id, error) {
  counts.errors += 1;
  const code = error instanceof Refused ? error.code : "internal";
  reply({ type: "error", id, code, sentence: error instanceof Error ? error.message : String(error) });
}

/** A message; one with a sample of the user's own comes as the page has read it. @param {string|Uint8Array|{asked: Asked, audio: object}} data @returns {Asked} */
function read(data) {
  if (typeof data === "string") return JSON.parse(data);
  if ("asked" in data) return { ...data.asked, audio: data.audio };
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  return JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
}

/** Answer what needs no model; returns whether it was that. @param {Asked} asked */
function answeredAtOnce(asked) {
  const { type, id } = asked;
  if (type === "hello") reply(facts.hello);
  else if (type === "ping") reply({ type: "pong", n: asked.n });
  else if (type === "status") {
    const seconds = (performance.now() - began) / 1000;
    reply({ type: "status", seconds, ...counts, bad: 0, late: 0, waiting: 0, clients: 1, p50: 0, p95: 0 });
  } else if (type === "styles") reply({ type: "styles", id, ...facts.styles });
  else if (type === "library") {
    const sentence = "The library of your samples needs the program on your computer.";
    reply({ type: "library", id, sounds: 0, categories: {}, layout: "values", version: 0, sentence, command: "pip install neural-drum-machine && ndm play" });
  } else if (type.startsWith("library_")) refuse(id, new Refused("library", "this page has no library; it needs the program on your computer: ndm play"));
  else if (type === "pad_map") {
    const place = facts.hello.categories.indexOf(asked.category);
    if (place < 0) refuse(id, new Refused("unknown-category", `no category '${asked.category}'`));
    else reply({ type: "pad_map", id, category: asked.category, ...facts.maps[place] });
  } else if (type === "cancel") {
    const found = turns.withdraw(asked.of);
    if (found) refuse(found.id, new Refused("cancelled", "the request was cancelled"));
    reply({ type: "cancel", id, of: asked.of, found: found !== null });
  } else return false;
  return true;
}

/** Answer with a sound that lies ready, before the model has come. @param {Asked} asked @returns {Promise<boolean>} */
async function answeredEarly(asked) {
  const found = answers ? null : lying?.find(asked);
  if (!lying || !found) return false;
  const pcm = await lying.samples(found.file);
  const channels = asked.channels ?? 1;
  const samples = Int16Array.from({ length: pcm.length * channels }, (_, i) => pcm[Math.floor(i / channels)]);
  const ms = performance.now() - began;
  const data = message({ ...found.header, id: asked.id, ms, ...(channels > 1 ? { channels } : {}) }, [samples]);
  counts.answered += 1;
  // The model may have come meanwhile.
  if (answers) /** @type {Answers} */ (answers).remember(asked);
  else early.push(asked);
  scope.postMessage(data, [data]);
  return true;
}

/** Answer with a kit that lies ready. @param {Asked} asked */
async function answerKit({ id, style, like }) {
  if (like !== undefined) throw unsupported("A kit that is like a sound");
  readyKits ??= fetched("kits.json").then((each) => each.json());
  const kits = await /** @type {Promise<{style: string, kit: object}[]>} */ (readyKits);
  const suiting = kits.filter((each) => style === undefined || each.style === style);
  if (!suiting.length) throw new Refused("out-of-range", `there is no style '${style}'; styles are ${[...new Set(kits.map((each) => each.style))].join(", ")}`);
  const others = suiting.filter(({ kit }) => kit !== lastKit);
  const { kit } = (others.length ? others : suiting)[Math.floor(Math.random() * (others.length || suiting.length))];
  lastKit = kit;
  counts.answered += 1;
  reply({ type: "kit", id, kit });
}

async function work() {
  isAwake = false;
  const asked = turns.next();
  if (!asked) return;
  try {
    if (asked.type === "kit") await answerKit(asked);
    else if (!(await answeredEarly(asked))) {
      const engine = answers ?? (await model);
      if (NEED_OWNS.has(asked.type)) await prepareOwns(engine, asked);
      const data = engine.answer(asked);
      counts.answered += 1;
      scope.postMessage(data, typeof data === "string" ? [] : [data]);
    }
  } catch (error) {
    refuse(asked.id, error);
  }
  wake();
}

/** @param {Answers} engine @param {Asked} asked */
async function prepareOwns(engine, asked) {
  owns ??= import("./own/own-sounds.js").then((each) => new each.OwnSounds(given));
  engine.owns = await owns;
  await engine.owns.prepare(asked);
}

function wake() {
  if (isAwake) return;
  isAwake = true;
  bell.port2.postMessage(null);
}

/** @param {string} name */
async function fetched(name) {
  const response = await fetch(new URL(name, DATA));
  if (!response.ok) throw new Error(`${name} of this page cannot be loaded (${response.status}); reload the page`);
  return response;
}

/** The parts of a file that is packed, as they come. @param {Promise<Response>} sent @returns {AsyncGenerator<Uint8Array>} */
async function* unpacked(sent) {
  const parts = /** @type {ReadableStream<BufferSource>} */ ((await sent).body).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let part = await parts.read(); !part.done; part = await parts.read()) yield part.value;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new Error(`a file of this page came damaged (${why}); reload the page`, { cause: error });
  }
}

async function loadModel() {
  const sent = fetched("model.bin");
  const module = fetched("engine.wasm").then((response) => response.arrayBuffer()).then((bytes) => WebAssembly.compile(bytes));
  const told = await ready;
  const native = new Native(await WebAssembly.instantiate(await module), told.hello.sr);
  const length = told.model_bytes;
  const at = native.room(length);
  let filled = 0;
  for await (const part of unpacked(sent)) {
    if (filled + part.length > length) throw new Error("the model of this page is of another version; reload the page");
    native.bytes(at + filled, part.length).set(part);
    filled += part.length;
  }
  const file = native.bytes(at, length);
  putInOrder(file);
  const model = new ModelFile(file);
  const latent = new Latent(model, told.scales);
  const shaper = native.open(at, length);
  given = { native, latent, header: model.header, length, unpack: (name) => unpacked(fetched(name)) };
  answers = new Answers(told, latent, native, shaper);
  for (const asked of early) answers.remember(asked);
  scope.postMessage(true);
  return answers;
}

/** @type {Promise<Facts>} */
const ready = fetched("facts.json").then((response) => response.json());
ready.then(
  (told) => {
    facts = told;
    lying = new Ready(told.ready, fetched);
    scope.postMessage(null);
  },
  (error) => setTimeout(() => { throw error; }), // the page hears it as an error of the worker
);
const model = loadModel();
model.catch(() => {}); // each request that needs it says so

scope.onmessage = ({ data }) => {
  counts.received += 1;
  const asked = read(data);
  if (answeredAtOnce(asked)) return;
  const replaced = turns.add(asked);
  if (replaced) {
    counts.superseded += 1;
    reply({ type: "superseded", id: replaced.id, by: asked.id });
  }
  wake();
};
