/** Undo and redo over immutable states. */

/** How many steps back there are. */
const DEPTH = 200;

/** @template T */
export class History {
  /** @param {T} state */
  constructor(state) {
    this.now = state;
    /** @type {T[]} */
    this._past = [];
    /** @type {T[]} */
    this._future = [];
  }

  get canUndo() {
    return this._past.length > 0;
  }

  get canRedo() {
    return this._future.length > 0;
  }

  /** A new step. @param {T} state */
  push(state) {
    this._past.push(this.now);
    if (this._past.length > DEPTH) this._past.shift();
    this._future = [];
    this.now = state;
  }

  /** Another state in the place of the present one. @param {T} state */
  replace(state) {
    this.now = state;
  }

  /** Change every state there is, back and forth. @param {(state: T) => T} change */
  rewrite(change) {
    this.now = change(this.now);
    this._past = this._past.map(change);
    this._future = this._future.map(change);
  }

  /** All that came since an earlier state as one step. @param {T} before */
  settle(before) {
    const after = this.now;
    this.replace(before);
    this.push(after);
  }

  undo() {
    const before = this._past.pop();
    if (before === undefined) return false;
    this._future.push(this.now);
    this.now = before;
    return true;
  }

  redo() {
    const after = this._future.pop();
    if (after === undefined) return false;
    this._past.push(this.now);
    this.now = after;
    return true;
  }
}
