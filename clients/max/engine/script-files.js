/**
 * The files that the script holds, in base64, each in a comment behind it; `device/engine_script.py` writes them. The last line
 * tells how far before it each lies, and how long it is, so that what is not needed is not read.
 */

import { closeSync, openSync, readSync, statSync } from "node:fs";

/** @typedef {"engine.wasm"|"model.bin"|"encoder.bin"|"facts.json"|"kits.json"} Name */

const MARK = "\n//NDM ";
/** The last line is shorter. */
const MOST_LINE = 4096;
const CUT_OFF = "the script of the engine is cut off: copy it again";

export class ScriptFiles {
  /** @param {string} script its path @throws {Error} with a sentence, if it was cut off */
  constructor(script) {
    this._script = script;
    const { size } = statSync(script);
    const end = this._part(Math.max(0, size - MOST_LINE), MOST_LINE);
    const at = end.lastIndexOf(MARK);
    try {
      /** @type {Record<Name, [before: number, length: number]>} */
      this._places = JSON.parse(end.slice(at < 0 ? end.length : at + MARK.length));
    } catch {
      throw new Error(CUT_OFF);
    }
    this._line = size - end.length + at + 1;
  }

  /** @param {Name} name @returns {Buffer<ArrayBuffer>} */
  bytes(name) {
    const [before, length] = this._places[name];
    return Buffer.from(this._part(this._line - before, length), "base64");
  }

  /** @param {number} at @param {number} length @returns {string} */
  _part(at, length) {
    const file = openSync(this._script, "r");
    try {
      const out = Buffer.alloc(length);
      return out.toString("latin1", 0, readSync(file, out, 0, length, at));
    } finally {
      closeSync(file);
    }
  }
}
