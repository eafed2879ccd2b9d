/**
 * The mark of a category on a map and in lists: a shape and a colour. No two categories have one shape, so that
 * nobody needs to tell the colours apart; neighbours in hue also differ in lightness.
 */

import { hueOf, isDark, oklch } from "./color.js";

/** Shapes in a box of 20 by 20. */
const SHAPES = [
  "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15z", // disc
  "M7.2 3h5.6v4.2H17v5.6h-4.2V17H7.2v-4.2H3V7.2h4.2z", // plus
  "M3.5 3.5h13v13h-13z", // square
  "M10 1.5 18 17H2z", // triangle
  "M10 18.5 2 3h16z", // triangle, pointing down
  "M10 1l2.5 6 6.5.5-5 4.2 1.6 6.3L10 14.6 4.4 18 6 11.7 1 7.5 7.5 7z", // star
  "M10 1 18.5 10 10 19 1.5 10z", // diamond
  "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15zm0 4.2a3.3 3.3 0 1 0 0 6.6a3.3 3.3 0 1 0 0-6.6z", // ring
  "M1.5 6.5h17v7h-17z", // bar
  "M5.2 2.5 10 7.3l4.8-4.8 2.7 2.7L12.7 10l4.8 4.8-2.7 2.7L10 12.7l-4.8 4.8-2.7-2.7L7.3 10 2.5 5.2z", // cross
  "M6.5 1.5h7v17h-7z", // upright bar
  "M10 4.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11zm0 1.8a3.7 3.7 0 1 0 0 7.4a3.7 3.7 0 1 0 0-7.4z", // thin ring
];
export const BOX = 20;
/** Lightness of neighbours in hue, in the dark theme and in the light one. */
const LIGHTNESS = { dark: [0.82, 0.7, 0.9], light: [0.52, 0.4, 0.6] };

/** The outline of a category's shape. @param {string} category @param {readonly string[]} categories */
export function shapeOf(category, categories) {
  const n = categories.indexOf(category);
  return SHAPES[n < 0 ? SHAPES.length - 1 : n % SHAPES.length];
}

/** @param {string} category @param {readonly string[]} categories all of the map; the last one is no drum of the model */
export function colorOf(category, categories) {
  const lightness = LIGHTNESS[isDark() ? "dark" : "light"];
  const n = categories.indexOf(category);
  if (n < 0 || n === categories.length - 1) return isDark() ? "#a3acba" : "#565c66";
  const [r, g, b] = oklch(lightness[n % 3], 0.125, hueOf(category, categories.slice(0, -1)));
  return `rgb(${r}, ${g}, ${b})`;
}

/** The mark as a picture beside the category's name. @param {string} category @param {readonly string[]} categories */
export function markOf(category, categories) {
  const name = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(name, "svg");
  picture.setAttribute("viewBox", `0 0 ${BOX} ${BOX}`);
  picture.setAttribute("class", "mark");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(name, "path");
  path.setAttribute("d", shapeOf(category, categories));
  path.setAttribute("fill-rule", "evenodd");
  path.setAttribute("fill", colorOf(category, categories));
  picture.append(path);
  return picture;
}
