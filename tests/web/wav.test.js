import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPcm, toPcm } from "../../src/neural_drum_machine/web/js/formats/pcm.js";
import { wavFile } from "../../src/neural_drum_machine/web/js/formats/wav.js";

test("16-bit samples come back exactly, and louder ones are clipped", () => {
  const pcm = Int16Array.from({ length: 65535 }, (_, i) => i - 32767);
  assert.deepEqual(toPcm(fromPcm(pcm)), pcm);
  assert.deepEqual([...toPcm(new Float32Array([2, -2]))], [32767, -32767]);
});

test("a WAV file has its format, its comment and its samples", () => {
  for (const comment of ["even", "odd"]) {
    const file = wavFile(new Float32Array([1, -0.5, 0]), 22050, comment);
    const view = new DataView(file.buffer);
    const word = (at) => String.fromCharCode(...file.subarray(at, at + 4));
    assert.deepEqual([word(0), word(8), word(12), word(36), word(44), word(48)],
      ["RIFF", "WAVE", "fmt ", "LIST", "INFO", "ICMT"]);
    assert.equal(view.getUint32(4, true), file.length - 8);
    assert.deepEqual([view.getUint16(22, true), view.getUint32(24, true), view.getUint32(28, true)], [1, 22050, 44100]);
    assert.equal(view.getUint32(52, true), comment.length + 1);
    assert.equal(new TextDecoder().decode(file.subarray(56, 56 + comment.length)), comment);
    const data = file.length - 14;
    assert.equal(data % 2, 0);
    assert.equal(word(data), "data");
    assert.equal(view.getUint32(data + 4, true), 6);
    assert.deepEqual([8, 10, 12].map((at) => view.getInt16(data + at, true)), [32767, -16383, 0]);
  }
});
