/** Opens the engine of the page without a server, from files that the script holds. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Answers } from "../../../src/neural_drum_machine/web/js/engine/answers.js";
import { Latent } from "../../../src/neural_drum_machine/web/js/engine/latent.js";
import { ModelFile, putInOrder } from "../../../src/neural_drum_machine/web/js/engine/model-file.js";
import { Native } from "../../../src/neural_drum_machine/web/js/engine/native.js";

/** @import { Facts } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { KitFile } from "../../../src/neural_drum_machine/web/js/engine/kits.js" */

/** @typedef {{facts: Facts, answers: Answers, kits: {style: string, kit: KitFile}[]}} Opened */
/** Files in base64 by their names. @typedef {Record<"engine.wasm"|"model.bin"|"facts.json"|"kits.json", string>} Files */

/** Before the files, in a comment behind the script; `device/engine_script.py` writes them. */
const MARK = "\n//NDM ";

/** Older ones refuse what the compiler makes. */
const OLDEST = 18;

/** @param {string} script its path @returns {Promise<Opened>} */
export async function opened(script) {
  const [version] = process.versions.node.split(".");
  if (Number(version) < OLDEST) throw new Error(`this Max has Node ${version}, and the engine needs ${OLDEST} or newer`);
  const files = filesOf(readFileSync(script, "latin1"));
  const facts = JSON.parse(bytes(files["facts.json"]).toString());
  const { instance } = await WebAssembly.instantiate(bytes(files["engine.wasm"]));
  const native = new Native(instance, facts.hello.sr);
  const unpacked = gunzipSync(bytes(files["model.bin"]));
  const at = native.room(unpacked.length);
  const model = native.bytes(at, unpacked.length);
  model.set(unpacked);
  putInOrder(model);
  const latent = new Latent(new ModelFile(model), facts.scales);
  const shaper = native.open(at, unpacked.length);
  const kits = JSON.parse(bytes(files["kits.json"]).toString());
  return { facts, answers: new Answers(facts, latent, native, shaper), kits };
}

/** @param {string} script @returns {Files} */
function filesOf(script) {
  const at = script.lastIndexOf(MARK);
  try {
    return JSON.parse(script.slice(at + MARK.length));
  } catch {
    throw new Error("the script of the engine is cut off: copy it again");
  }
}

/** @param {string} packed */
function bytes(packed) {
  return Buffer.from(packed, "base64");
}
