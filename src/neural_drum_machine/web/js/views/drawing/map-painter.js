/**
 * Paints the map of a drum from the small spectrograms of the sounds that lie on it. Each cell shows the one of its place,
 * time to the right and frequency upwards, and goes over into its neighbours; the hue turns with brightness.
 */

import { COLUMNS, ROWS } from "../../model/node-picture.js";
import { context2d } from "./canvas.js";
import { isDark, oklch } from "./color.js";

/** @import { MapNode } from "../../model/state.js" */

/** Pixels of a cell. */
const CELL = 54;
/** The share of a cell at its edges over which its picture fades, so that cells have no seams. */
const EDGE = 0.16;
/** Degrees that the hue turns from the darkest to the brightest sound. */
const TURN = 64;
const [TONES, LEVELS] = [24, 96];

/**
 * @param {readonly MapNode[]} nodes some of the grid
 * @param {number} grid points on each axis
 * @param {number} hue the category's
 * @returns {HTMLCanvasElement} to be scaled to its place
 */
export function paintMap(nodes, grid, hue) {
  const all = filled(nodes, grid);
  const tones = levels(all.map(({ brightness }) => Math.log(brightness)));
  const size = CELL * grid;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = context2d(canvas);
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = palette(hue);
  // By pixel of an axis: the two nodes beside it, the weight of the second, and the place in the cell.
  const places = Array.from({ length: size }, (_, k) => {
    const x = ((k + 0.5) / size) * (grid - 1);
    const first = Math.min(grid - 2, Math.floor(x));
    const t = x - first;
    const within = (x + 0.5) % 1;
    return { first, t: t * t * (3 - 2 * t), within, glow: fade(within / EDGE) * fade((1 - within) / EDGE) };
  });
  for (let y = 0; y < size; y++) {
    const down = places[size - 1 - y]; // rows of the grid go up, rows of a picture go down
    const row = (1 - down.within) * ROWS - 0.5;
    for (let x = 0; x < size; x++) {
      const along = places[x];
      const a = down.first * grid + along.first;
      const weights = [(1 - along.t) * (1 - down.t), along.t * (1 - down.t), (1 - along.t) * down.t, along.t * down.t];
      const corners = [a, a + 1, a + grid, a + grid + 1];
      const column = along.within * COLUMNS - 0.5;
      let [level, tone] = [0, 0];
      for (let k = 0; k < 4; k++) {
        level += weights[k] * levelAt(all[corners[k]].picture, column, row);
        tone += weights[k] * tones[corners[k]];
      }
      level *= along.glow * down.glow;
      pixels[y * size + x] = colours[Math.round(tone * (TONES - 1)) * LEVELS + Math.round((level / 255) * (LEVELS - 1))];
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** From 0 to 1, smoothly; 1 beyond. @param {number} x */
function fade(x) {
  return x >= 1 ? 1 : x * x * (3 - 2 * x);
}

/** A picture's level between its points. @param {Uint8Array} picture @param {number} x @param {number} y */
function levelAt(picture, x, y) {
  const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
  const [right, bottom] = [Math.min(COLUMNS - 1, left + 1), Math.min(ROWS - 1, top + 1)];
  const [u, v] = [Math.max(0, x - left), Math.max(0, y - top)];
  const above = picture[top * COLUMNS + left] * (1 - u) + picture[top * COLUMNS + right] * u;
  const below = picture[bottom * COLUMNS + left] * (1 - u) + picture[bottom * COLUMNS + right] * u;
  return above * (1 - v) + below * v;
}

/** The whole grid: where nothing is known yet, the nearest node that is. @param {readonly MapNode[]} nodes @param {number} grid @returns {MapNode[]} */
export function filled(nodes, grid) {
  return Array.from({ length: grid * grid }, (_, k) => {
    const [i, j] = [k % grid, Math.floor(k / grid)];
    const far = (/** @type {MapNode} */ node) => Math.hypot(node.i - i, node.j - j);
    return nodes.reduce((best, node) => (far(node) < far(best) ? node : best));
  });
}

/** Values from 0 to 1. @param {number[]} values */
function levels(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((v) => (high - low > 1e-9 ? (v - low) / (high - low) : 0.5));
}

/** Colours by tone and level, as pixels. @param {number} hue */
function palette(hue) {
  const dark = isDark();
  const out = new Uint32Array(TONES * LEVELS);
  for (let t = 0; t < TONES; t++) {
    const tone = t / (TONES - 1);
    const turned = hue + TURN * (tone - 0.5);
    for (let k = 0; k < LEVELS; k++) {
      const v = k / (LEVELS - 1);
      const strong = v ** 1.5;
      const [r, g, b] = dark
        ? oklch(0.15 + 0.06 * tone + 0.6 * strong, 0.03 + 0.14 * Math.sin(Math.PI * Math.min(1, 0.12 + 0.75 * v)), turned)
        : oklch(0.93 - 0.04 * tone - 0.5 * strong, 0.025 + 0.13 * v, turned);
      out[t * LEVELS + k] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
  }
  return out;
}
