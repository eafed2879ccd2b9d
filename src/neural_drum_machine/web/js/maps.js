/** What lies where on the pads of the categories: asked for once, when it is first looked at. */

import { Refusal } from "./client.js";

export class Maps {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    /** @type {Map<string, import("./map.js").PadMap>} */
    this._maps = new Map();
  }

  /** Have a category's map shown: `map` is fired. @param {string} category */
  async show(category) {
    if (!this._maps.has(category)) {
      try {
        const { brightness, decay } = await this._app.client.ask("pad_map", { category });
        this._maps.set(category, { brightness, decay });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return;
      }
    }
    this._app.dispatchEvent(new Event("map"));
  }

  /** A category's map, if it has come. @param {string} category */
  of(category) {
    return this._maps.get(category) ?? null;
  }
}
