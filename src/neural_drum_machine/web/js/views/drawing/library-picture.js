/** The picture of the library's map: a mark for each sound, and what is chosen, held, kept or made. */

import { onScreen } from "../../model/map-window.js";
import { context2d, fitCanvas, typeface } from "./canvas.js";
import { BOX, colorOf, shapeOf } from "./shapes.js";
import { themed } from "./color.js";

/** @import { LibraryState } from "../../commands/library.js" */
/** @import { LibraryMap } from "../../model/library-map.js" */
/** @import { MapWindow, Size } from "../../model/map-window.js" */

/** The size of a mark in pixels, and how many of them it may grow. */
const [SMALL, GROWS] = [7, 9];

export class LibraryPicture {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this._canvas = canvas;
    /** All sounds as they were painted last: a sound that is chosen changes none of them. */
    this._ground = document.createElement("canvas");
    /** @type {unknown[]} what they depend on */
    this._painted = [];
  }

  /**
   * @param {LibraryState & {map: LibraryMap}} state
   * @param {MapWindow} window
   * @param {number} hovered the sound under the pointer, or -1
   */
  draw(state, window, hovered) {
    const { context, width, height } = fitCanvas(this._canvas);
    if (!width) return;
    const { chosen, ground, held, map, marks, shown } = state;
    const theme = document.documentElement.dataset.theme;
    const needs = [map, shown, window, width, height, this._canvas.width, theme];
    if (needs.some((each, i) => each !== this._painted[i])) {
      this._painted = needs;
      this._paint(map, shown, window, { width, height });
    }
    context.drawImage(this._ground, 0, 0, width, height);
    const size = { width, height };
    const side = sideAt(window);
    const text = themed("--text");
    const at = (/** @type {number} */ i) => onScreen(window, size, map.x[i], map.y[i]);
    if (held >= 0 && chosen >= 0 && held !== chosen) line(context, at(held), at(chosen), text);
    for (const mark of marks) {
      if (mark.label) drawBadge(context, onScreen(window, size, mark.x, mark.y), mark.label, text);
    }
    const here = marks.find(({ label }) => label === "");
    const isKept = marks.some((mark) => mark !== here && mark.x === here?.x && mark.y === here.y);
    if (here && !ground && !isKept) drawCross(context, onScreen(window, size, here.x, here.y), text, 5);
    if (ground) drawCross(context, onScreen(window, size, ground.x, ground.y), text, 9);
    if (held >= 0) ring(context, at(held), side, text, [4, 3]);
    if (chosen >= 0) ring(context, at(chosen), side, text, []);
    const named = hovered >= 0 ? hovered : chosen;
    if (named >= 0) drawName(context, at(named), map.names[named], width, side, text);
  }

  /** Paint all sounds. @param {LibraryMap} map @param {readonly number[]} shown @param {MapWindow} window @param {Size} size */
  _paint(map, shown, window, size) {
    const { width, height } = size;
    const ratio = this._canvas.width / width;
    [this._ground.width, this._ground.height] = [this._canvas.width, this._canvas.height];
    const context = context2d(this._ground);
    context.scale(ratio, ratio);
    drawAxes(context, width, height, map.layout);
    if (shown.length < map.names.length) {
      context.fillStyle = themed("--edge");
      context.globalAlpha = 0.35;
      for (let i = 0; i < map.names.length; i++) {
        const [x, y] = onScreen(window, size, map.x[i], map.y[i]);
        context.fillRect(x - 1, y - 1, 2, 2);
      }
    }
    const side = sideAt(window);
    const pictures = map.categories.map((category) => picture(category, map.categories, side * ratio));
    context.globalAlpha = 0.9;
    for (const i of shown) {
      const [x, y] = onScreen(window, size, map.x[i], map.y[i]);
      if (x < -side || y < -side || x > width + side || y > height + side) continue;
      const each = pictures[map.columns.category[i]];
      const wide = each.width / ratio;
      context.drawImage(each, x - wide / 2, y - wide / 2, wide, wide);
    }
  }
}

/** The size of a mark in pixels of the page. @param {MapWindow} window */
function sideAt({ zoom }) {
  return SMALL + Math.min(GROWS, 2.2 * Math.log2(zoom));
}

/** A category's mark. @param {string} category @param {readonly string[]} categories @param {number} size in pixels of the screen */
function picture(category, categories, size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(size) + 2;
  const context = context2d(canvas);
  context.translate(1, 1);
  context.scale(size / BOX, size / BOX);
  context.fillStyle = colorOf(category, categories);
  context.fill(new Path2D(shapeOf(category, categories)), "evenodd");
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {string} layout */
function drawAxes(context, width, height, layout) {
  if (layout !== "values") return;
  context.font = typeface(500);
  context.fillStyle = themed("--soft");
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.fillText("← dark", 10, height - 6);
  context.textAlign = "right";
  context.fillText("bright →", width - 10, height - 6);
  context.save();
  context.translate(6, height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  context.textAlign = "center";
  context.fillText("← short     long →", 0, 0);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {number[]} from @param {number[]} to @param {string} color */
function line(context, [x0, y0], [x1, y1], color) {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number[]} place @param {number} side @param {string} color @param {number[]} dashes */
function ring(context, [x, y], side, color, dashes) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash(dashes);
  context.beginPath();
  context.arc(x, y, side / 2 + 6, 0, 7);
  context.stroke();
  context.setLineDash([]);
}

/** A cross in a disc: the present sound, or the one that was made. @param {CanvasRenderingContext2D} context @param {number[]} place @param {string} color @param {number} reach */
function drawCross(context, [x, y], color, reach) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - reach, y);
  context.lineTo(x + reach, y);
  context.moveTo(x, y - reach);
  context.lineTo(x, y + reach);
  context.stroke();
}

/** The number of a drum pad. @param {CanvasRenderingContext2D} context @param {number[]} place @param {string} label @param {string} color */
function drawBadge(context, [x, y], label, color) {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(x - 9, y - 8, 18, 16, 4);
  context.fill();
  context.fillStyle = themed("--ground");
  context.font = typeface(600);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, x, y + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} place @param {string} name @param {number} width @param {number} side @param {string} color */
function drawName(context, [x, y], name, width, side, color) {
  context.font = typeface(600);
  const text = name.length > 32 ? `${name.slice(0, 31)}…` : name;
  const wide = context.measureText(text).width + 14;
  const left = Math.min(Math.max(4, x - wide / 2), width - wide - 4);
  const top = y - side / 2 - 34 < 2 ? y + side / 2 + 12 : y - side / 2 - 34;
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(left, top, wide, 22, 6);
  context.fill();
  context.fillStyle = themed("--ground");
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, left + 7, top + 11.5);
}
