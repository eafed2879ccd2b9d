/** The project's sounds on the map of the library: each lies among the samples that it is most like. */

import { placeAmong } from "../model/library-map.js";
import { keyOf } from "../model/recipe.js";
import { Refusal } from "../net/client.js";

/** @import { LibraryMap } from "../model/library-map.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Client } from "../net/client.js" */

/** A sound of the project: the number of its pad, or "" for the present sound. @typedef {{label: string, x: number, y: number}} Mark */

/** The samples that are asked for. */
const COUNT = 5;

export class Marks {
  /** @param {Pick<Client, "ask">} client */
  constructor(client) {
    this._client = client;
    /** Places by the keys of recipes. @type {Map<string, [number, number]|null>} */
    this._places = new Map();
  }

  /** Forget all places: the map is another one. */
  clear() {
    this._places.clear();
  }

  /** @param {LibraryMap} map @param {Project} project */
  async of(map, { pads, recipe }) {
    const kept = [{ label: "", recipe }, ...pads.map((pad, n) => ({ label: `${n + 1}`, recipe: pad?.recipe ?? null }))];
    /** @type {Mark[]} */
    const marks = [];
    for (const each of kept) {
      const place = each.recipe && (await this._placeOf(map, each.recipe));
      if (place) marks.push({ label: each.label, x: place[0], y: place[1] });
    }
    return marks;
  }

  /** @param {LibraryMap} map @param {Recipe} recipe */
  async _placeOf(map, recipe) {
    const key = keyOf(recipe);
    const known = this._places.get(key);
    if (known !== undefined) return known;
    try {
      const { distances, sounds } = await this._client.ask("library_like", { ...likeOf(recipe), count: COUNT });
      const place = placeAmong(map, sounds, distances);
      this._places.set(key, place);
      return place;
    } catch (error) {
      if (error instanceof Refusal) return null; // the map is useful without it
      throw error;
    }
  }
}

/** The values of a question about a recipe. @param {Recipe} recipe */
export function likeOf({ blend, category, code, exemplars, t, take, to }) {
  return { category, code, take, t, ...(to && { to }), ...(exemplars.length && { exemplars }), ...(blend && { blend }) };
}
