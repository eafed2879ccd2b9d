/** The shelf: the last sounds and the favourites, and the tray of new sounds. A click plays one and takes it. */

import { keyOf } from "../../model/recipe.js";
import { kindName } from "../../model/kit.js";
import { projectOf } from "../../model/state.js";
import { byId, make } from "../dom.js";
import { drawBars } from "../drawing/bars.js";
import { fitCanvas } from "../drawing/canvas.js";
import { accent, hueOf } from "../drawing/color.js";

/** @import { App } from "../../commands/app.js" */
/** @import { Kept } from "../../model/kit.js" */
/** @import { State } from "../../model/state.js" */

export class Shelf {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    this._isRecent = true;
    /** The sound of the tray that was heard last: another click takes it. */
    this._heard = "";
    this._isLike = false;
    /** The list that is shown. @type {State["recent"]|State["favourites"]|null} */
    this._list = null;
    for (const [id, isRecent] of /** @type {const} */ ([["shelf-recent", true], ["shelf-favourites", false]])) {
      byId(id).addEventListener("click", () => {
        this._isRecent = isRecent;
        this.show(app.state);
      });
    }
    byId("tray-close").addEventListener("click", () => app.tray.close());
    byId("tray-again").addEventListener("click", () => this.fill(this._isLike));
    byId("tray").addEventListener("keydown", ({ key }) => {
      if (key === "Escape") app.tray.close();
    });
    byId("star").addEventListener("click", () => {
      const { recipe, trim } = app.project;
      if (recipe) void app.favourites.toggle({ recipe, trim });
    });
  }

  /** Fill the tray. @param {boolean} isLike whether with variations of the present sound */
  fill(isLike) {
    this._isLike = isLike;
    this._heard = "";
    void this._app.tray.fill(isLike);
  }

  /** @param {State} state @param {boolean} [isAnew] whether the list is made again, though it has not changed: other colours */
  show(state, isAnew = false) {
    const list = this._isRecent ? state.recent : state.favourites;
    if (list !== this._list || isAnew) this._showList(state);
    this._list = list;
    const { recipe } = projectOf(state);
    const here = recipe && keyOf(recipe);
    for (const item of byId("shelf").querySelectorAll(".shelf-item")) {
      const canvas = /** @type {HTMLElement} */ (item.firstElementChild);
      item.setAttribute("aria-pressed", String(canvas.dataset.key === here));
    }
    byId("star").setAttribute("aria-pressed", String(!!recipe && this._app.favourites.has(recipe)));
  }

  /** @param {State} state */
  _showList(state) {
    byId("shelf-recent").setAttribute("aria-pressed", String(this._isRecent));
    byId("shelf-favourites").setAttribute("aria-pressed", String(!this._isRecent));
    const row = byId("shelf");
    row.setAttribute("aria-label", this._isRecent ? "Last sounds" : "Favourites");
    const items = this._isRecent
      ? state.recent.map((kept, n) => this._item(state, kept, `${kindName(kept.recipe.category)}, ${n ? `${n} back` : "the last"}`))
      : state.favourites.map((kept, n) => this._favourite(state, kept, n));
    row.replaceChildren(...(items.length ? items : [make("p", {
      class: "small", text: this._isRecent ? "Sounds that you leave behind stay here." : "The star keeps a sound here, for every project.",
    })]));
    for (const item of row.querySelectorAll("canvas")) void this._draw(/** @type {HTMLCanvasElement} */ (item), state);
  }

  /** @param {State} state @param {Kept} kept @param {string} words */
  _item(state, kept, words) {
    const canvas = make("canvas", { "aria-hidden": "true", "data-key": keyOf(kept.recipe) });
    const item = make("button", {
      type: "button", class: "shelf-item", "aria-label": `Take ${words}`, title: words,
      onclick: () => void this._app.tray.take(kept),
    }, canvas);
    item.style.setProperty("--hue", String(hueOf(kept.recipe.category, state.hello?.categories ?? [])));
    return item;
  }

  /** @param {State} state @param {State["favourites"][number]} kept @param {number} n */
  _favourite(state, kept, n) {
    const take = make("button", { type: "button", class: "quiet", text: kept.name, onclick: () => void this._app.tray.take(kept) });
    const rename = make("button", { type: "button", class: "quiet", "aria-label": `Rename ${kept.name}`, title: "Rename", text: "✎", onclick: () => this._rename(n, take, kept.name) });
    const remove = make("button", { type: "button", class: "quiet", "aria-label": `Remove ${kept.name}`, title: "Remove", text: "×", onclick: () => this._app.favourites.remove(n) });
    const item = make("span", { class: "favourite" }, take, rename, remove);
    item.style.setProperty("--hue", String(hueOf(kept.recipe.category, state.hello?.categories ?? [])));
    return item;
  }

  /** @param {number} n @param {HTMLElement} place @param {string} name */
  _rename(n, place, name) {
    const field = /** @type {HTMLInputElement} */ (make("input", { type: "text", class: "typed", value: name, maxlength: 60, "aria-label": `Name of ${name}` }));
    let isOpen = true;
    const close = (/** @type {boolean} */ isTaken) => {
      if (!isOpen) return;
      isOpen = false;
      if (isTaken && field.value.trim() && field.value !== name) this._app.favourites.rename(n, field.value);
      else field.replaceWith(place);
    };
    field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter" || key === "Escape") close(key === "Enter");
    });
    field.addEventListener("blur", () => close(true));
    place.replaceWith(field);
    field.focus();
    field.select();
  }

  /** @param {State} state */
  showTray(state) {
    const { tray } = state;
    const wasHidden = byId("tray").hidden;
    byId("tray").hidden = tray === null;
    if (!tray) {
      byId("tray-sounds").replaceChildren();
      if (!wasHidden) byId("eight").focus({ preventScroll: true });
      return;
    }
    const places = Array.from({ length: 8 }, (_, n) => this._trayItem(state, tray[n], n));
    byId("tray-sounds").replaceChildren(...places);
    for (const item of byId("tray-sounds").querySelectorAll("canvas")) void this._draw(/** @type {HTMLCanvasElement} */ (item), state);
    if (wasHidden) byId("tray-close").focus({ preventScroll: true });
  }

  /** @param {State} state @param {Kept|undefined} kept @param {number} n */
  _trayItem(state, kept, n) {
    if (!kept) return make("div", { class: "tray-item is-coming", "aria-hidden": "true" });
    const key = keyOf(kept.recipe);
    const canvas = make("canvas", { "aria-hidden": "true", "data-key": key });
    const hear = make("button", {
      type: "button", class: "tray-hear", "aria-label": `Sound ${n + 1}: hear it; press again to take it`, "aria-pressed": String(this._heard === key),
      onclick: () => {
        if (this._heard === key) {
          void this._app.tray.take(kept);
          this._app.tray.close();
          return;
        }
        this._heard = key;
        for (const each of byId("tray-sounds").querySelectorAll(".tray-hear")) each.setAttribute("aria-pressed", String(each === hear));
        void this._app.tray.listen(kept);
      },
    }, canvas, make("span", { class: "small", text: String(n + 1) }));
    const isStarred = this._app.favourites.has(kept.recipe);
    const star = make("button", {
      type: "button", class: "tray-star bare", "aria-label": `Favourite: sound ${n + 1}`, "aria-pressed": String(isStarred), text: isStarred ? "★" : "☆",
      onclick: () => void this._app.favourites.toggle(kept),
    });
    const item = make("div", { class: "tray-item" }, hear, star);
    item.style.setProperty("--hue", String(hueOf(kept.recipe.category, state.hello?.categories ?? [])));
    return item;
  }

  /** Draw a kept sound's wave once its samples are there. @param {HTMLCanvasElement} canvas @param {State} state */
  async _draw(canvas, state) {
    const all = [...state.recent, ...state.favourites, ...(state.tray ?? [])];
    const kept = all.find(({ recipe }) => keyOf(recipe) === canvas.dataset.key);
    const sound = kept && (await this._app.cache.get(kept.recipe).catch(() => null));
    if (!sound || !kept) return;
    const { context, width, height } = fitCanvas(canvas);
    const hue = hueOf(kept.recipe.category, state.hello?.categories ?? []);
    if (width) drawBars(context, width, height, sound.channels, accent(hue));
  }
}
