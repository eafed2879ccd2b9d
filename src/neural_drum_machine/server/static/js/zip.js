/** ZIP archives of files that are stored as they are: sounds hardly shrink. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** CRC-32 as ZIP has it. @param {Uint8Array} data */
function crc32(data) {
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
