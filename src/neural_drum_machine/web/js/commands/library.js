/** The library: the user's own samples are looked at, played, found, and taken into the project. */

import { chosenInverter } from "../model/state.js";
import { NO_FILTER, makersOf, mapOf, shownOf } from "../model/library-map.js";
import { WHOLE } from "../model/trim.js";
import { Refusal } from "../net/client.js";
import { LibrarySounds } from "../net/library-sounds.js";
import { Ends } from "./library-ends.js";
import { Marks, likeOf } from "./library-marks.js";

/** @import { App } from "./app.js" */
/** @import { Filter, LibraryMap } from "../model/library-map.js" */
/** @import { Mark } from "./library-marks.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { LibraryReply } from "../net/messages.js" */
/** @import { LibraryPart } from "../net/library-message.js" */

/**
 * @typedef {object} LibraryState
 * @property {LibraryReply|null} status
 * @property {string} error why there is nothing to see
 * @property {LibraryMap|null} map
 * @property {Readonly<Filter>} filter
 * @property {readonly number[]} shown positions in the map, in the order of the list
 * @property {string} likeness which sound the list is most like; "" if it is not sorted so
 * @property {number} chosen position in the map; -1 if none is
 * @property {number} held the first of two sounds; -1 without one
 * @property {{x: number, y: number}|null} ground an empty place whose sound is the present one
 * @property {readonly Mark[]} marks
 */

/** Sounds of an answer to "more like this". */
const LIKE = 60;
/** The numeric parts of a filter, which the server finds. */
const RANGES = /** @type {const} */ (["pitch", "decay", "brightness"]);

/** Fires `change`. */
export class Library extends EventTarget {
  /** @param {App} app */
  constructor(app) {
    super();
    this._app = app;
    /** @type {LibraryState} */
    this.state = {
      status: null, error: "", map: null, filter: NO_FILTER, shown: [], likeness: "", chosen: -1, held: -1,
      ground: null, marks: [],
    };
    this._sounds = new LibrarySounds(app.client);
    /** The numbers that the server has found for the ranges. @type {ReadonlySet<number>|null} */
    this._found = null;
    /** Counts the filters: the answer to an older one is dropped. */
    this._filtered = 0;
    /** Counts the sounds that were to be played: one that comes late is not played. */
    this._listened = 0;
    this._marks = new Marks(app.client);
    this._ends = new Ends(app);
  }

  /** @param {Partial<LibraryState>} change */
  _set(change) {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event("change"));
  }

  /** Load what the library holds, if it has changed. */
  async open() {
    const { client } = this._app;
    try {
      const status = await client.ask("library", {});
      const isNew = status.version !== this.state.map?.version || status.sounds !== this.state.map?.names.length;
      this._set({ status, error: "" });
      if (!status.sounds) this._set({ map: null, shown: [], chosen: -1, held: -1 });
      else if (isNew) await this._load(status);
      await this.mark();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const isAway = error.code === "away";
      this._set({ error: isAway ? "The server is not running. Your library comes back with it." : error.message });
    }
  }

  /** @param {LibraryReply} status */
  async _load(status) {
    /** @type {LibraryPart[]} */
    const parts = [];
    let known = 0;
    for (;;) {
      const part = await this._app.client.ask("library_map", { first: known });
      if (parts.length && part.version !== parts[0].version) {
        [parts.length, known] = [0, 0]; // the library has changed meanwhile: begin again
        continue;
      }
      parts.push(part);
      known += part.names.length;
      if (known >= part.total || !part.names.length) break;
    }
    const map = mapOf(parts, { layout: status.layout, version: parts[0].version });
    this._sounds.clear();
    this._marks.clear();
    this._found = null;
    this._set({ map, chosen: -1, held: -1, ground: null, likeness: "" });
    await this.filter({});
  }

  /** Change which sounds are shown. @param {Partial<Filter>} change */
  async filter(change) {
    const filter = { ...this.state.filter, ...change };
    const turn = ++this._filtered;
    this._set({ filter });
    const ranges = RANGES.filter((name) => filter[name]);
    try {
      const among = filter.category ? { among: filter.category } : {};
      const asked = Object.fromEntries(ranges.map((name) => [`${name}_range`, filter[name]]));
      const found = ranges.length ? await this._app.client.ask("library_find", { ...asked, ...among }) : null;
      if (turn !== this._filtered) return;
      this._found = found && new Set(found.ids);
    } catch (error) {
      this._app.report(error);
    }
    const { map } = this.state;
    if (map) this._set({ shown: shownOf(map, filter, this._found), likeness: "" });
  }

  /** Choose a sound and play it. @param {number} i position in the map */
  async choose(i) {
    this.state = { ...this.state, chosen: i, ground: null };
    const heard = this.listen(); // asked for before anything is drawn
    this.dispatchEvent(new Event("change"));
    await heard;
  }

  /** Play the chosen sound, or the sound of the place that was chosen. */
  async listen() {
    const { chosen, map } = this.state;
    const turn = ++this._listened;
    if (!map || chosen < 0) {
      this._app.play();
      return;
    }
    try {
      const found = await this._sounds.get(map.columns.ids[chosen]);
      if (found && turn === this._listened) {
        this._app.output.wake();
        this._app.output.preview(found.channels, found.sr);
      }
    } catch (error) {
      this._app.report(error);
    }
  }

  /** The chosen sound's name; "" without one. @param {number} [i] */
  nameOf(i = this.state.chosen) {
    return this.state.map?.names[i] ?? "";
  }

  /** Make the chosen sound the present one. Resolves to whether it is. @param {{play?: boolean}} [how] */
  async use({ play = true } = {}) {
    const { chosen, ground, map } = this.state;
    if (ground) return true; // it is the present sound already
    if (!map || chosen < 0) return false;
    const app = this._app;
    app.store.dispatch({ type: "draw-forgotten" });
    const values = { sound: map.columns.ids[chosen], channels: 2, ...chosenInverter(app.state) };
    const isTaken = await app.request("library_take", values, { change: { trim: WHOLE }, play, yields: true });
    if (isTaken === null) app.notice("You changed the sound meanwhile, so this one is not taken. Take it again.");
    return isTaken === true;
  }

  /** Keep the chosen sound on a drum pad. @param {number} n */
  async keep(n) {
    const name = this.state.ground ? "The sound of this place" : this.nameOf();
    const wasFilled = this._app.project.pads[n] !== null;
    if (this.state.ground) await this._app.drumPads.keep(n);
    else {
      this._app.drumPads.select(n);
      if (!(await this.use())) return;
    }
    const instead = wasFilled ? " Undo brings back the sound that was there." : "";
    this._app.notice(`${name} is on pad ${n + 1}.${instead}`);
    await this.mark();
  }

  /** List the sounds that are most like the chosen one; without one, like the present sound. */
  async moreLikeThis() {
    const { chosen, map } = this.state;
    const { recipe } = this._app.project;
    if (!map) return;
    try {
      const isOfLibrary = chosen >= 0;
      if (!isOfLibrary && !recipe) return;
      const { sounds } = isOfLibrary
        ? await this._app.client.ask("library_near", { sound: map.columns.ids[chosen], count: LIKE })
        : await this._app.client.ask("library_like", { ...likeOf(/** @type {Recipe} */ (recipe)), count: LIKE });
      const found = sounds.flatMap((id) => map.position.get(id) ?? []);
      this._filtered += 1;
      this._set({
        shown: isOfLibrary ? [chosen, ...found] : found,
        likeness: isOfLibrary ? this.nameOf() : "the present sound",
      });
    } catch (error) {
      this._app.report(error);
    }
  }

  /** Show what the filter lets through again, after `moreLikeThis`. */
  showAll() {
    return this.filter({});
  }

  /** Hold the chosen sound as the first of two, or let it go. */
  hold() {
    const { chosen, held } = this.state;
    this._set({ held: held < 0 ? chosen : -1 });
  }

  /**
   * Make the sound between the held one and the chosen one, which become A and B.
   * @param {number} t 0 to 1
   * @param {boolean} isEnd whether the slider is released
   */
  async between(t, isEnd) {
    const { chosen, held, map } = this.state;
    if (!map || held < 0 || chosen < 0 || held === chosen) return;
    await this._ends.morph(map.columns.ids[held], map.columns.ids[chosen], t, isEnd);
  }

  /** Make the sound that would lie at an empty place of the map. @param {number} x @param {number} y */
  async ground(x, y) {
    const { map, shown } = this.state;
    const sounds = map ? makersOf(map, shown, x, y) : [];
    if (!sounds.length) return;
    const app = this._app;
    app.store.dispatch({ type: "draw-forgotten" });
    this._set({ chosen: -1, ground: { x, y } });
    this._listened += 1;
    const how = { change: { trim: WHOLE }, original: null, yields: true };
    const isTaken = await app.request("library_between", { sounds, ...chosenInverter(app.state) }, how);
    if (!isTaken && this.state.ground?.x === x && this.state.ground.y === y) this._set({ ground: null });
  }

  /** Place the drum pads' sounds and the present one on the map. */
  async mark() {
    const { map } = this.state;
    if (!map) return;
    const marks = await this._marks.of(map, this._app.project);
    if (map === this.state.map) this._set({ marks });
  }
}
