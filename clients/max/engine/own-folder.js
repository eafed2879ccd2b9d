/** The user's folder of what sets go on needing: kits, and copies of dropped samples. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export const OWN = "Neural Drum Machine";

/** @param {string} name of a folder in it */
export function ownFolder(name) {
  const music = join(homedir(), "Music");
  return join(existsSync(music) ? music : homedir(), OWN, name);
}
