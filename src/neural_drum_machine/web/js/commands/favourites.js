/** Favourites: sounds with names, which the browser keeps beside all projects. */

import { kindName, numbered } from "../model/kit.js";
import { place, qualitiesOf } from "../model/qualities.js";
import { keyOf } from "../model/recipe.js";
import { readRecipe, readTrim } from "../formats/project-file.js";
import { readStored, writeStored } from "./browser-storage.js";

/** @import { App } from "./app.js" */
/** @import { Kept } from "../model/kit.js" */
/** @import { Favourite } from "../model/state.js" */
/** @import { Recipe } from "../model/recipe.js" */

const KEY = "ndm.favourites";
/** Favourites that are kept, and characters of a name. */
const [MOST, LETTERS] = [200, 60];
/** How far from the middle of the recordings a value must lie to name a sound, as a share of their half spread. */
const STRIKING = 0.45;

export class Favourites {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
  }

  /** Read what the browser has kept. Those of another model are left out, but stay in the storage until something changes. */
  load() {
    const { client, state: { hello }, store } = this._app;
    if (!hello) return;
    try {
      const { favourites, own } = JSON.parse(readStored(KEY) ?? "{}");
      client.owns.keepAll(own ?? {});
      const read = (favourites ?? []).flatMap((/** @type {any} */ each) => {
        try {
          return { name: String(each.name).slice(0, LETTERS), recipe: readRecipe(each.recipe, hello), trim: readTrim(each.trim) };
        } catch {
          return [];
        }
      });
      store.dispatch({ type: "favourites-loaded", favourites: read.slice(0, MOST) });
    } catch {
      // Nothing readable is nothing kept.
    }
  }

  /** Whether a sound is a favourite. @param {Recipe} recipe */
  has(recipe) {
    const key = keyOf(recipe);
    return this._app.state.favourites.some((each) => keyOf(each.recipe) === key);
  }

  /** Keep a sound, or forget it. @param {Kept} kept */
  async toggle({ recipe, trim }) {
    const { favourites } = this._app.state;
    if (this.has(recipe)) {
      const key = keyOf(recipe);
      this._save(favourites.filter((each) => keyOf(each.recipe) !== key));
      return;
    }
    const name = await this.nameFor(recipe);
    const taken = new Set(this._app.state.favourites.map((each) => each.name));
    const free = numbered(name, (each) => taken.has(each));
    this._save([{ name: free, recipe, trim }, ...this._app.state.favourites].slice(0, MOST));
    this._app.notice(`${name} is a favourite now.`);
  }

  /** @param {number} n @param {string} name */
  rename(n, name) {
    const { favourites } = this._app.state;
    const kept = favourites[n];
    if (kept && name.trim()) this._save(favourites.with(n, { ...kept, name: name.trim().slice(0, LETTERS) }));
  }

  /** @param {number} n */
  remove(n) {
    this._save(this._app.state.favourites.filter((_, i) => i !== n));
  }

  /** A name that tells a sound's character, such as "Darker, longer kick". @param {Recipe} recipe */
  async nameFor(recipe) {
    const { measures, state: { hello } } = this._app;
    const kind = kindName(recipe.category).toLowerCase();
    const values = await measures.get(recipe).catch(() => null);
    if (!values) return capital(kind);
    const striking = qualitiesOf(hello, recipe.category).flatMap((quality) => {
      const value = values[quality.name];
      const [low, middle, high] = (hello?.wishes[recipe.category][quality.name] ?? []).map((v) => place(quality, v));
      if (value === undefined || !(high > low)) return [];
      const away = (2 * (place(quality, value) - middle)) / (high - low);
      return Math.abs(away) < STRIKING ? [] : [{ size: Math.abs(away), word: away < 0 ? quality.low_word : quality.high_word }];
    });
    const words = striking.sort((one, other) => other.size - one.size).slice(0, 2).map(({ word }) => word);
    return capital(`${words.join(", ")} ${kind}`.trim());
  }

  /** @param {readonly Favourite[]} favourites */
  _save(favourites) {
    const { client, store } = this._app;
    store.dispatch({ type: "favourites-loaded", favourites });
    const own = client.owns.formsOf(favourites.map(({ recipe }) => recipe.exemplars));
    if (!writeStored(KEY, JSON.stringify({ favourites, own }))) {
      this._app.notice("The browser's storage is full or closed: favourites are lost when the page is closed. Save the project as a file.", true);
    }
  }
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
