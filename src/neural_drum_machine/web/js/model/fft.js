/** The fast Fourier transform of sizes that are powers of two. It is pure. */

/** Single precision is enough for pictures. @typedef {Float64Array|Float32Array} Numbers */

/** @type {Map<number, Float64Array>} cosines and sines of a size, one after the other */
const tables = new Map();

/** @param {number} size */
function tableOf(size) {
  let table = tables.get(size);
  if (!table) {
    table = new Float64Array(size);
    for (let i = 0; i < size / 2; i++) {
      table[i] = Math.cos((2 * Math.PI * i) / size);
      table[i + size / 2] = -Math.sin((2 * Math.PI * i) / size);
    }
    tables.set(size, table);
  }
  return table;
}

/** Transform in place. @param {Numbers} real @param {Numbers} imaginary */
export function fft(real, imaginary) {
  const n = real.length;
  const table = tableOf(n);
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let half = 1; half < n; half *= 2) {
    const step = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0, at = start; k < half; k++, at++) {
        const c = table[k * step];
        const s = table[k * step + n / 2];
        const x = real[at + half] * c - imaginary[at + half] * s;
        const y = real[at + half] * s + imaginary[at + half] * c;
        real[at + half] = real[at] - x;
        imaginary[at + half] = imaginary[at] - y;
        real[at] += x;
        imaginary[at] += y;
      }
    }
  }
}
