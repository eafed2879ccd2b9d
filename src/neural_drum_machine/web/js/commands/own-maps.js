/**
 * The maps of the drums: what the drum that is edited becomes at the places around it. The page asks for the sounds of a
 * grid, one by one while nothing else is asked for, from the middle to the edges and from coarse to fine.
 */

import { monoOf } from "../model/channels.js";
import { keepRecent } from "../model/keep-recent.js";
import { nodePicture } from "../model/node-picture.js";
import { movedOf } from "../model/recipe.js";
import { hasItsSound } from "../model/state.js";
import { Refusal } from "../net/client.js";
import { WhenIdle } from "./when-idle.js";

/** @import { App } from "./app.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { MapNode, OwnMap } from "../model/state.js" */

/** Points of the grid on each axis. */
export const GRID = 7;
const MIDDLE = (GRID - 1) / 2;
/** The inverter of the map's sounds: the quickest. */
const QUICK = "light";
/** Milliseconds without a request until a sound is asked for. */
const REST_MS = 260;
/** Maps that are remembered. */
const CAPACITY = 32;
/** Points of the grid, coarse ones first; the first three tell how the axes move the latent vector. */
const ORDER = Array.from({ length: GRID * GRID }, (_, k) => [k % GRID, Math.floor(k / GRID)])
  .map(([i, j]) => ({ i, j, level: levelOf(i, j) }))
  .sort((one, other) => one.level - other.level);
/** How many points are known when the map is shown again. */
const SHOWN_AT = new Set([5, 9, 16, 25, 36, GRID * GRID]);

/** @param {number} i @param {number} j */
function levelOf(i, j) {
  const [x, y] = [i - MIDDLE, j - MIDDLE];
  if (!x && !y) return 0;
  if ((x === MIDDLE && !y) || (y === MIDDLE && !x)) return 1;
  const isCoarse = [x, y].every((v) => v % MIDDLE === 0);
  return (isCoarse ? 2 : x % 2 === 0 && y % 2 === 0 ? 20 : 40) + Math.hypot(x, y);
}

/** A map that is made. @typedef {OwnMap & {nodes: MapNode[], recipe: Recipe}} Making */

export class OwnMaps {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** How P1 and P2 move the latent vector, by category. @type {Map<string, number[][]>} */
    this._axes = new Map();
    /** @type {Map<string, Making>} the least recently used first */
    this._known = new Map();
    this._idle = new WhenIdle(app, REST_MS, () => this._begin());
    /** Latent vectors of the first sounds of a map. @type {number[][]} */
    this._codes = [];
  }

  /** Make maps from now on. */
  start() {
    this._app.store.subscribe((state, before) => {
      if (state.history !== before.history || state.sound !== before.sound || state.isAway !== before.isAway) this._idle.soon();
    });
  }

  /** How to go on with the map of the drum that is edited, if its sound is there. */
  _begin() {
    const { project, state } = this._app;
    const { recipe } = project;
    if (!recipe || !hasItsSound(state)) return null;
    return async () => {
      try {
        await this._work(recipe, project);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === "superseded" || error.code === "busy") this._idle.soon();
      }
    };
  }

  /** Go on with the map of a drum until something else is asked for. @param {Recipe} recipe @param {Project} project */
  async _work(recipe, { center, range }) {
    const making = this._mapOf(recipe, center, range);
    const { client, gesture, store } = this._app;
    this._show(making);
    for (const { i, j } of ORDER.slice(making.nodes.length)) {
      const p = this._place(making, i, j);
      const sound = await client.ask("move", { ...movedOf(recipe), ...this._quick(), p1: p[0], p2: p[1], p3: recipe.p[2], channels: 1 });
      making.nodes.push({ i, j, ...nodePicture(monoOf(sound.channels), sound.sr) });
      this._learn(making, sound.code);
      if (SHOWN_AT.has(making.nodes.length)) this._show(making);
      const { now } = store.state.history;
      const isSame = now.recipe === recipe && now.center === center && now.range === range;
      if (!isSame || gesture.isHeld || !client.isIdle) {
        this._idle.soon();
        return;
      }
    }
  }

  /** @param {Making} making */
  _show(making) {
    const { category, center, key, nodes, range } = making;
    const { map } = this._app.state;
    if (!SHOWN_AT.has(nodes.length) && nodes.length < GRID || (map?.key === key && map.nodes.length === nodes.length)) return;
    this._app.store.dispatch({ type: "map-drawn", map: { category, center, key, range, nodes: [...nodes] } });
  }

  _quick() {
    const { hello } = this._app.state;
    return hello?.inverters.includes(QUICK) ? { inverter: QUICK } : {};
  }

  /** The place of a point of the grid. @param {Pick<OwnMap, "center"|"range">} map @param {number} i @param {number} j */
  _place({ center, range }, i, j) {
    const most = this._app.state.hello?.limits.control ?? 0;
    return [i, j].map((v, n) => Math.min(most, Math.max(-most, center[n] + (range * (v - MIDDLE)) / MIDDLE)));
  }

  /** Learn how the axes move the latent vector, from the first three sounds. @param {Making} making @param {number[]} code */
  _learn(making, code) {
    const { category } = making;
    const n = making.nodes.length;
    this._codes = n === 1 ? [code] : [...this._codes, code];
    if (n !== 3 || this._axes.has(category) || this._codes.length !== 3) return;
    const [middle, ...others] = this._codes;
    const places = making.nodes.map(({ i, j }) => this._place(making, i, j));
    const axes = others.map((each, k) => {
      const axis = places[k + 1].findIndex((v, a) => v !== places[0][a]);
      return { axis, along: each.map((v, d) => (v - middle[d]) / (places[k + 1][axis] - places[0][axis])) };
    });
    this._axes.set(category, axes.sort((one, other) => one.axis - other.axis).map(({ along }) => along));
    // Now its name tells which drum it is, wherever it was moved.
    this._known.delete(making.key);
    making.key = this._keyOf(making.recipe, making.center, making.range);
    this._keep(making);
  }

  /** The map of a drum, begun or whole. @param {Recipe} recipe @param {readonly number[]} center @param {number} range */
  _mapOf(recipe, center, range) {
    const key = this._keyOf(recipe, center, range);
    const known = this._known.get(key) ?? { key, category: recipe.category, center, range, nodes: [], recipe };
    this._keep(known);
    return known;
  }

  /** @param {Making} making */
  _keep(making) {
    keepRecent(this._known, making.key, making, CAPACITY);
  }

  /**
   * A name for the map of a drum: the same wherever on the map the drum lies.
   * @param {Recipe} recipe @param {readonly number[]} center @param {number} range
   */
  _keyOf(recipe, center, range) {
    return JSON.stringify([this.drumOf(recipe), center.map((v) => v.toFixed(3)), range]);
  }

  /** A name for a drum that a drag does not change. @param {Recipe} recipe */
  drumOf({ along, blend, category, code, exemplars, p, t, take, to, velocity, wish }) {
    const axes = this._axes.get(category) ?? [];
    const moved = along?.code ?? code;
    const rest = moved.map((v, d) => axes.reduce((sum, axis, n) => sum - p[n] * axis[d], v).toFixed(2).replace("-0.00", "0.00"));
    const asked = along?.wish ?? wish;
    return JSON.stringify([category, to, to ? t : 0, take, exemplars, blend, velocity, asked, along?.axes.map(({ amount }) => amount) ?? 0, rest]);
  }
}
