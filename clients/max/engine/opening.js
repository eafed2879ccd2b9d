/** Opens the engine of the page without a server, from files that the script holds. */

import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { Answers } from "../../../src/neural_drum_machine/web/js/engine/answers.js";
import { Latent } from "../../../src/neural_drum_machine/web/js/engine/latent.js";
import { ModelFile, putInOrder } from "../../../src/neural_drum_machine/web/js/engine/model-file.js";
import { Native } from "../../../src/neural_drum_machine/web/js/engine/native.js";
import { OwnSounds } from "../../../src/neural_drum_machine/web/js/engine/own/own-sounds.js";
import { ScriptFiles } from "./script-files.js";

/** @import { Facts } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { KitFile } from "../../../src/neural_drum_machine/web/js/engine/kits.js" */
/** @import { Name } from "./script-files.js" */

/** @typedef {{facts: Facts, answers: Answers, owns: OwnSounds, kits: {style: string, kit: KitFile}[]}} Opened */

/** Older ones refuse what the compiler makes. */
const OLDEST = 18;

/** @param {string} script its path @returns {Promise<Opened>} */
export async function opened(script) {
  const [version] = process.versions.node.split(".");
  if (Number(version) < OLDEST) throw new Error(`this Max has Node ${version}, and the engine needs ${OLDEST} or newer`);
  const files = new ScriptFiles(script);
  const facts = JSON.parse(files.bytes("facts.json").toString());
  const { instance } = await WebAssembly.instantiate(files.bytes("engine.wasm"));
  const native = new Native(instance, facts.hello.sr);
  const unpacked = gunzipSync(files.bytes("model.bin"));
  const at = native.room(unpacked.length);
  const file = native.bytes(at, unpacked.length);
  file.set(unpacked);
  putInOrder(file);
  const model = new ModelFile(file);
  const latent = new Latent(model, facts.scales);
  const shaper = native.open(at, unpacked.length);
  // The encoder is read once a sample needs it; the engine answers pings while it is unpacked.
  const unpack = async function* (/** @type {string} */ name) {
    yield await promisify(gunzip)(files.bytes(/** @type {Name} */ (name))).catch((error) => {
      throw new Error(`the script of the engine is damaged (${error.message}): copy it again`, { cause: error });
    });
  };
  const owns = new OwnSounds({ native, latent, header: model.header, length: unpacked.length, unpack });
  const answers = new Answers(facts, latent, native, shaper);
  answers.owns = owns;
  return { facts, answers, owns, kits: JSON.parse(files.bytes("kits.json").toString()) };
}
