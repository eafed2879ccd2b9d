import assert from "node:assert/strict";
import { test } from "node:test";
import { contours } from "../../src/neural_drum_machine/web/js/views/drawing/contours.js";
import { FINE, surface } from "../../src/neural_drum_machine/web/js/views/drawing/map-painter.js";

const near = (a, b, tolerance = 1e-6) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

/** Values of a function on a grid, 0 to 1 on both axes; the first row is at the bottom. */
const rowsOf = (f, n) => Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_, c) => f(c / (n - 1), r / (n - 1))));

/** All pieces of all lines. */
function pieces(f, size, lines) {
  const found = [];
  contours(Float32Array.from(rowsOf(f, size).flat()), size, lines, (...piece) => found.push(piece.map((v) => v / (size - 1))));
  return found;
}

test("a surface goes through the map's values, with the first row at the bottom", () => {
  const rows = rowsOf((x, y) => 0.2 + 0.5 * x * x + 0.2 * y, 12); // 143 = 13 · 11: each value has a point
  const painted = surface(rows, 1);
  for (let r = 0; r < 12; r++) {
    for (let c = 0; c < 12; c++) near(painted[(FINE - 1 - 13 * r) * FINE + 13 * c], rows[r][c]);
  }
});

test("a plane stays a plane within its edges, and a smaller range shows its middle", () => {
  const painted = surface(rowsOf((x, y) => 0.5 * x + 0.4 * y, 9), 0.5);
  for (const [i, j] of [[0, 0], [17, 100], [143, 143]]) {
    const [x, y] = [i, FINE - 1 - j].map((at) => 0.25 + (0.5 * at) / (FINE - 1));
    near(painted[j * FINE + i], 0.5 * x + 0.4 * y);
  }
});

test("a surface never leaves 0 to 1, however sharp the map's edges are", () => {
  const painted = surface(rowsOf((x) => (x < 0.5 ? 0 : 1), 9), 1);
  assert.ok(painted.every((v) => v >= 0 && v <= 1));
});

test("lines lie where the values are equal parts", () => {
  const found = pieces((x) => x, 21, 3);
  assert.equal(found.length, 3 * 20);
  for (const [x0, y0, x1, y1] of found) {
    near(x0, Math.round(4 * x0) / 4);
    near(x1, x0);
    near(Math.abs(y1 - y0), 1 / 20);
  }
});

test("a line around a hill is closed", () => {
  const found = pieces((x, y) => 1 - Math.hypot(x - 0.5, y - 0.5), 30, 3);
  const ends = new Map();
  for (const [x0, y0, x1, y1] of found) {
    for (const end of [[x0, y0], [x1, y1]]) {
      const key = end.map((v) => v.toFixed(6)).join();
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
  }
  const isInside = (key) => key.split(",").every((v) => v > 1e-9 && v < 1 - 1e-9);
  for (const [key, count] of ends) if (isInside(key)) assert.equal(count, 2, key);
});

test("a saddle has two pieces in one square, and equal values have no line", () => {
  assert.equal(pieces((x, y) => (x === y ? 1 : 0), 2, 1).length, 2);
  assert.deepEqual(pieces(() => 0.5, 9, 3), []);
});
