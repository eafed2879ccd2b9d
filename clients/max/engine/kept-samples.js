/** Copies of dropped samples: a set plays them when the file that was dropped is gone. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { ownFolder } from "./own-folder.js";
import { writeWhole } from "./sound-files.js";

const MOST_BYTES = 64 * 2 ** 20;

/**
 * Keep a sample; returns the path of its copy. Equal files have one copy.
 * @param {string} path as Max names it
 */
export function kept(path, folder = ownFolder("Samples")) {
  const from = systemPath(path);
  if (dirname(from) === folder) return from;
  if (statSync(from).size > MOST_BYTES) throw new Error(`the sample is over ${MOST_BYTES / 2 ** 20} MB`);
  const data = readFileSync(from);
  const { name, ext } = parse(from);
  const copy = join(folder, `${name} ${createHash("sha256").update(data).digest("hex").slice(0, 8)}${ext}`);
  if (!existsSync(copy)) {
    mkdirSync(folder, { recursive: true });
    writeWhole(copy, data);
  }
  return copy;
}

/** The system's path of a file. On macOS, Max puts the name of the volume before it. @param {string} path */
export function systemPath(path, platform = process.platform) {
  const [, volume, rest] = (platform === "darwin" && /^([^/:]+):(\/.*)/.exec(path)) || [];
  if (rest === undefined) return path;
  const elsewhere = join("/Volumes", volume, rest);
  return existsSync(elsewhere) ? elsewhere : rest;
}
