/** The picture of a waveform, with its original behind it, and of its fades. */

import { fadeGain } from "../../model/trim.js";
import { accent, isDark, themed } from "./color.js";

/** @import { Channels } from "../../model/channels.js" */
/** @import { FittedTrim } from "../../model/trim.js" */

/**
 * @typedef {object} Picture
 * @property {Channels} channels
 * @property {Channels|null} original the sound that was encoded
 * @property {number} sr Hz
 * @property {number[]} view the visible part: its start and end, 0 to 1
 * @property {number} hue
 * @property {FittedTrim} trim
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} height
 * @param {Picture} picture
 */
export function drawWave(context, width, height, picture) {
  const { hue, original, trim } = picture;
  context.strokeStyle = themed("--line");
  context.beginPath();
  context.moveTo(0, height / 2);
  context.lineTo(width, height / 2);
  context.stroke();
  const gain = (/** @type {number} */ ms) => {
    if (ms < trim.start || ms > trim.end) return 1;
    const up = trim.fadeIn ? Math.min(1, (ms - trim.start) / trim.fadeIn) : 1;
    const down = trim.fadeOut ? Math.min(1, (trim.end - ms) / trim.fadeOut) : 1;
    return fadeGain(up) * fadeGain(down);
  };
  if (original) {
    context.fillStyle = isDark() ? "rgba(255, 255, 255, 0.26)" : "rgba(0, 0, 0, 0.22)";
    fillOutline(context, original, width, height, picture, () => 1);
  }
  const paint = context.createLinearGradient(0, 0, 0, height);
  for (const [at, alpha] of [[0, 0.65], [0.5, 1], [1, 0.65]]) {
    paint.addColorStop(at, accent(hue, original ? 0.8 * alpha : alpha));
  }
  context.fillStyle = paint;
  fillOutline(context, picture.channels, width, height, picture, gain);
}

/**
 * Fill between the lowest and highest sample of each pixel, of all channels.
 * @param {CanvasRenderingContext2D} context
 * @param {Channels} channels
 * @param {number} width @param {number} height
 * @param {Picture} picture
 * @param {(ms: number) => number} gain
 */
function fillOutline(context, channels, width, height, picture, gain) {
  const [low, high] = picture.view;
  const n = picture.channels[0].length;
  const at = (/** @type {number} */ x) => (low + (x / width) * (high - low)) * n;
  const y = (/** @type {number} */ v) => height / 2 - v * (height / 2 - 6);
  const bottoms = [];
  context.beginPath();
  for (let x = 0; x <= width; x++) {
    const from = Math.floor(at(x));
    const until = Math.max(from + 1, Math.ceil(at(x + 1)));
    let [least, most] = [Infinity, -Infinity];
    for (const samples of channels) {
      for (let i = from; i < until; i++) {
        const v = samples[i] ?? 0;
        if (v < least) least = v;
        if (v > most) most = v;
      }
    }
    const g = gain((1000 * from) / picture.sr);
    context.lineTo(x, y(most * g) - 0.6);
    bottoms.push(y(least * g) + 0.6);
  }
  for (let x = bottoms.length - 1; x >= 0; x--) context.lineTo(x, bottoms[x]);
  context.closePath();
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} height
 * @param {FittedTrim} trim
 * @param {(ms: number) => number} xOf the place of a time, in pixels
 */
export function drawFades(context, height, { start, end, fadeIn, fadeOut }, xOf) {
  context.strokeStyle = isDark() ? "rgba(255, 255, 255, 0.75)" : "rgba(20, 22, 26, 0.7)";
  context.lineWidth = 1.5;
  for (const [from, ms, way] of [[start, fadeIn, 1], [end, fadeOut, -1]]) {
    if (!ms) continue;
    context.beginPath();
    for (let k = 0; k <= 24; k++) {
      context.lineTo(xOf(from + (way * ms * k) / 24), height - 3 - (height - 6) * fadeGain(k / 24));
    }
    context.stroke();
  }
}
