/** ZIP archives: written without compression, as sounds hardly shrink; read with or without it. */

import { crc32 } from "./crc32.js";
import { inflate } from "./inflate.js";

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const [STORED, DEFLATED] = [0, 8];

/**
 * @param {{name: string, data: Uint8Array}[]} files names in ASCII
 * @param {Date} now
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function writeZip(files, now) {
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  const year = Math.max(0, now.getFullYear() - 1980);
  const date = (year << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
  const names = files.map(({ name }) => new TextEncoder().encode(name));
  const bodies = files.reduce((sum, f, i) => sum + 30 + names[i].length + f.data.length, 0);
  const directory = names.reduce((sum, name) => sum + 46 + name.length, 0);
  const out = new Uint8Array(bodies + directory + 22);
  const view = new DataView(out.buffer);
  let at = 0;
  const put = (/** @type {[number, number][]} */ ...fields) => {
    for (const [bytes, n] of fields) {
      if (bytes === 4) view.setUint32(at, n, true);
      else view.setUint16(at, n, true);
      at += bytes;
    }
  };
  const append = (/** @type {Uint8Array} */ data) => {
    out.set(data, at);
    at += data.length;
  };
  const heads = files.map(({ data }, i) => {
    const start = at;
    const n = data.length;
    /** @type {[number, number][]} */
    const common = [
      [2, 20], [2, 0], [2, STORED], [2, time], [2, date], [4, crc32(data)], [4, n], [4, n],
      [2, names[i].length], [2, 0],
    ];
    put([4, LOCAL_HEADER], ...common);
    append(names[i]);
    append(data);
    return { start, common };
  });
  heads.forEach(({ start, common }, i) => {
    put([4, DIRECTORY_ENTRY], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, start]);
    append(names[i]);
  });
  const n = files.length;
  put([4, DIRECTORY_END], [2, 0], [2, 0], [2, n], [2, n], [4, directory], [4, bodies], [2, 0]);
  return out;
}

/** Whether a file begins as ZIP archives do. @param {Uint8Array} data */
export function isZip(data) {
  return data.length > 21 && data[0] === 0x50 && data[1] === 0x4b && data[2] < 8;
}

/**
 * Read the first file in an archive whose name has a given ending.
 * @param {Uint8Array<ArrayBuffer>} archive
 * @param {string} ending
 * @param {number} most the largest size of the file, in bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>|null>} null if there is none, or if it cannot be read
 */
export async function readFromZip(archive, ending, most) {
  try {
    const entry = findEntry(archive, ending);
    if (!entry) return null;
    const data = entry.method === DEFLATED ? await inflate(entry.data, most) : entry.data;
    return data.length <= most && crc32(data) === entry.crc ? data : null;
  } catch {
    return null; // cut off, encrypted, or not an archive after all
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} archive
 * @param {string} ending
 * @throws {RangeError} if the archive is cut off
 */
function findEntry(archive, ending) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const u16 = (/** @type {number} */ at) => view.getUint16(at, true);
  const u32 = (/** @type {number} */ at) => view.getUint32(at, true);
  let end = archive.length - 22;
  while (u32(end) !== DIRECTORY_END) end -= 1; // a comment may follow
  let at = u32(end + 16);
  for (let n = u16(end + 10); n > 0; n--) {
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + u16(at + 28)));
    const method = u16(at + 10);
    if (name.endsWith(ending) && (method === STORED || method === DEFLATED)) {
      const header = u32(at + 42);
      const start = header + 30 + u16(header + 26) + u16(header + 28);
      return { method, crc: u32(at + 16), data: archive.subarray(start, start + u32(at + 20)) };
    }
    at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
  }
  return null;
}
