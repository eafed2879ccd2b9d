/** Contour lines of values on a square grid (marching squares). */

/**
 * Find the lines where the values are k / (lines + 1), for k from 1 to lines. Each square of the grid is
 * looked at once, and only the lines that pass through it are computed.
 * @param {Float32Array} values 0 to 1, row by row
 * @param {number} size of a row
 * @param {number} lines
 * @param {(x0: number, y0: number, x1: number, y1: number) => void} draw called for each piece of a line, in
 *   grid points
 */
export function contours(values, size, lines, draw) {
  const parts = lines + 1;
  /** How many lines lie at or below each value. */
  const below = new Uint8Array(values.length);
  for (let k = 0; k < below.length; k++) below[k] = Math.min(lines, values[k] * parts);
  for (let j = 0; j < size - 1; j++) {
    for (let i = 0; i < size - 1; i++) {
      const k = j * size + i;
      const m = k + size;
      if (below[k] === below[k + 1] && below[k] === below[m] && below[k] === below[m + 1]) continue;
      const corners = [below[k], below[k + 1], below[m], below[m + 1]];
      for (let line = Math.min(...corners) + 1; line <= Math.max(...corners); line++) {
        square(i, j, values[k], values[k + 1], values[m + 1], values[m], line / parts, draw);
      }
    }
  }
}

/**
 * The pieces of one line within a square, whose corners go round from the upper left.
 * @param {number} i @param {number} j
 * @param {number} a @param {number} b @param {number} c @param {number} d
 * @param {number} level
 * @param {(x0: number, y0: number, x1: number, y1: number) => void} draw
 */
function square(i, j, a, b, c, d, level, draw) {
  const cut = (/** @type {number} */ from, /** @type {number} */ to) => (level - from) / (to - from);
  const ends = [];
  if (a < level !== b < level) ends.push(i + cut(a, b), j);
  if (b < level !== c < level) ends.push(i + 1, j + cut(b, c));
  if (d < level !== c < level) ends.push(i + cut(d, c), j + 1);
  if (a < level !== d < level) ends.push(i, j + cut(a, d));
  for (let n = 0; n + 3 < ends.length; n += 4) draw(ends[n], ends[n + 1], ends[n + 2], ends[n + 3]);
}
