/** Undo and redo over immutable states. Every function returns a new history. */

/** The number of steps that undo can go back. */
export const DEPTH = 200;

/**
 * @template T
 * @typedef {{past: readonly T[], now: T, future: readonly T[]}} History
 */

/** @template T @param {T} state @returns {History<T>} */
export function startHistory(state) {
  return { past: [], now: state, future: [] };
}

/** Add a step. @template T @param {History<T>} history @param {T} state @returns {History<T>} */
export function push({ past, now }, state) {
  return { past: [...past, now].slice(-DEPTH), now: state, future: [] };
}

/** Change the present state without a step. @template T @param {History<T>} history @param {T} state */
export function replace(history, state) {
  return { ...history, now: state };
}

/** Change every state, past and future too. @template T @param {History<T>} history @param {(state: T) => T} change */
export function rewrite({ past, now, future }, change) {
  return { past: past.map(change), now: change(now), future: future.map(change) };
}

/** Make one step of all changes since an earlier state. @template T @param {History<T>} history @param {T} before */
export function settle(history, before) {
  return push(replace(history, before), history.now);
}

/** @template T @param {History<T>} history @returns {History<T>} the same one if there is no step back */
export function undo(history) {
  const { past, now, future } = history;
  if (!past.length) return history;
  return { past: past.slice(0, -1), now: past[past.length - 1], future: [...future, now] };
}

/** @template T @param {History<T>} history @returns {History<T>} the same one if nothing was undone */
export function redo(history) {
  const { past, now, future } = history;
  if (!future.length) return history;
  return { past: [...past, now], now: future[future.length - 1], future: future.slice(0, -1) };
}
