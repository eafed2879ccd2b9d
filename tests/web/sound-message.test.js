import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readBinary, soundOf, writeBinary } from "../../src/neural_drum_machine/web/js/net/sound-message.js";

const PROTOCOL = readFileSync(new URL("../../docs/protocol-web.md", import.meta.url), "utf8");

/** The sound in a message. */
function readSound(data) {
  const { header, body } = readBinary(data);
  return soundOf(header, body);
}

/** The bytes of an example in the protocol's document. */
function example(name) {
  const hex = PROTOCOL.split(`\`\`\`${name}\n`)[1].split("```")[0].replace(/\s/g, "");
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

test("the document's sound is read", () => {
  const sound = readSound(example("answer-bytes").buffer);
  assert.deepEqual([sound.type, sound.id, sound.category, sound.p2, sound.to], ["sound", 2, "kick", -0.25, null]);
  assert.deepEqual([...sound.pcm], [32767, -16384]);
  assert.deepEqual([...sound.samples], [Math.fround(32767 / 32768), -0.5]);
  assert.equal(sound.original, null);
});

test("an original follows the samples", () => {
  const header = new TextEncoder().encode('{"type":"sound","id":1,"samples":1,"original":2} ');
  const data = new Uint8Array(4 + header.length + 6);
  new DataView(data.buffer).setUint32(0, header.length, true);
  data.set(header, 4);
  data.set([0xff, 0x7f, 0, 0, 0x01, 0x80], 4 + header.length);
  const sound = readSound(data.buffer);
  assert.deepEqual([...sound.pcm], [32767]);
  assert.deepEqual([...sound.original], [0, Math.fround(-32767 / 32768)]);
});

test("an upload is the document's, byte for byte", () => {
  const want = example("ask-bytes");
  const length = new DataView(want.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(want.subarray(4, 4 + length)));
  assert.deepEqual(writeBinary(header, want.slice(4 + length).buffer), want);
});
