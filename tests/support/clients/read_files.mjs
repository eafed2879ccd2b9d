// Reads sound files as the engine in the Max device does: paths in, a line of JSON for each out, with
// the samples of its channels at 44,100 Hz as base64, or the sentence that refuses it.

import { basename } from "node:path";

const FOLDER = new URL("../../../clients/max/engine/audio/", import.meta.url);
const { bytesOf, soundOfFile } = await import(new URL("file-samples.js", FOLDER).href);

for (const path of process.argv.slice(2)) {
  try {
    const { channels, notes } = await soundOfFile(await bytesOf(path, basename(path)), basename(path));
    const text = (each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength).toString("base64");
    console.log(JSON.stringify({ channels: channels.map(text), notes }));
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }));
  }
}
