/** The part of a map that a window shows: zoomed and moved. It is pure. */

import { clamp } from "./numbers.js";

/** @typedef {{zoom: number, x: number, y: number}} MapWindow the place in the middle, and how much it is enlarged */
/** @typedef {{width: number, height: number}} Size */

/** @type {Readonly<MapWindow>} */
export const WHOLE_MAP = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 });
export const MAX_ZOOM = 40;
/** Pixels around the map, so that the sounds at its edge are whole. */
const MARGIN = 18;

/** A place on the screen. @param {MapWindow} window @param {Size} size @param {number} x @param {number} y @returns {[number, number]} */
export function onScreen({ zoom, x: cx, y: cy }, { width, height }, x, y) {
  return [
    width / 2 + (x - cx) * zoom * (width - 2 * MARGIN),
    height / 2 - (y - cy) * zoom * (height - 2 * MARGIN),
  ];
}

/** A place on the map. @param {MapWindow} window @param {Size} size @param {number} left @param {number} top @returns {[number, number]} */
export function onMap({ zoom, x: cx, y: cy }, { width, height }, left, top) {
  return [
    cx + (left - width / 2) / (zoom * (width - 2 * MARGIN)),
    cy - (top - height / 2) / (zoom * (height - 2 * MARGIN)),
  ];
}

/** Zoom so that the place under a point of the screen stays there. @param {MapWindow} window @param {Size} size @param {number} factor @param {number} left @param {number} top @returns {MapWindow} */
export function zoomed(window, size, factor, left, top) {
  const zoom = clamp(window.zoom * factor, 1, MAX_ZOOM);
  const [x, y] = onMap(window, size, left, top);
  const [dx, dy] = [left - size.width / 2, size.height / 2 - top];
  return within({
    zoom, x: x - dx / (zoom * (size.width - 2 * MARGIN)), y: y - dy / (zoom * (size.height - 2 * MARGIN)),
  });
}

/** Move by pixels. @param {MapWindow} window @param {Size} size @param {number} dx @param {number} dy @returns {MapWindow} */
export function moved(window, size, dx, dy) {
  const [x, y] = onMap(window, size, size.width / 2 - dx, size.height / 2 - dy);
  return within({ ...window, x, y });
}

/** Move so that a place can be seen. @param {MapWindow} window @param {number} x @param {number} y @returns {MapWindow} */
export function showing(window, x, y) {
  const reach = 0.45 / window.zoom;
  return within({
    ...window, x: clamp(window.x, x - reach, x + reach), y: clamp(window.y, y - reach, y + reach),
  });
}

/** @param {MapWindow} window @returns {MapWindow} */
function within({ zoom, x, y }) {
  const half = 0.5 / zoom;
  return { zoom, x: clamp(x, half, 1 - half), y: clamp(y, half, 1 - half) };
}
