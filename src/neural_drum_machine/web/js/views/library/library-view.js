/** The Library view: a dialog with the map, the list, the filters, the chosen sound and the drum pads. */

import { NO_FILTER, factWords, kindWords } from "../../model/library-map.js";
import { PADS } from "../../model/kit.js";
import { projectOf } from "../../model/state.js";
import { atRest } from "../controls/key-repeat.js";
import { byId, make } from "../dom.js";
import { hueOf } from "../drawing/color.js";
import { FilterView } from "./filter-view.js";
import { ListView } from "./list-view.js";
import { MapView } from "./map-view.js";

/** @import { App } from "../../commands/app.js" */
/** @import { Library } from "../../commands/library.js" */
/** @import { State } from "../../model/state.js" */

/** How sounds lie, by the map's layout. @type {Record<string, string>} */
const LAYOUTS = {
  likeness: "Alike sounds lie near each other.",
  values: "Brighter sounds lie to the right, longer ones higher.",
};

export class LibraryView {
  /** @param {App} app @param {Library} library */
  constructor(app, library) {
    this._app = app;
    this._library = library;
    this._dialog = /** @type {HTMLDialogElement} */ (byId("library"));
    this._map = new MapView(/** @type {HTMLCanvasElement} */ (byId("library-canvas")));
    this._list = new ListView(byId("library-list"));
    this._filters = new FilterView((change) => void library.filter(change));
    this._pads = Array.from({ length: PADS }, (_, n) => this._pad(n));
    byId("library-pads").append(...this._pads);
    library.addEventListener("change", () => this._show());
    app.store.subscribe((state, before) => {
      if (!this._dialog.open) return;
      if (state.history !== before.history) this._showProject(state);
      // The page says so under the view, where it cannot be seen.
      if (state.isAway && !before.isAway) app.notice("The server is not running. Your work is kept.", true);
    });
    for (const part of [this._map, this._list]) {
      part.addEventListener("choose", (event) => void library.choose(/** @type {CustomEvent} */ (event).detail));
      part.addEventListener("listen", () => void library.listen());
      part.addEventListener("use", () => void this._use());
      part.addEventListener("carry", (event) => this._carry(/** @type {CustomEvent} */ (event).detail));
    }
    this._map.addEventListener("ground", (event) => {
      const { x, y } = /** @type {CustomEvent} */ (event).detail;
      void library.ground(x, y);
    });
    this._bind();
  }

  _bind() {
    const library = this._library;
    /** @type {Record<string, () => unknown>} */
    const clicks = {
      "library-close": () => this._dialog.close(),
      "library-use": () => this._use(),
      "library-keep": () => library.keep(this._app.project.selected),
      "library-like": () => library.moreLikeThis(),
      "library-all": () => library.showAll(),
      "library-hold": () => library.hold(),
      "library-play": () => library.listen(),
      "library-zoom-in": () => this._map.zoom(1.6),
      "library-zoom-out": () => this._map.zoom(1 / 1.6),
      "library-zoom-fit": () => this._map.zoom(0),
      "library-clear": () => library.filter(NO_FILTER),
      "library-again": () => library.open(),
    };
    for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", () => void act());
    byId("library-handle").addEventListener("pointerdown", (event) => {
      if (event.button === 0 && this._has) this._carry(event);
    });
    const hover = /** @type {HTMLInputElement} */ (byId("library-hover"));
    hover.addEventListener("change", () => (this._map.playsOnHover = hover.checked));
    const slider = /** @type {HTMLInputElement} */ (byId("library-morph"));
    slider.addEventListener("input", () => void library.between(Number(slider.value), false));
    slider.addEventListener("change", atRest(() => void library.between(Number(slider.value), true)));
    this._dialog.addEventListener("close", () => document.body.append(byId("notice")));
  }

  /** Open the view. */
  async open() {
    if (this._dialog.open) return;
    this._dialog.showModal();
    // Messages must be seen, and read out, while the rest of the page is out of reach.
    this._dialog.append(byId("notice"));
    this._show();
    this._showProject(this._app.state);
    const start = document.activeElement;
    await this._library.open();
    // Arrow keys play at once, unless the user has gone elsewhere meanwhile.
    if (document.activeElement === start) byId("library-list").focus();
  }

  /** Draw again everything that has colours. */
  repaint() {
    this._filters.repaint();
    if (!this._dialog.open) return;
    this._show();
    this._list.repaint();
  }

  /** Whether there is a sound to act on. */
  get _has() {
    const { chosen, ground } = this._library.state;
    return chosen >= 0 || ground !== null;
  }

  async _use() {
    if (await this._library.use()) this._dialog.close();
  }

  _show() {
    if (!this._dialog.open) return;
    const { state } = this._library;
    const { chosen, error, filter, ground, held, likeness, map, shown, status } = state;
    this._dialog.classList.toggle("is-empty", !map);
    this._filters.show(state);
    this._map.show(state);
    this._list.show(state);
    const total = map?.names.length ?? 0;
    byId("library-count").textContent = !map ? "" : shown.length === total
      ? `${total.toLocaleString("en")} sounds` : `${shown.length.toLocaleString("en")} of ${total.toLocaleString("en")} sounds`;
    byId("library-clear").hidden = JSON.stringify(filter) === JSON.stringify(NO_FILTER);
    const isReady = map !== null && status !== null;
    byId("library-empty").hidden = isReady;
    byId("library-why").textContent = error || (status ? status.sentence : "Looking at your library …");
    byId("library-add").textContent = error ? "" : status?.command ?? "";
    byId("library-add").hidden = !byId("library-add").textContent;
    byId("library-again").hidden = !error && !status;
    byId("library-layout").textContent = LAYOUTS[map?.layout ?? ""] ?? "";
    byId("library-sentence").textContent = isReady ? status.sentence : "";
    byId("library-command").textContent = isReady ? status.command : "";
    byId("library-command").hidden = !isReady || !status.command;
    byId("library-likeness").textContent = likeness ? `Most like ${likeness} first` : "";
    byId("library-sorted").hidden = !likeness;
    byId("library-name").textContent = map && chosen >= 0 ? map.names[chosen]
      : ground ? "A sound made for this place" : "No sound is chosen";
    byId("library-facts").textContent = map && chosen >= 0 ? `${kindWords(map, chosen)} · ${factWords(map, chosen)}`
      : ground ? "from the three sounds around it" : "Touch one on the map or in the list.";
    this._showBetween(held, chosen);
    for (const id of ["library-use", "library-keep", "library-play"]) setDisabled(id, !this._has);
    setDisabled("library-hold", held < 0 && chosen < 0);
    byId("library-handle").classList.toggle("empty", !this._has);
    byId("library-like").textContent = chosen >= 0 || !map ? "More like this" : "More like the present sound";
    this._showKeep();
  }

  /** @param {number} held @param {number} chosen */
  _showBetween(held, chosen) {
    const isReady = held >= 0 && chosen >= 0 && held !== chosen;
    byId("library-hold").setAttribute("aria-pressed", String(held >= 0));
    byId("library-between").hidden = held < 0;
    setDisabled("library-morph", !isReady);
    byId("library-from").textContent = this._library.nameOf(held);
    byId("library-to").textContent = isReady ? this._library.nameOf(chosen) : "choose another sound";
  }

  /** @param {State} state */
  _showProject(state) {
    const { pads, selected } = projectOf(state);
    const categories = state.hello?.categories ?? [];
    this._pads.forEach((pad, n) => {
      const category = pads[n]?.recipe.category;
      const words = pads[n]?.name ?? "empty";
      pad.classList.toggle("filled", !!category);
      pad.classList.toggle("selected", n === selected);
      pad.setAttribute("aria-pressed", String(n === selected));
      pad.setAttribute("aria-label", `Pad ${n + 1}: ${words}`);
      pad.replaceChildren(make("b", { text: String(n + 1) }), make("span", { text: words }));
      pad.style.setProperty("--hue", String(hueOf(category ?? "", categories)));
    });
    this._showKeep();
  }

  _showKeep() {
    const { pads, selected: n } = this._app.project;
    byId("library-keep").textContent = pads[n] ? `Replace pad ${n + 1} (${pads[n].name})` : `Keep on pad ${n + 1}`;
  }

  /** @param {number} n */
  _pad(n) {
    const onclick = () => {
      this._app.drumPads.select(n);
      this._app.drumPads.hit(n);
    };
    return make("button", { type: "button", class: "library-pad", "data-pad": n, onclick });
  }

  /** Carry the chosen sound to a drum pad: it is kept where the pointer is released. @param {PointerEvent} event */
  _carry(event) {
    const ghost = byId("library-carried");
    const { pointerId } = event;
    ghost.textContent = byId("library-name").textContent;
    ghost.hidden = false;
    const under = (/** @type {PointerEvent} */ { clientX, clientY }) =>
      /** @type {HTMLElement|null|undefined} */ (document.elementFromPoint(clientX, clientY)?.closest(".library-pad"));
    const move = (/** @type {PointerEvent} */ e) => {
      if (e.pointerId !== pointerId) return;
      ghost.style.transform = `translate(${e.clientX + 12}px, ${e.clientY - 14}px)`;
      for (const pad of this._pads) pad.classList.toggle("over", pad === under(e));
    };
    const end = (/** @type {PointerEvent} */ e) => {
      if (e.pointerId !== pointerId) return;
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, /** @type {any} */ (end), true);
      removeEventListener("pointermove", move, true);
      ghost.hidden = true;
      const pad = e.type === "pointerup" ? under(e) : null;
      for (const each of this._pads) each.classList.remove("over");
      if (!pad) return;
      const n = Number(pad.dataset.pad);
      this._app.drumPads.select(n);
      void this._library.keep(n);
    };
    addEventListener("pointermove", move, true);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, /** @type {any} */ (end), true);
    move(event);
  }
}

/** @param {string} id @param {boolean} isDisabled */
function setDisabled(id, isDisabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = isDisabled;
}
