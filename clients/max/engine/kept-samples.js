/** Copies of dropped samples: a set plays them when the file that was dropped is gone. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { OWN, ownFolder } from "./own-folder.js";
import { writeWhole } from "./sound-files.js";

/** Where copies lie in the user's folder, on any computer. */
const FOLDER = join(OWN, "Samples");
/** Behind the name of a copy: the beginning of a digest. */
const DIGEST = / [0-9a-f]{8}$/;

/**
 * Keep a sample; returns the path of its copy. Equal files have one copy.
 * @param {string} path of the system
 * @param {Uint8Array} data its bytes
 */
export function kept(path, data, folder = ownFolder("Samples")) {
  if (dirname(path) === folder) return path;
  const { name, ext } = parse(path);
  const copy = join(folder, `${name} ${createHash("sha256").update(data).digest("hex").slice(0, 8)}${ext}`);
  if (!existsSync(copy)) {
    mkdirSync(folder, { recursive: true });
    writeWhole(copy, data);
  }
  return copy;
}

/** How people call a file; a copy has the name of what was dropped. @param {string} path of the system */
export function nameOf(path) {
  const { dir, name, ext } = parse(path);
  return `${dir.endsWith(FOLDER) ? name.replace(DIGEST, "") : name}${ext}`;
}

/** The system's path of a file. On macOS, Max puts the name of the volume before it. @param {string} path */
export function systemPath(path, platform = process.platform) {
  const [, volume, rest] = (platform === "darwin" && /^([^/:]+):(\/.*)/.exec(path)) || [];
  if (rest === undefined) return path;
  const elsewhere = join("/Volumes", volume, rest);
  return existsSync(elsewhere) ? elsewhere : rest;
}
