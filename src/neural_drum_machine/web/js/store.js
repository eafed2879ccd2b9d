/** The work kept by the browser, and its sound in the address, a moment after every change. */

import { readLink, writeLink } from "./link.js";
import { merged } from "./merge.js";
import { FORMAT, emptyProject, readProject, writeProject } from "./project.js";

const KEY = "ndm.project";
/** Milliseconds after a change until it is kept. */
const PAUSE = 300;

export class Store {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    this._timer = 0;
    /** What the browser keeps, as far as this tab knows. */
    /** @type {import("./project.js").Project} */
    this._known = emptyProject();
    /** What need not be kept, for it is, or is none of this tab's doing. */
    /** @type {import("./project.js").Project|null} */
    this._settled = null;
    app.addEventListener("change", () => {
      clearTimeout(this._timer);
      this._timer = window.setTimeout(() => this.write(), PAUSE);
    });
    addEventListener("storage", ({ key, newValue }) => {
      if (key === KEY) this._meet(newValue);
    });
  }

  write() {
    const { hello, project } = this._app;
    if (!hello || !project.recipe) return;
    history.replaceState(null, "", writeLink(project.recipe, project.trim));
    this.keep();
  }

  /** What is there now is none of this tab's doing, and is not kept before something is done to it. */
  rest() {
    this._settled = this._app.project;
  }

  /** Keep what is there, unless it need not be. */
  keep() {
    if (this._app.project === this._settled) return;
    try {
      // A tab that slept was not told what another has written.
      this._meet(localStorage.getItem(KEY));
      const { hello, project } = this._app;
      localStorage.setItem(KEY, writeProject(project, hello.hash));
      this._known = this._settled = project;
    } catch {
      // A browser may keep nothing; then the file is the way.
    }
  }

  /** Take over what another tab has changed. @param {string|null} text */
  _meet(text) {
    const other = this._parsed(text);
    if (!other) return;
    const app = this._app;
    const [before, project] = [this._known, app.project];
    this._known = other;
    // Of every step: undo takes back what was done here, not what was done there.
    app.history.rewrite((each) => merged(each, before, other));
    if (app.project === project) return;
    if (project === this._settled) this._settled = app.project;
    app.dispatchEvent(new Event("change"));
    void app.rack.load();
    void app.slots.load();
  }

  /** The sound that the address names. */
  readLink() {
    return this._app.hello && readLink(location.hash, this._app.hello.categories);
  }

  /** Whether the address was to name a sound and does not. */
  get isLinkBroken() {
    return /^#\d+\./.test(location.hash) && !this.readLink();
  }

  /** The work of last time; null if there is none. */
  read() {
    try {
      const project = this._parsed(localStorage.getItem(KEY));
      if (project) this._known = project;
      return project;
    } catch {
      return null; // not to be had: a fresh start
    }
  }

  /** @param {string|null} text @returns {import("./project.js").Project|null} */
  _parsed(text) {
    try {
      return text?.includes(FORMAT) ? readProject(text, this._app.hello.categories).project : null;
    } catch {
      return null; // of another version
    }
  }
}
