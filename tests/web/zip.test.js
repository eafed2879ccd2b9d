import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../src/neural_drum_machine/web/js/formats/crc32.js";
import { isZip, readFromZip, writeZip } from "../../src/neural_drum_machine/web/js/formats/zip.js";

const ENDING = "project.json";
const MOST = 1000;
const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => data && new TextDecoder().decode(data);
const now = new Date(2026, 0, 31, 12, 30, 58);

/** The archive of one file, compressed as other programs do it. */
function compressed(name, data, { crc = crc32(data), method = 8 } = {}) {
  const packed = deflateRawSync(data);
  const archive = writeZip([{ name, data: packed }], now);
  const view = new DataView(archive.buffer);
  const directory = view.getUint32(archive.length - 6, true);
  for (const at of [0, directory + 2]) {
    view.setUint16(at + 8, method, true);
    view.setUint32(at + 14, crc, true);
    view.setUint32(at + 22, data.length, true);
  }
  return archive;
}

test("CRC-32 has the value of its definition", () => assert.equal(crc32(bytes("123456789")), 0xcbf43926));

test("what is written is read, whatever lies before and after it", async () => {
  const files = [{ name: "1-kick.wav", data: bytes("RIFF") }, { name: "my.project.json", data: bytes("{}") },
    { name: "z", data: bytes("") }];
  const archive = writeZip(files, now);
  assert.equal(isZip(archive), true);
  assert.equal(text(await readFromZip(archive, ENDING, MOST)), "{}");
  const commented = new Uint8Array([...archive, ...bytes("a comment")]);
  assert.equal(text(await readFromZip(commented, ENDING, MOST)), "{}");
  assert.equal(await readFromZip(archive, "other.json", MOST), null);
});

test("a compressed file is read", async () => {
  const data = bytes("{}".repeat(99));
  assert.equal(text(await readFromZip(compressed("a/project.json", data), ENDING, MOST)), text(data));
});

test("a file that unpacks to more than the limit is not read", async () => {
  const data = new Uint8Array(MOST + 1);
  assert.equal(await readFromZip(compressed("project.json", data), ENDING, MOST), null);
  assert.equal(await readFromZip(writeZip([{ name: "project.json", data }], now), ENDING, MOST), null);
});

test("a damaged file is not read", async () => {
  const data = bytes("{}".repeat(99));
  assert.equal(await readFromZip(compressed("project.json", data, { crc: 1 }), ENDING, MOST), null);
  assert.equal(await readFromZip(compressed("project.json", data, { method: 12 }), ENDING, MOST), null);
  const archive = writeZip([{ name: "project.json", data }], now);
  for (const cut of [0, 10, 30, archive.length - 30, archive.length >> 1]) {
    assert.equal(await readFromZip(archive.slice(0, cut), ENDING, MOST), null, String(cut));
  }
  archive[60] ^= 1;
  assert.equal(await readFromZip(archive, ENDING, MOST), null);
});

test("sounds and texts are not taken for archives", () => {
  for (const each of ["RIFF....WAVEfmt and so on....", "PK", "{}"]) assert.equal(isZip(bytes(each)), false);
});
