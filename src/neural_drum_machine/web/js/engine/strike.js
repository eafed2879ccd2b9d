/** What a softer stroke changes, as `wishes/velocity.py`; the engine makes it. */

import { levelDb, softness } from "../model/velocity.js";

/** How values change from the loudest stroke to softer ones. @typedef {{exponents: number[], changes: Record<string, number[]>}} VelocityCurves */
/** @typedef {{attack: number, decay: number, bands: number[], level: number}} Stroke */

/** @param {VelocityCurves} curves @param {Record<string, number>} shares of the categories @param {number} velocity @returns {Stroke} */
export function strokeOf(curves, shares, velocity) {
  const soft = softness(velocity);
  const change = curves.exponents.map((exponent, i) =>
    Object.entries(shares).reduce((sum, [category, share]) => sum + share * curves.changes[category][i] * soft ** exponent, 0),
  );
  return { attack: change[0], decay: change[1], bands: change.slice(2), level: levelDb(velocity) };
}
