/** The map of a library: a place and a few facts of every sound, and what lies where. It is pure. */

import { categoryLabel } from "./labels.js";

/** @import { LibraryPart, Columns } from "../net/library-message.js" */
/** @import { LibraryReply } from "../net/messages.js" */

/**
 * All sounds by their position in the columns; places go from 0 to 1, the second one upwards.
 * @typedef {object} LibraryMap
 * @property {number} version
 * @property {string} layout
 * @property {readonly string[]} categories
 * @property {readonly string[]} names
 * @property {readonly string[]} kits
 * @property {Columns} columns
 * @property {Float32Array} x
 * @property {Float32Array} y
 * @property {Map<number, number>} position by number
 */
/**
 * Which sounds are asked for; "" is any.
 * @typedef {object} Filter
 * @property {string} category
 * @property {string} pitch
 * @property {string} decay
 * @property {string} brightness
 * @property {string} text words of the name or the kit
 */

/** @type {Readonly<Filter>} */
export const NO_FILTER = Object.freeze({ category: "", pitch: "", decay: "", brightness: "", text: "" });
/** The category of instruments that the model has no category for. */
const OTHER = "other";
/** From here on, the percent of doubt are shown. */
const DOUBTFUL = 30;
/** Sounds that make the sound of an empty place, and those among which another sound is placed. */
const [MAKERS, NEIGHBOURS] = [3, 5];
/** A place that equals a sound's is so far from it. */
const LEAST = 1e-4;

/** @param {LibraryPart[]} parts in order @param {Pick<LibraryReply, "version"|"layout">} status @returns {LibraryMap} */
export function mapOf(parts, { version, layout }) {
  const join = (/** @type {keyof Columns} */ name) => {
    const all = parts.map(({ columns }) => columns[name]);
    const out = new /** @type {any} */ (all[0].constructor)(all.reduce((n, each) => n + each.length, 0));
    let at = 0;
    for (const each of all) {
      out.set(each, at);
      at += each.length;
    }
    return out;
  };
  /** @type {Columns} */
  const columns = {
    ids: join("ids"), x: join("x"), y: join("y"), centroid: join("centroid"), decay: join("decay"),
    pitch: join("pitch"), length: join("length"), category: join("category"), doubt: join("doubt"),
  };
  return {
    version, layout, categories: parts[0].categories, names: parts.flatMap(({ names }) => names),
    kits: parts.flatMap(({ kits }) => kits), columns, x: Float32Array.from(columns.x, (v) => v / 65535),
    y: Float32Array.from(columns.y, (v) => v / 65535),
    position: new Map(Array.from(columns.ids, (id, i) => [id, i])),
  };
}

/** The category of a sound. @param {LibraryMap} map @param {number} i */
export function categoryAt(map, i) {
  return map.categories[map.columns.category[i]] ?? OTHER;
}

/**
 * The sounds that a filter lets through, by category and name.
 * @param {LibraryMap} map @param {Filter} filter
 * @param {ReadonlySet<number>|null} found numbers that the server has found for the ranges; null without one
 * @returns {number[]}
 */
export function shownOf(map, { category, text }, found) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const out = [];
  for (let i = 0; i < map.names.length; i++) {
    if (category && categoryAt(map, i) !== category) continue;
    if (found && !found.has(map.columns.ids[i])) continue;
    const name = words.length ? `${map.names[i]} ${map.kits[i]}`.toLowerCase() : "";
    if (words.every((word) => name.includes(word))) out.push(i);
  }
  const { category: kind } = map.columns;
  const collator = new Intl.Collator("en", { numeric: true });
  return out.sort((a, b) => kind[a] - kind[b] || collator.compare(map.names[a], map.names[b]));
}

/** The sound nearest to a place. `distance` counts in widths of the map. @param {LibraryMap} map @param {readonly number[]} shown @param {number} x @param {number} y */
export function nearestTo(map, shown, x, y) {
  let [index, least] = [-1, Infinity];
  for (const i of shown) {
    const square = (map.x[i] - x) ** 2 + (map.y[i] - y) ** 2;
    if (square < least) [index, least] = [i, square];
  }
  return { index, distance: Math.sqrt(least) };
}

/**
 * The sounds that make the sound of an empty place: their numbers, each followed by its share.
 * @param {LibraryMap} map @param {readonly number[]} shown @param {number} x @param {number} y
 * @returns {number[]} empty if there are none
 */
export function makersOf(map, shown, x, y) {
  const away = (/** @type {number} */ i) => Math.hypot(map.x[i] - x, map.y[i] - y);
  /** @type {number[]} */
  const best = [];
  for (const i of shown) {
    if (categoryAt(map, i) === OTHER) continue;
    let at = best.length;
    while (at > 0 && away(best[at - 1]) > away(i)) at--;
    if (at < MAKERS) best.splice(at, 0, i);
    best.length = Math.min(best.length, MAKERS);
  }
  const weights = best.map((i) => 1 / Math.max(LEAST, away(i)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return best.flatMap((i, n) => [map.columns.ids[i], weights[n] / sum]);
}

/**
 * The next sound in a direction: the nearest one within 45° of it.
 * @param {LibraryMap} map @param {readonly number[]} shown @param {number} from
 * @param {number} dx @param {number} dy one of them is 0
 * @returns {number} -1 if there is none
 */
export function nextIn(map, shown, from, dx, dy) {
  let [index, least] = [-1, Infinity];
  for (const i of shown) {
    const along = dx * (map.x[i] - map.x[from]) + dy * (map.y[i] - map.y[from]);
    const across = Math.abs(dy * (map.x[i] - map.x[from]) - dx * (map.y[i] - map.y[from]));
    if (along <= 0 || across > along || i === from) continue;
    const square = along ** 2 + across ** 2;
    if (square < least) [index, least] = [i, square];
  }
  return index;
}

/**
 * The place of a sound that is not in the library: among those that are most like it.
 * @param {LibraryMap} map @param {readonly number[]} ids nearest first @param {readonly number[]} distances
 * @returns {[number, number]|null}
 */
export function placeAmong(map, ids, distances) {
  let [x, y, sum] = [0, 0, 0];
  for (const [n, id] of ids.slice(0, NEIGHBOURS).entries()) {
    const i = map.position.get(id);
    if (i === undefined) continue;
    const weight = 1 / Math.max(1e-6, distances[n] ** 2);
    [x, y, sum] = [x + weight * map.x[i], y + weight * map.y[i], sum + weight];
  }
  return sum ? [x / sum, y / sum] : null;
}

/** The category as people read it, with a question mark where it is doubtful. @param {LibraryMap} map @param {number} i */
export function kindWords(map, i) {
  return `${categoryLabel(categoryAt(map, i))}${map.columns.doubt[i] > DOUBTFUL ? "?" : ""}`;
}

/** Kit, length and pitch in words. @param {LibraryMap} map @param {number} i */
export function factWords(map, i) {
  const { length, pitch } = map.columns;
  const parts = [map.kits[i], `${(length[i] / 100).toFixed(2)} s`, pitch[i] ? `${Math.round(pitch[i] / 10)} Hz` : ""];
  return parts.filter(Boolean).join(" · ");
}
