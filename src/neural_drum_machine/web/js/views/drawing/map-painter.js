/** Paints the map behind the XY pad: colour shows brightness, contour lines show decay. */

import { context2d } from "./canvas.js";
import { isDark, oklch } from "./color.js";
import { contours } from "./contours.js";

/** @import { PadMap } from "../../model/state.js" */

/** Points of the painted grid on each axis. */
export const FINE = 144;
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
 * Where each point of the painted grid lies between the map's: four neighbours and their weights.
 * @param {number} n the map's points on each axis
 * @param {number} range how much of the map is shown: at most 1, as it covers ±1
 */
function placesOf(n, range) {
  return Array.from({ length: FINE }, (_, i) => {
    const x = (((2 * (i / (FINE - 1)) - 1) * range + 1) / 2) * (n - 1);
    const whole = Math.min(n - 2, Math.floor(x));
    const near = [-1, 0, 1, 2].map((step) => Math.min(n - 1, Math.max(0, whole + step)));
    return { near, w: weights(x - whole) };
  });
}

/**
 * Interpolate values smoothly on the painted grid: along the rows, then along the columns.
 * @param {number[][]} rows
 * @param {number} range as of `placesOf`
 * @returns {Float32Array} rows from the top
 */
export function surface(rows, range) {
  const n = rows.length;
  const places = placesOf(n, range);
  const along = new Float32Array(n * FINE);
  for (let i = 0; i < FINE; i++) {
    const [w0, w1, w2, w3] = places[i].w;
    const [c0, c1, c2, c3] = places[i].near;
    for (let r = 0; r < n; r++) {
      const row = rows[r];
      along[r * FINE + i] = w0 * row[c0] + w1 * row[c1] + w2 * row[c2] + w3 * row[c3];
    }
  }
  const out = new Float32Array(FINE * FINE);
  for (let j = 0; j < FINE; j++) {
    const [w0, w1, w2, w3] = places[j].w;
    const [r0, r1, r2, r3] = places[j].near.map((r) => r * FINE);
    const top = (FINE - 1 - j) * FINE; // rows of the map go up, rows of a picture go down
    for (let i = 0; i < FINE; i++) {
      const value = w0 * along[r0 + i] + w1 * along[r1 + i] + w2 * along[r2 + i] + w3 * along[r3 + i];
      out[top + i] = value < 0 ? 0 : value > 1 ? 1 : value;
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
  const { data } = image;
  for (let k = 0; k < FINE * FINE; k++) {
    const colour = colours[Math.round(255 * bright[k])];
    data[4 * k] = colour[0];
    data[4 * k + 1] = colour[1];
    data[4 * k + 2] = colour[2];
    data[4 * k + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return drawContours(canvas, decay, dark);
}

/**
 * Draw lines of equal values.
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
  context.beginPath();
  const at = (/** @type {number} */ x) => (x + 0.5) * SCALE;
  contours(values, FINE, LINES, (x0, y0, x1, y1) => {
    context.moveTo(at(x0), at(y0));
    context.lineTo(at(x1), at(y1));
  });
  context.stroke();
  return canvas;
}
