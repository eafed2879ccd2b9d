/** The maps of the XY pad: each is asked for once, when its category is first shown. */

import { Refusal } from "./client.js";

/** @import { Client } from "./client.js" */
/** @import { Store } from "../model/store.js" */

export class MapCache {
  /** @param {Client} client @param {Store} store */
  constructor(client, store) {
    this._client = client;
    this._store = store;
  }

  /** Have a category's map in the state. Without a server there is none. @param {string} category */
  async load(category) {
    if (this._store.state.maps[category]) return;
    try {
      const { brightness, decay } = await this._client.ask("pad_map", { category });
      this._store.dispatch({ type: "map-loaded", category, map: { brightness, decay } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}
