/** Files of taught axes (`.ndaxis`), as `ndm axis learn` writes and reads them. */

import { MOST_AMOUNT, MOST_AXES, MOST_LETTERS } from "../model/taught-axes.js";
import { qualities } from "../model/qualities.js";

/** @import { Along, AxisStep, TaughtAxis } from "../net/messages.js" */
/** @import { Offers } from "../model/qualities.js" */

/** The ending of such a file's name. */
export const AXIS_ENDING = ".ndaxis";
/** The key that marks an axis, and the version of its form. */
const FORMAT = "neural_drum_machine_axis";
const VERSION = 1;
/** Numbers of the largest code, and examples of each kind. */
const [MOST_NUMBERS, MOST_EXAMPLES] = [4096, 1000];
const LARGEST = 100;

/** @param {TaughtAxis} axis */
export function writeAxis(axis) {
  return `${JSON.stringify(axis, null, 1)}\n`;
}

/**
 * Read the file of an axis.
 * @param {string} name of the file
 * @param {string} text
 * @param {Offers & {hash: string}} hello
 * @returns {TaughtAxis} one of the server's model
 * @throws {Error} with a sentence for people
 */
export function readAxis(name, text, hello) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${name} is no axis: it is not JSON.`);
  }
  if (value?.[FORMAT] === undefined) throw new Error(`${name} is no axis of this program.`);
  if (value[FORMAT] !== VERSION) throw new Error(`${name} is an axis of another version. Update the program to open it.`);
  const axis = checkedAxis(value, hello);
  if (!axis) throw new Error(`${name} is damaged. Teach the axis again.`);
  if (axis.model !== hello.hash) {
    const [its, here] = [axis.model, hello.hash].map((each) => each.slice(0, 12));
    throw new Error(`${name} was learned with model ${its}, this is ${here}. Teach the axis again from its examples.`);
  }
  return axis;
}

/**
 * An axis from elsewhere, of any model.
 * @param {any} value
 * @param {Offers} hello
 * @returns {TaughtAxis|null} null if it is damaged
 */
export function checkedAxis(value, hello) {
  const { name, model, order, step, middle, code, more, less } = value ?? {};
  const names = qualities(hello).map((quality) => quality.name);
  const isWhole = typeof name === "string" && name.length > 0 && typeof model === "string" && model.length <= 100
    && isNumber(order, 1) && order >= 0 && isNumber(middle, 1e6)
    && typeof step === "object" && step !== null && Object.keys(step).every((each) => names.some((known) => known === each))
    && Object.values(step).every((each) => isNumber(each, LARGEST))
    && Array.isArray(code) && code.length > 0 && code.length <= MOST_NUMBERS && code.every((each) => isNumber(each, LARGEST))
    && isExamples(more) && isExamples(less);
  if (!isWhole) return null;
  const known = /** @type {TaughtAxis} */ ({ name: name.slice(0, MOST_LETTERS), model, order, step, middle, code, more, less });
  return { ...known, [FORMAT]: VERSION };
}

/** Axes of a project from elsewhere; damaged ones are left out. @param {any} value @param {Offers} hello @returns {TaughtAxis[]} */
export function checkedAxes(value, hello) {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_AXES).flatMap((each) => checkedAxis(each, hello) ?? []);
}

/**
 * Where a sound from elsewhere was before its steps along axes. The sound itself needs it no more, so it is left out
 * if it is damaged or of another model.
 * @param {any} value
 * @param {Offers & {hash?: string}} hello
 * @returns {Omit<Along, "wish">|null}
 */
export function checkedAlong(value, hello) {
  const { axes, code } = value ?? {};
  if (!Array.isArray(axes) || !axes.length || axes.length > MOST_AXES) return null;
  if (!Array.isArray(code) || !code.every((each) => Number.isFinite(each))) return null;
  /** @type {AxisStep[]} */
  const steps = axes.flatMap((each) => {
    const axis = checkedAxis(each?.axis, hello);
    const isKnown = axis && axis.model === hello.hash && axis.code.length === code.length;
    return isKnown && isNumber(each.amount, MOST_AMOUNT) ? [{ axis, amount: each.amount }] : [];
  });
  return steps.length === axes.length ? { axes: steps, code } : null;
}

/** @param {any} value @param {number} largest */
function isNumber(value, largest) {
  return Number.isFinite(value) && Math.abs(value) <= largest;
}

/** Whether a value is a list of names with checksums. @param {any} value */
function isExamples(value) {
  const isExample = (/** @type {any} */ each) => Array.isArray(each) && each.length === 2 && each.every((text) => typeof text === "string");
  return Array.isArray(value) && value.length <= MOST_EXAMPLES && value.every(isExample);
}
