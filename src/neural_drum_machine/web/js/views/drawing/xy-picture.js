/** The picture of the XY pad: its map, a grid, the marks of other sounds, and the point. */

import { clamp } from "../../model/numbers.js";
import { fitCanvas } from "./canvas.js";
import { accent, isDark } from "./color.js";

/** The place of another sound. @typedef {{p: number[], label: string, hue: number}} Mark */
/**
 * @typedef {object} XYPicture
 * @property {number[]} p the point
 * @property {number} range of both axes
 * @property {number} hue
 * @property {HTMLCanvasElement|null} map
 * @property {Mark[]} marks
 * @property {boolean} isHeld whether the point is dragged
 * @property {number[]} rings the ages of rings around the point, 0 to 1
 */

/** The smallest distance of the point from the edge, in pixels, so that all of it is visible. */
const EDGE = 16;

/** @param {HTMLCanvasElement} canvas @param {XYPicture} picture */
export function drawXYPad(canvas, { p, range, hue, map, marks, isHeld, rings }) {
  const { context, width, height } = fitCanvas(canvas);
  if (!width) return;
  if (map) {
    const share = Math.min(1, 1 / range);
    const [w, h] = [share * width, share * height];
    context.imageSmoothingQuality = "high";
    context.drawImage(map, (width - w) / 2, (height - h) / 2, w, h);
  }
  const place = (/** @type {number[]} */ [x, y]) => [
    ((clamp(x / range, -1, 1) + 1) / 2) * width,
    ((1 - clamp(y / range, -1, 1)) / 2) * height,
  ];
  drawGrid(context, width, height, range > 1 ? [place([-1, 1]), place([1, -1])] : null);
  for (const mark of marks) drawMark(context, place(mark.p), mark);
  const [x, y] = place(p);
  const dot = [clamp(x, EDGE, width - EDGE), clamp(y, EDGE, height - EDGE)];
  for (const age of rings) drawRing(context, dot, age, hue);
  const strong = isDark() ? "#ffffff" : "#14161a";
  context.strokeStyle = strong;
  context.globalAlpha = 0.22;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
  context.globalAlpha = 1;
  context.fillStyle = accent(hue);
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(dot[0], dot[1], isHeld ? 14 : 11, 0, 7);
  context.shadowColor = "rgba(0, 0, 0, 0.35)";
  context.shadowBlur = 10;
  context.fill();
  context.shadowBlur = 0;
  context.stroke();
}

/**
 * A cross at the centre, and a frame around ±1.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} height
 * @param {number[][]|null} frame two corners; null without a frame
 */
function drawGrid(context, width, height, frame) {
  context.strokeStyle = isDark() ? "rgba(255, 255, 255, 0.16)" : "rgba(0, 0, 0, 0.16)";
  context.lineWidth = 1;
  const [cx, cy] = [width / 2, height / 2];
  context.beginPath();
  context.moveTo(cx - 7, cy);
  context.lineTo(cx + 7, cy);
  context.moveTo(cx, cy - 7);
  context.lineTo(cx, cy + 7);
  context.stroke();
  if (!frame) return;
  const [[x0, y0], [x1, y1]] = frame;
  context.setLineDash([3, 5]);
  context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} place @param {Mark} mark */
function drawMark(context, [x, y], { hue, label }) {
  context.fillStyle = accent(hue, 0.9);
  context.beginPath();
  context.arc(x, y, 9, 0, 7);
  context.fill();
  context.fillStyle = isDark() ? "#101216" : "#ffffff";
  context.font = "600 11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, x, y + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} centre @param {number} age @param {number} hue */
function drawRing(context, [x, y], age, hue) {
  context.strokeStyle = accent(hue, 0.7 * (1 - age) ** 2);
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(x, y, 14 + 46 * (1 - (1 - age) ** 3), 0, 7);
  context.stroke();
}
