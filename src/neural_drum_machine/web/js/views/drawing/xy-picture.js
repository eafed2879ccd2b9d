/** The picture of the XY pad: the drum's map, the trail, the dots of kept sounds, and the point. */

import { clamp } from "../../model/numbers.js";
import { fitCanvas, typeface } from "./canvas.js";
import { accent, isDark } from "./color.js";

/** The place of another sound; without a label it is a dot. @typedef {{p: readonly number[], label: string, hue: number}} Mark */
/** The square that the pad shows. @typedef {{center: readonly number[], range: number}} Square */
/** A place where the point was, and its age from 0 to 1. @typedef {{p: readonly number[], age: number}} Trace */
/**
 * @typedef {object} XYPicture
 * @property {readonly number[]} p the point
 * @property {Square} square
 * @property {number} hue
 * @property {{picture: HTMLCanvasElement, square: Square}|null} map
 * @property {readonly Mark[]} marks
 * @property {readonly Trace[]} trail
 * @property {boolean} isHeld whether the point is dragged
 * @property {boolean} isEmpty whether there is no sound
 * @property {readonly number[]} rings the ages of rings around the point, 0 to 1
 */

/** The smallest distance of the point from the edge, in pixels, so that all of it is visible. */
const EDGE = 14;

/** A place in pixels. @param {readonly number[]} p @param {Square} square @param {number} width @param {number} height */
export function placeOf([x, y], { center, range }, width, height) {
  const share = (/** @type {number} */ v, /** @type {number} */ middle) => clamp((v - middle) / range, -1, 1);
  return [((share(x, center[0]) + 1) / 2) * width, ((1 - share(y, center[1])) / 2) * height];
}

/** @param {HTMLCanvasElement} canvas @param {XYPicture} picture */
export function drawXYPad(canvas, { p, square, hue, map, marks, trail, isHeld, isEmpty, rings }) {
  const { context, width, height } = fitCanvas(canvas);
  if (!width) return;
  if (map) drawMap(context, width, height, map, square);
  if (isEmpty) return;
  const place = (/** @type {readonly number[]} */ p) => placeOf(p, square, width, height);
  for (const mark of marks) drawMark(context, place(mark.p), mark);
  drawTrail(context, trail, place, hue);
  const [x, y] = place(p);
  const dot = [clamp(x, EDGE, width - EDGE), clamp(y, EDGE, height - EDGE)];
  for (const age of rings) drawRing(context, dot, age, hue);
  const strong = isDark() ? "#ffffff" : "#14161a";
  context.strokeStyle = strong;
  context.globalAlpha = 0.25;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
  context.globalAlpha = 1;
  context.fillStyle = accent(hue);
  context.lineWidth = 3;
  context.beginPath();
  context.arc(dot[0], dot[1], isHeld ? 13 : 10, 0, 7);
  context.shadowColor = "rgba(0, 0, 0, 0.5)";
  context.shadowBlur = 10;
  context.fill();
  context.shadowBlur = 0;
  context.stroke();
}

/**
 * Draw the map where it lies: it may have been made for a square beside the one that is shown.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} height
 * @param {{picture: HTMLCanvasElement, square: Square}} map
 * @param {Square} shown
 */
function drawMap(context, width, height, { picture, square }, shown) {
  const [w, h] = [(square.range / shown.range) * width, (square.range / shown.range) * height];
  const x = width / 2 + ((square.center[0] - shown.center[0]) / shown.range) * (width / 2);
  const y = height / 2 - ((square.center[1] - shown.center[1]) / shown.range) * (height / 2);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x - w / 2, y - h / 2, w, h);
}

/** @param {CanvasRenderingContext2D} context @param {readonly Trace[]} trail @param {(p: readonly number[]) => number[]} place @param {number} hue */
function drawTrail(context, trail, place, hue) {
  context.lineWidth = 3;
  context.lineCap = "round";
  for (let k = 1; k < trail.length; k++) {
    const [from, to] = [place(trail[k - 1].p), place(trail[k].p)];
    context.strokeStyle = accent(hue, 0.75 * (1 - trail[k].age) ** 2);
    context.beginPath();
    context.moveTo(from[0], from[1]);
    context.lineTo(to[0], to[1]);
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number[]} place @param {Mark} mark */
function drawMark(context, [x, y], { hue, label }) {
  context.fillStyle = accent(hue, 0.92);
  context.strokeStyle = isDark() ? "rgba(10, 11, 13, 0.8)" : "rgba(255, 255, 255, 0.85)";
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, label ? 9 : 4, 0, 7);
  context.fill();
  context.stroke();
  if (!label) return;
  context.fillStyle = isDark() ? "#101216" : "#ffffff";
  context.font = typeface(600);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, x, y + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} centre @param {number} age @param {number} hue */
function drawRing(context, [x, y], age, hue) {
  context.strokeStyle = accent(hue, 0.8 * (1 - age) ** 2);
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(x, y, 14 + 46 * (1 - (1 - age) ** 3), 0, 7);
  context.stroke();
}
