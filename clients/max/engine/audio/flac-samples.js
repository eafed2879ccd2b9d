/** The samples of FLAC files (RFC 9639), of 4 to 32 bits, as they are. Each frame is checked by its sum. */

import { BitReader } from "./bit-reader.js";
import { readChannel } from "./flac-channel.js";

/** @import { FileSamples } from "./file-samples.js" */

/** What the head of a file says of all its frames. @typedef {{sr: number, count: number, bits: number, total: number}} Stream */

const DAMAGED = "damaged: a part of it does not agree with its check sum; copy the file again, or export it again";
const BITS = [0, 8, 12, -1, 16, 20, 24, 32];
const [LEFT_SIDE, SIDE_RIGHT, MIDDLE_SIDE] = [8, 9, 10];
/** Frames between two pauses. */
const PAUSE = 16;
/** @type {Uint16Array|null} */
let table = null;

/**
 * Read a file, and pause between parts of a second, so that messages can come in.
 * @param {Uint8Array} file
 * @param {number} most numbers of all channels that are read
 * @returns {Generator<void, FileSamples|null>} null if it is no FLAC file
 * @throws {Error} with a sentence, if it is damaged
 */
export function* flacSamples(file, most) {
  const head = headOf(file);
  if (!head) return null;
  const { stream, start } = head;
  const wanted = Math.min(stream.total || Infinity, Math.floor(most / stream.count));
  const [bits, blocks, full] = [new BitReader(file, start), /** @type {Float32Array[][]} */ ([]), 2 ** (stream.bits - 1)];
  let there = 0;
  while (there < wanted && bits.place < file.length) {
    const block = frameOf(file, bits, stream, there);
    blocks.push(block.map((each) => Float32Array.from(each, (value) => value / full)));
    there += block[0].length;
    if (blocks.length % PAUSE === 0) yield;
  }
  if (stream.total && there < wanted) throw cutShort(stream, there);
  const length = Math.min(there, wanted);
  const channels = Array.from({ length: stream.count }, (_, n) => {
    const out = new Float32Array(there);
    let at = 0;
    for (const block of blocks) {
      out.set(block[n], at);
      at += block[n].length;
    }
    return out.subarray(0, length);
  });
  return { channels, sr: stream.sr };
}

/** @param {Stream} stream @param {number} there */
function cutShort({ total }, there) {
  if (!total) return new Error(DAMAGED);
  return new Error(`cut short: its header announces ${total} samples, ${there} are there; copy the file again, or export it again`);
}

/** What a file says of its frames, and where they begin. @param {Uint8Array} file @returns {{stream: Stream, start: number}|null} */
function headOf(file) {
  let at = 0;
  // Some programs put a tag before it, whose size is in seven bits a byte.
  if (file.length > 10 && String.fromCharCode(...file.subarray(0, 3)) === "ID3") at = 10 + file.subarray(6, 10).reduce((size, each) => 128 * size + each, 0);
  if (String.fromCharCode(...file.subarray(at, at + 4)) !== "fLaC") return null;
  at += 4;
  /** @type {Stream|null} */
  let stream = null;
  for (let isLast = false; !isLast; ) {
    const bits = new BitReader(file, at);
    isLast = bits.read(1) === 1;
    const [kind, size] = [bits.read(7), bits.read(24)];
    if (at + 4 + size > file.length) throw new Error("cut short: it ends before its first sample; copy the file again, or export it again");
    if (kind === 0 && size >= 34) {
      for (let i = 0; i < 5; i++) bits.read(16); // the sizes of blocks and frames
      const [sr, count, depth] = [bits.read(20), bits.read(3) + 1, bits.read(5) + 1];
      stream = { sr, count, bits: depth, total: bits.read(4) * 2 ** 32 + bits.read(32) };
    }
    at += 4 + size;
  }
  if (!stream) throw new Error("damaged: it does not say how its samples are stored; export it again");
  return { stream, start: at };
}

/**
 * The whole numbers of the channels in the next frame.
 * @param {Uint8Array} file @param {BitReader} bits at its beginning @param {Stream} stream @param {number} before samples in the frames before it
 * @returns {Float64Array[]}
 */
function frameOf(file, bits, stream, before) {
  const start = bits.place;
  try {
    const { way, length } = frameHead(bits, stream);
    const count = way < LEFT_SIDE ? way + 1 : 2;
    if (count !== stream.count) throw new Error(DAMAGED);
    const sides = Array.from({ length: count }, (_, n) => readChannel(bits, length, stream.bits + (isSide(way, n) ? 1 : 0)));
    bits.align();
    const end = bits.place;
    if (end + 2 > file.length) throw new RangeError("the frame ends");
    if (sumOf(file, start, end) !== bits.read(16)) throw new Error(DAMAGED);
    if (way >= LEFT_SIDE) apart(sides, way);
    return sides;
  } catch (error) {
    if (error instanceof RangeError || bits.isBehindEnd) throw cutShort(stream, before);
    throw new Error(DAMAGED, { cause: error });
  }
}

/** @param {BitReader} bits @param {Stream} stream */
function frameHead(bits, stream) {
  if (bits.read(15) !== 0x7ffc) throw new Error("no frame");
  bits.read(1);
  const [size, rate, way, depth] = [bits.read(4), bits.read(4), bits.read(4), BITS[bits.read(3)]];
  bits.read(1);
  if (size === 0 || way > MIDDLE_SIDE || (depth !== 0 && depth !== stream.bits)) throw new Error("another kind of frame");
  // Its number, in the bytes of UTF-8.
  const first = bits.read(8);
  for (let i = 1; first >= 0xc0 && i < Math.clz32(~(first << 24)); i++) bits.read(8);
  const length = size === 1 ? 192 : size < 6 ? 576 * 2 ** (size - 2) : size < 8 ? bits.read(size === 6 ? 8 : 16) + 1 : 256 * 2 ** (size - 8);
  if (rate > 11) bits.read(rate === 12 ? 8 : 16);
  bits.read(8); // the sum of the head; that of the frame has it, too
  return { way, length };
}

/** @param {number} way @param {number} n number of the channel */
function isSide(way, n) {
  return way >= LEFT_SIDE && n === (way === SIDE_RIGHT ? 0 : 1);
}

/** Left and right from what a frame has of them, in place. @param {Float64Array[]} sides @param {number} way */
function apart([one, other], way) {
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i], other[i]];
    if (way === LEFT_SIDE) other[i] = a - b;
    else if (way === SIDE_RIGHT) one[i] = a + b;
    else {
      const twice = 2 * a + Math.abs(b % 2);
      one[i] = (twice + b) / 2;
      other[i] = (twice - b) / 2;
    }
  }
}

/** The check sum of bytes, of 16 bits. @param {Uint8Array} file @param {number} start @param {number} end */
function sumOf(file, start, end) {
  table ??= Uint16Array.from({ length: 256 }, (_, byte) => {
    let sum = byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? (sum << 1) ^ 0x8005 : sum << 1;
    return sum;
  });
  let sum = 0;
  for (let at = start; at < end; at++) sum = ((sum << 8) ^ table[(sum >> 8) ^ file[at]]) & 0xffff;
  return sum;
}
