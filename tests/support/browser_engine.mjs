/**
 * The browser's engine in Node.js: node browser_engine.mjs WASM MODEL FACTS < requests
 *
 * A request a line, as JSON. Written are the answers: the length of each (32 bits, little-endian), then a binary message, or
 * an error as JSON.
 */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const ENGINE = new URL("../../src/neural_drum_machine/web/js/engine/", import.meta.url);
const { Answers } = await import(new URL("answers.js", ENGINE));
const { Latent } = await import(new URL("latent.js", ENGINE));
const { ModelFile, putInOrder } = await import(new URL("model-file.js", ENGINE));
const { Native } = await import(new URL("native.js", ENGINE));

const [wasm, model, told] = process.argv.slice(2).map((path) => readFileSync(path));
const facts = JSON.parse(told);
const file = new Uint8Array(gunzipSync(model));
putInOrder(file);
const { instance } = await WebAssembly.instantiate(wasm);
const native = new Native(instance, facts.hello.sr);
const at = native.room(file.length);
native.bytes(at, file.length).set(file);
native.open(at, file.length);
const answers = new Answers(facts, new Latent(new ModelFile(file), facts.scales), native);
for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = Buffer.from(answers.answer(asked));
  } catch (error) {
    answer = Buffer.from(JSON.stringify({ type: "error", id: asked.id, code: error.code ?? "internal", sentence: error.message }));
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(answer.length);
  process.stdout.write(Buffer.concat([length, answer]));
}
