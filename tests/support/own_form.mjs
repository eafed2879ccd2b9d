/**
 * Writes compact forms of own sounds, as the page does: node own_form.mjs < requests
 *
 * A request a line, as JSON: `channels` (32-bit floats in base64, each), `about`. The answer is a line: the form in base64, or
 * nothing.
 */

import { readFileSync } from "node:fs";

const { formOf } = await import(new URL("../../src/neural_drum_machine/web/js/formats/own-form.js", import.meta.url));

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const { about, channels } = JSON.parse(line);
  const sides = channels.map((each) => new Float32Array(new Uint8Array(Buffer.from(each, "base64")).buffer));
  const form = formOf(sides, about);
  console.log(form ? Buffer.from(form).toString("base64") : "");
}
