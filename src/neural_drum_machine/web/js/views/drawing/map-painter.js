/** Paints the map behind the XY pad: colour shows brightness, contour lines show decay. */

import { context2d } from "./canvas.js";
import { isDark, oklch } from "./color.js";

/** @import { PadMap } from "../../model/state.js" */

/** Points of the painted grid on each axis. */
const FINE = 144;
/** Contour lines. */
const LINES = 7;
/** Pixels of a grid point in the final picture. */
const SCALE = 6;

/** Scale values to 0 … 1, on a logarithmic scale. @param {number[][]} rows */
function levels(rows) {
  const logs = rows.map((row) => row.map((v) => Math.log(Math.max(v, 1e-4))));
  const all = logs.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return logs.map((row) => row.map((v) => (high > low ? (v - low) / (high - low) : 0.5)));
}

/** Catmull-Rom weights of four neighbours. @param {number} x 0 to 1 between the inner two */
function weights(x) {
  return [
    ((-x + 2) * x - 1) * x * 0.5,
    ((3 * x - 5) * x * x + 2) * 0.5,
    ((-3 * x + 4) * x + 1) * x * 0.5,
    (x - 1) * x * x * 0.5,
  ];
}

/**
 * Interpolate values smoothly on the painted grid.
 * @param {number[][]} rows
 * @param {number} range how much of the map is shown: at most 1, as it covers ±1
 */
function surface(rows, range) {
  const n = rows.length;
  const at = (/** @type {number} */ i) => Math.min(n - 1, Math.max(0, i));
  const places = Array.from({ length: FINE }, (_, i) => {
    const p = (2 * (i / (FINE - 1)) - 1) * range;
    const x = ((p + 1) / 2) * (n - 1);
    const whole = Math.min(n - 2, Math.floor(x));
    return { whole, w: weights(x - whole) };
  });
  const out = new Float32Array(FINE * FINE);
  for (let j = 0; j < FINE; j++) {
    const { whole: r, w: wr } = places[j];
    for (let i = 0; i < FINE; i++) {
      const { whole: c, w: wc } = places[i];
      let sum = 0;
      for (let a = 0; a < 4; a++) {
        const row = rows[at(r + a - 1)];
        let along = 0;
        for (let b = 0; b < 4; b++) along += wc[b] * row[at(c + b - 1)];
        sum += wr[a] * along;
      }
      // Rows of the map go up, rows of a picture go down.
      out[(FINE - 1 - j) * FINE + i] = Math.min(1, Math.max(0, sum));
    }
  }
  return out;
}

/**
 * Paint a map.
 * @param {PadMap} map
 * @param {number} hue the category's
 * @param {number} range how much of the map is shown, at most 1
 * @returns {HTMLCanvasElement} to be scaled to its place
 */
export function paintMap(map, hue, range) {
  const bright = surface(levels(map.brightness), range);
  const decay = surface(levels(map.decay), range);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = FINE;
  const context = context2d(canvas);
  const image = context.createImageData(FINE, FINE);
  const dark = isDark();
  const colours = Array.from({ length: 256 }, (_, i) => {
    const v = i / 255;
    return dark
      ? oklch(0.225 + 0.33 * v, 0.035 + 0.085 * v, hue - 22 + 44 * v)
      : oklch(0.84 + 0.125 * v, 0.085 - 0.055 * v, hue - 22 + 44 * v);
  });
  for (let k = 0; k < FINE * FINE; k++) {
    const [r, g, b] = colours[Math.round(255 * bright[k])];
    image.data.set([r, g, b, 255], 4 * k);
  }
  context.putImageData(image, 0, 0);
  return drawContours(canvas, decay, dark);
}

/**
 * Draw lines of equal values (marching squares).
 * @param {HTMLCanvasElement} ground
 * @param {Float32Array} values
 * @param {boolean} dark
 */
function drawContours(ground, values, dark) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = FINE * SCALE;
  const context = context2d(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(ground, 0, 0, canvas.width, canvas.height);
  context.strokeStyle = dark ? "rgba(255, 255, 255, 0.13)" : "rgba(0, 0, 0, 0.12)";
  context.lineWidth = 1.6;
  context.lineCap = "round";
  for (let line = 1; line <= LINES; line++) {
    const level = line / (LINES + 1);
    context.beginPath();
    for (let j = 0; j < FINE - 1; j++) {
      for (let i = 0; i < FINE - 1; i++) drawSegment(context, values, i, j, level);
    }
    context.stroke();
  }
  return canvas;
}

/**
 * Draw the part of a contour line that passes through one square of the grid.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} values
 * @param {number} i @param {number} j @param {number} level
 */
function drawSegment(context, values, i, j, level) {
  const [a, b] = [values[j * FINE + i], values[j * FINE + i + 1]];
  const [d, c] = [values[(j + 1) * FINE + i], values[(j + 1) * FINE + i + 1]];
  const cut = (/** @type {number} */ from, /** @type {number} */ to) => (level - from) / (to - from);
  /** @type {[number, number][]} */
  const ends = [];
  if (a < level !== b < level) ends.push([i + cut(a, b), j]);
  if (b < level !== c < level) ends.push([i + 1, j + cut(b, c)]);
  if (d < level !== c < level) ends.push([i + cut(d, c), j + 1]);
  if (a < level !== d < level) ends.push([i, j + cut(a, d)]);
  for (let k = 0; k + 1 < ends.length; k += 2) {
    context.moveTo((ends[k][0] + 0.5) * SCALE, (ends[k][1] + 0.5) * SCALE);
    context.lineTo((ends[k + 1][0] + 0.5) * SCALE, (ends[k + 1][1] + 0.5) * SCALE);
  }
}
