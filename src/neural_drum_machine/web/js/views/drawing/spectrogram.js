/** The spectrogram: short Fourier transforms, computed when they are drawn. */

import { fft } from "../../model/fft.js";
import { context2d, typeface } from "./canvas.js";
import { isDark, oklch } from "./color.js";

/** The length of a transform in seconds, about. */
const SECONDS = 0.046;
const FLOOR_DB = -72;
const LOW_HZ = 40;

/** A window for one transform; its length is a power of two. @param {number} sr Hz */
function windowFor(sr) {
  const size = 2 ** Math.round(Math.log2(SECONDS * sr));
  return Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
}

/**
 * The magnitudes of the transform around a sample.
 * @param {Float32Array} samples
 * @param {number} centre
 * @param {Float32Array} window
 * @returns {Float32Array} half as many as the window has samples
 */
function magnitudes(samples, centre, window) {
  const size = window.length;
  const re = new Float32Array(size);
  const start = Math.round(centre) - size / 2;
  for (let i = 0; i < size; i++) re[i] = (samples[start + i] ?? 0) * window[i];
  const im = new Float32Array(size);
  fft(re, im);
  return Float32Array.from({ length: size / 2 }, (_, k) => Math.hypot(re[k], im[k]));
}

/** Colours of 256 levels. @param {number} hue */
function ramp(hue) {
  const dark = isDark();
  return Array.from({ length: 256 }, (_, i) => {
    const v = i / 255;
    return dark
      ? oklch(0.17 + 0.75 * v, 0.02 + 0.15 * Math.sin(Math.PI * Math.min(1, v * 0.8)), hue - 30 * (1 - v))
      : oklch(0.985 - 0.62 * v, 0.01 + 0.14 * v, hue + 20 * (1 - v));
  });
}

/**
 * Draw the visible part of a sound. The frequency axis is logarithmic, from 40 Hz.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} height
 * @param {Float32Array} samples
 * @param {number} sr Hz
 * @param {number[]} view the visible part: its start and end, 0 to 1
 * @param {number} hue
 */
export function drawSpectrogram(context, width, height, samples, sr, view, hue) {
  const columns = Math.min(320, Math.max(32, Math.round(width / 2)));
  const rows = 160;
  const levels = new Float32Array(columns * rows);
  const window = windowFor(sr);
  let top = 1e-9;
  for (let x = 0; x < columns; x++) {
    const place = view[0] + ((x + 0.5) / columns) * (view[1] - view[0]);
    const column = magnitudes(samples, place * samples.length, window);
    for (let y = 0; y < rows; y++) {
      const hz = LOW_HZ * (sr / 2 / LOW_HZ) ** (1 - y / rows);
      const bin = Math.min(window.length / 2 - 2, (hz * window.length) / sr);
      const whole = Math.floor(bin);
      const value = column[whole] + (bin - whole) * (column[whole + 1] - column[whole]);
      levels[y * columns + x] = value;
      if (value > top) top = value;
    }
  }
  const small = document.createElement("canvas");
  [small.width, small.height] = [columns, rows];
  const paint = context2d(small);
  const image = paint.createImageData(columns, rows);
  const colours = ramp(hue);
  for (let k = 0; k < levels.length; k++) {
    const db = 20 * Math.log10(levels[k] / top + 1e-9);
    const [r, g, b] = colours[Math.round(255 * Math.min(1, Math.max(0, 1 - db / FLOOR_DB)))];
    image.data.set([r, g, b, 255], 4 * k);
  }
  paint.putImageData(image, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, width, height);
  context.fillStyle = isDark() ? "rgba(255, 255, 255, 0.7)" : "rgba(20, 22, 26, 0.75)";
  context.font = typeface(500);
  context.textBaseline = "middle";
  for (const [hz, label] of /** @type {[number, string][]} */ ([[100, "100"], [1000, "1k"], [10000, "10k"]])) {
    context.fillText(label, 6, height * (1 - Math.log(hz / LOW_HZ) / Math.log(sr / 2 / LOW_HZ)));
  }
}
