/** Which request is next: a drag replaces the one of its client that still waits, the others go in their order. */

/** @import { Asked } from "./answers.js" */

const NEWEST = new Set(["generate", "move", "bend", "morph"]);
/** Requests that make no sound at once: they wait for those that do. */
const LATER = new Set(["layers"]);

export class Turns {
  constructor() {
    /** @type {Asked|null} */
    this._newest = null;
    /** @type {Asked[]} */
    this._line = [];
    this._wasNewest = false;
  }

  /** Let a request wait; returns the one that it replaces. @param {Asked} asked @returns {Asked|null} */
  add(asked) {
    if (!NEWEST.has(asked.type)) {
      this._line.push(asked);
      return null;
    }
    const before = this._newest;
    this._newest = asked;
    return before;
  }

  /** The next request, or null. @returns {Asked|null} */
  next() {
    const newest = this._newest;
    if (newest && (!this._wasNewest || !this._line.length || LATER.has(this._line[0].type))) {
      this._newest = null;
      this._wasNewest = true;
      return newest;
    }
    this._wasNewest = false;
    return this._line.shift() ?? null;
  }

  /** Let a request wait no longer; returns it if it waited. @param {number} id @returns {Asked|null} */
  withdraw(id) {
    if (this._newest?.id === id) {
      const found = this._newest;
      this._newest = null;
      return found;
    }
    const place = this._line.findIndex((each) => each.id === id);
    return place < 0 ? null : this._line.splice(place, 1)[0];
  }
}
