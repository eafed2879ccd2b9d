/** Requests that wait until nothing else is asked for, and nothing is dragged. */

/** @import { App } from "./app.js" */

export class WhenIdle {
  /**
   * @param {App} app
   * @param {number} rest milliseconds without a request until the work begins
   * @param {() => (() => Promise<void>)|null} find what is to be done now, or nothing: then the next call of `soon` tries again
   */
  constructor(app, rest, find) {
    this._app = app;
    this._rest = rest;
    this._find = find;
    this._isAtWork = false;
    this._timer = 0;
  }

  /** Look for work once nothing has been asked for during a rest. */
  soon() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void this._next(), this._rest);
  }

  async _next() {
    const { client, gesture, state } = this._app;
    if (this._isAtWork || state.isAway) return;
    const work = this._find();
    if (!work) return;
    if (gesture.isHeld || gesture.isMoving || !client.isIdle) {
      this.soon();
      return;
    }
    this._isAtWork = true;
    try {
      await work();
    } finally {
      this._isAtWork = false;
    }
  }
}
