import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { layersOf, readBinary, soundOf, writeBinary } from "../../src/neural_drum_machine/web/js/net/sound-message.js";

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
  assert.deepEqual(sound.channels.map((each) => [...each]), [[Math.fround(32767 / 32768), -0.5]]);
  assert.equal(sound.original, null);
});

test("an original follows the samples", () => {
  const header = new TextEncoder().encode('{"type":"sound","id":1,"samples":1,"original":2} ');
  const data = new Uint8Array(4 + header.length + 6);
  new DataView(data.buffer).setUint32(0, header.length, true);
  data.set(header, 4);
  data.set([0xff, 0x7f, 0, 0, 0x01, 0x80], 4 + header.length);
  const sound = readSound(data.buffer);
  assert.deepEqual(sound.channels.map((each) => [...each]), [[Math.fround(32767 / 32768)]]);
  assert.deepEqual(sound.original.map((each) => [...each]), [[0, Math.fround(-32767 / 32768)]]);
});

/** A message with 16-bit samples. */
function withSamples(header, pcm) {
  const text = new TextEncoder().encode(JSON.stringify(header).padEnd(200));
  const data = new Uint8Array(4 + text.length + 2 * pcm.length);
  new DataView(data.buffer).setUint32(0, text.length, true);
  data.set(text, 4);
  data.set(new Uint8Array(Int16Array.from(pcm).buffer), 4 + text.length);
  return data.buffer;
}

const shares = (channels) => channels.map((each) => [...each].map((v) => 32768 * v));

test("a sound of two channels has left and right, and so has its original", () => {
  const sound = readSound(withSamples({ type: "sound", samples: 2, channels: 2, original: 1 }, [1, 2, 3, 4, 5, 6]));
  assert.deepEqual(shares(sound.channels), [[1, 3], [2, 4]]);
  assert.deepEqual(shares(sound.original), [[5], [6]]);
});

test("two channels that are the same are one", () => {
  const sound = readSound(withSamples({ type: "sound", samples: 2, channels: 2, original: 1 }, [1, 1, 3, 3, 5, 6]));
  assert.deepEqual(shares(sound.channels), [[1, 3]]);
  assert.deepEqual(shares(sound.original), [[5], [6]]);
});

test("the strokes of a stereo sound are in stereo", () => {
  const { header, body } = readBinary(withSamples({ type: "layers", samples: 2, channels: 2, sr: 44100, velocities: [96, 64] }, [1, 2, 3, 4, 5, 5, 7, 7]));
  assert.deepEqual(layersOf(header, body).strokes.map(shares), [[[1, 3], [2, 4]], [[5, 7]]]);
  const mono = readBinary(withSamples({ type: "layers", samples: 2, channels: 1, sr: 44100, velocities: [96, 64] }, [1, 2, 3, 4]));
  assert.deepEqual(layersOf(mono.header, mono.body).strokes.map(shares), [[[1, 2]], [[3, 4]]]);
});

test("an upload is the document's, byte for byte", () => {
  const want = example("ask-bytes");
  const length = new DataView(want.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(want.subarray(4, 4 + length)));
  assert.deepEqual(writeBinary(header, want.slice(4 + length).buffer), want);
});
