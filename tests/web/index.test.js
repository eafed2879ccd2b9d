import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../../src/neural_drum_machine/web/", import.meta.url);

/** A module and everything that it imports. */
function imported(url, found = new Set()) {
  if (found.has(url.href)) return found;
  found.add(url.href);
  for (const [, path] of readFileSync(url, "utf8").matchAll(/^(?:import|\} from)[^;]*?"(\.[^"]+)";$/gm)) {
    imported(new URL(path, url), found);
  }
  return found;
}

test("the page preloads exactly the modules that it uses", () => {
  const html = readFileSync(new URL("index.html", WEB), "utf8");
  const preloaded = [...html.matchAll(/rel="modulepreload" href="\/([^"]+)"/g)].map(([, path]) => new URL(path, WEB).href);
  const used = imported(new URL("js/main.js", WEB));
  used.delete(new URL("js/main.js", WEB).href);
  assert.deepEqual(preloaded.toSorted(), [...used].toSorted());
});
