/** Two tabs at the same work: pads, A and B are shared; the sound being worked on is each tab's own. */

/** @param {any} one @param {any} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * A state of this tab's work with what another tab has changed. What differs here from what both knew
 * stays: it is newer than that, or a step that undo goes back to.
 * @param {import("./project.js").Project} mine
 * @param {import("./project.js").Project} before what both knew
 * @param {import("./project.js").Project} after what the other has kept
 * @returns {import("./project.js").Project} `mine` itself if there is nothing to take
 */
export function merged(mine, before, after) {
  /** @template T @param {T} here @param {T} was @param {T} is @returns {T} */
  const taken = (here, was, is) => (isSame(was, is) || !isSame(here, was) ? here : is);
  const pads = mine.pads.map((pad, n) => taken(pad, before.pads[n], after.pads[n]));
  const [a, b] = [taken(mine.a, before.a, after.a), taken(mine.b, before.b, after.b)];
  const isChanged = a !== mine.a || b !== mine.b || pads.some((pad, n) => pad !== mine.pads[n]);
  return isChanged ? Object.freeze({ ...mine, pads, a, b }) : mine;
}
