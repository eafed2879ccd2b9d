/** The work kept by the browser, and its sound in the address, a moment after every change. */

import { readLink, writeLink } from "./link.js";
import { FORMAT, readProject, writeProject } from "./project.js";

const KEY = "ndm.project";
/** Milliseconds after a change until it is kept. */
const PAUSE = 300;

export class Store {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this._app = app;
    this._timer = 0;
    app.addEventListener("change", () => {
      clearTimeout(this._timer);
      this._timer = window.setTimeout(() => this.write(), PAUSE);
    });
  }

  write() {
    const { hello, project } = this._app;
    if (!hello || !project.recipe) return;
    history.replaceState(null, "", writeLink(project.recipe, project.trim));
    try {
      localStorage.setItem(KEY, writeProject(project, hello.hash));
    } catch {
      // A browser may keep nothing; then the file is the way.
    }
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
      const text = localStorage.getItem(KEY);
      return text?.includes(FORMAT) ? readProject(text, this._app.hello.categories).project : null;
    } catch {
      return null; // of another version, or not to be had: a fresh start
    }
  }
}
