/** The store: holds the state, passes actions to the reducer, and tells the subscribers. */

/** @import { Action } from "./reducer.js" */
/** @import { State } from "./state.js" */

/** @typedef {(state: State, before: State) => void} Subscriber */

export class Store {
  /**
   * @param {(state: State, action: Action) => State} reduce
   * @param {State} state the first one
   */
  constructor(reduce, state) {
    this._reduce = reduce;
    this.state = state;
    /** @type {Set<Subscriber>} */
    this._subscribers = new Set();
  }

  /** @param {Action} action */
  dispatch(action) {
    const before = this.state;
    this.state = this._reduce(before, action);
    if (this.state === before) return;
    for (const each of this._subscribers) each(this.state, before);
  }

  /**
   * Have a function called after every change.
   * @param {Subscriber} subscriber
   * @returns {() => void} ends the subscription
   */
  subscribe(subscriber) {
    this._subscribers.add(subscriber);
    return () => this._subscribers.delete(subscriber);
  }
}
