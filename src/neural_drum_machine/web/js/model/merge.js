/**
 * Two browser tabs with the same project. The kit, the beat, A and B, and taught axes are shared; the pad that is edited
 * belongs to each tab.
 */

import { tied } from "./project.js";

/** @import { Project } from "./project.js" */

/** @param {unknown} one @param {unknown} other */
function isEqual(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Apply another tab's changes to one state of this tab's project. A value that this tab has changed
 * itself stays: it is newer, or it is a step that undo goes back to.
 * @param {Project} mine
 * @param {Project} before the project that both tabs knew
 * @param {Project} after the project that the other tab has saved
 * @returns {Project} `mine` itself if nothing changes
 */
export function merge(mine, before, after) {
  /** @template T @param {T} here @param {T} was @param {T} is @returns {T} */
  const merged = (here, was, is) => (isEqual(was, is) || !isEqual(here, was) ? here : is);
  const pads = mine.pads.map((pad, n) => merged(pad, before.pads[n], after.pads[n]));
  const [a, b] = [merged(mine.a, before.a, after.a), merged(mine.b, before.b, after.b)];
  const axes = merged(mine.axes, before.axes, after.axes);
  const beat = merged(mine.beat, before.beat, after.beat);
  const kitName = merged(mine.kitName, before.kitName, after.kitName);
  const isChanged = beat !== mine.beat || kitName !== mine.kitName || axes !== mine.axes || a !== mine.a || b !== mine.b || pads.some((pad, n) => pad !== mine.pads[n]);
  return isChanged ? tied(mine, { ...mine, pads, a, b, axes, beat, kitName }) : mine;
}
