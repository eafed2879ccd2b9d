/**
 * The files that the script holds, in base64, each in a comment behind it; `device/engine_script.py` writes them. The last line
 * tells where each lies, so that what is not needed is not read.
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** @typedef {"engine.wasm"|"model.bin"|"encoder.bin"|"facts.json"|"kits.json"} Name */

const MARK = "\n//NDM ";
/** The last line is shorter. */
const MOST_LINE = 4096;
const CUT_OFF = "the script of the engine is cut off: copy it again";

export class ScriptFiles {
  /** @param {string} script its path @throws {Error} with a sentence, if it was cut off */
  constructor(script) {
    this._script = script;
    const end = this._part((size) => [Math.max(0, size - MOST_LINE), MOST_LINE]).toString("latin1");
    const at = end.lastIndexOf(MARK);
    try {
      /** @type {Record<Name, [at: number, length: number]>} */
      this._places = JSON.parse(end.slice(at < 0 ? end.length : at + MARK.length));
    } catch {
      throw new Error(CUT_OFF);
    }
  }

  /** @param {Name} name @returns {Buffer<ArrayBuffer>} */
  bytes(name) {
    return Buffer.from(this._part(() => this._places[name]).toString("latin1"), "base64");
  }

  /** @param {(size: number) => [at: number, length: number]} place of the part, in a file of a size */
  _part(place) {
    const file = openSync(this._script, "r");
    try {
      const [at, length] = place(fstatSync(file).size);
      const out = Buffer.alloc(length);
      return out.subarray(0, readSync(file, out, 0, length, at));
    } finally {
      closeSync(file);
    }
  }
}
