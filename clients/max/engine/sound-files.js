/**
 * The files of the sounds, for buffer~: a private folder with a ring of names, because Max remembers every string that it has
 * received. A file gets its name when it is complete. The folder is removed at the end; that of a script which was ended by
 * force, by the next one that starts.
 */

import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const NAMES = 64;
const OURS = /^ndm-max-(\d+)-\w{6}$/;

export class SoundFiles {
  /** @param {string} [parent] */
  constructor(parent = tmpdir()) {
    sweep(parent);
    this._parent = parent;
    this._folder = make(parent);
    this._next = 0;
  }

  /** Write a sound; returns its path. @param {Uint8Array} data */
  write(data) {
    const name = `${String(this._next).padStart(2, "0")}.wav`;
    try {
      writeWhole(join(this._folder, name), data);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
      this._folder = make(this._parent); // something that tidies temporary folders removed ours
      writeWhole(join(this._folder, name), data);
    }
    this._next = (this._next + 1) % NAMES;
    return join(this._folder, name);
  }

  close() {
    rmSync(this._folder, { recursive: true, force: true });
  }
}

/** Write a file that is complete or not there. @param {string} path @param {Uint8Array} data */
export function writeWhole(path, data) {
  const beside = join(dirname(path), `.${process.pid}.part`);
  try {
    writeFileSync(beside, data);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** @param {string} parent */
function make(parent) {
  return mkdtempSync(join(parent, `ndm-max-${process.pid}-`)); // only this user may read it
}

/** Remove the folders of scripts that run no more. @param {string} parent */
function sweep(parent) {
  for (const name of readdirSync(parent)) {
    const [, pid] = OURS.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH";
  }
}
