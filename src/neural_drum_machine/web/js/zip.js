/** ZIP archives of files that are stored as they are: sounds hardly shrink. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** CRC-32 as ZIP has it. @param {Uint8Array} data */
export function crc32(data) {
  let crc = ~0;
  for (const byte of data) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * @param {{name: string, data: Uint8Array}[]} files names in ASCII
 * @param {Date} now
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function zipFile(files, now) {
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
      bytes === 4 ? view.setUint32(at, n, true) : view.setUint16(at, n, true);
      at += bytes;
    }
  };
  const bytes = (/** @type {Uint8Array} */ data) => {
    out.set(data, at);
    at += data.length;
  };
  const heads = files.map(({ data }, i) => {
    const start = at;
    const n = data.length;
    /** @type {[number, number][]} */
    const common = [
      [2, 20], [2, 0], [2, 0], [2, time], [2, date], [4, crc32(data)], [4, n], [4, n],
      [2, names[i].length], [2, 0],
    ];
    put([4, 0x04034b50], ...common);
    bytes(names[i]);
    bytes(data);
    return { start, common };
  });
  heads.forEach(({ start, common }, i) => {
    put([4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, start]);
    bytes(names[i]);
  });
  const n = files.length;
  put([4, 0x06054b50], [2, 0], [2, 0], [2, n], [2, n], [4, directory], [4, bodies], [2, 0]);
  return out;
}

/** Whether a file begins as ZIP archives do. @param {Uint8Array} data */
export function isZip(data) {
  return data.length > 21 && data[0] === 0x50 && data[1] === 0x4b && data[2] < 8;
}

/**
 * What lies in an archive under a name that ends so, as it was stored; null if nothing does, or packed.
 * @param {Uint8Array<ArrayBuffer>} archive
 * @param {string} ending
 */
export function unzipped(archive, ending) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const u16 = (/** @type {number} */ at) => view.getUint16(at, true);
  const u32 = (/** @type {number} */ at) => view.getUint32(at, true);
  try {
    let end = archive.length - 22;
    while (u32(end) !== 0x06054b50) end -= 1; // a comment may follow
    let at = u32(end + 16);
    for (let n = u16(end + 10); n > 0; n--) {
      const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + u16(at + 28)));
      if (name.endsWith(ending) && u16(at + 10) === 0) {
        const start = u32(at + 42);
        const data = start + 30 + u16(start + 26) + u16(start + 28);
        return archive.subarray(data, data + u32(at + 24));
      }
      at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
    }
  } catch {
    // Cut off, or no archive after all.
  }
  return null;
}
