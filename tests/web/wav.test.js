import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPcm, toPcm } from "../../src/neural_drum_machine/web/js/formats/pcm.js";
import { readWav, wavFile } from "../../src/neural_drum_machine/web/js/formats/wav.js";

test("16-bit samples come back exactly, and louder ones are clipped", () => {
  const pcm = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
  assert.deepEqual(toPcm(fromPcm(pcm)), pcm);
  assert.deepEqual([...toPcm(new Float32Array([2, -2]))], [32767, -32768]);
});

test("a WAV file has its format, its comment and its samples", () => {
  for (const comment of ["even", "odd"]) {
    const file = wavFile([new Float32Array([1, -0.5, 0])], 44100, comment);
    const view = new DataView(file.buffer);
    const word = (at) => String.fromCharCode(...file.subarray(at, at + 4));
    assert.deepEqual([word(0), word(8), word(12), word(36), word(44), word(48)],
      ["RIFF", "WAVE", "fmt ", "LIST", "INFO", "ICMT"]);
    assert.equal(view.getUint32(4, true), file.length - 8);
    assert.deepEqual([view.getUint16(22, true), view.getUint32(24, true), view.getUint32(28, true)], [1, 44100, 88200]);
    assert.equal(view.getUint32(52, true), comment.length + 1);
    assert.equal(new TextDecoder().decode(file.subarray(56, 56 + comment.length)), comment);
    const data = file.length - 14;
    assert.equal(data % 2, 0);
    assert.equal(word(data), "data");
    assert.equal(view.getUint32(data + 4, true), 6);
    assert.deepEqual([8, 10, 12].map((at) => view.getInt16(data + at, true)), [32767, -16384, 0]);
  }
});

test("a WAV file is read back, with other chunks before, between and after", () => {
  const samples = new Float32Array([1, -0.5, 0]);
  for (const comment of ["even", "odd é"]) {
    const file = wavFile([samples], 44100, comment);
    const want = { pcm: toPcm(samples), channels: 1, sr: 44100, comment, forms: [] };
    assert.deepEqual(readWav(file.buffer), want);
    const other = new Uint8Array([...new TextEncoder().encode("junk"), 3, 0, 0, 0, 1, 2, 3, 0]);
    const more = new Uint8Array([...file.subarray(0, 12), ...other, ...file.subarray(12), ...other]);
    assert.deepEqual(readWav(more.buffer), want);
  }
});

test("a file of two channels has both, one sample after the other", () => {
  const [left, right] = [new Float32Array([1, -0.5, 0]), new Float32Array([0, 0.25, -1])];
  const file = wavFile([left, right], 48000, "comment");
  const view = new DataView(file.buffer);
  assert.deepEqual([22, 32, 34].map((at) => view.getUint16(at, true)), [2, 4, 16]);
  assert.deepEqual([24, 28].map((at) => view.getUint32(at, true)), [48000, 192_000]);
  const { channels, pcm } = readWav(file.buffer);
  assert.equal(channels, 2);
  assert.deepEqual(pcm, toPcm(new Float32Array([1, 0, -0.5, 0.25, 0, -1])));
});

test("own sounds are in a chunk of their own, whatever their length", () => {
  for (const forms of [[[1]], [[1, 2], [3, 4, 5]], [[]]]) {
    const file = wavFile([new Float32Array([0.5])], 44100, "comment", forms.map((form) => Uint8Array.from(form)));
    assert.equal(new DataView(file.buffer).getUint32(4, true), file.length - 8);
    assert.equal(file.length % 2, 0);
    assert.deepEqual(readWav(file.buffer).forms.map((form) => [...form]), forms);
    for (let cut = 1; cut < 4; cut++) assert.ok(readWav(file.slice(0, -cut).buffer).forms.length <= forms.length);
  }
});

test("a file of another format, one without a comment, and a cut one have nothing to recall", () => {
  const file = wavFile([new Float32Array([1, -0.5, 0])], 44100, "comment");
  const changed = (at, value) => {
    const copy = file.slice();
    copy[at] = value;
    return copy.buffer;
  };
  const others = [[0, 88], [8, 88], [12, 88], [20, 3], [22, 3], [22, 0], [34, 24], [36, 88], [44, 88], [48, 88], [16, 2]];
  for (const [at, value] of others) assert.equal(readWav(changed(at, value)), null, `byte ${at}`);
  assert.equal(readWav(new ArrayBuffer(0)), null);
  for (let n = 0; n < file.length - 6; n++) assert.equal(readWav(file.slice(0, n).buffer), null, `${n} bytes`);
});
