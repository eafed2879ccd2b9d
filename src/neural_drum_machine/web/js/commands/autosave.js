/** Autosave: shortly after a change, the project goes to the browser's storage. */

import { isLink } from "../formats/link.js";
import { FORMAT, readProject, writeProject } from "../formats/project-file.js";
import { emptyProject } from "../model/project.js";
import { readStored, writeStored } from "./browser-storage.js";

/** @import { App } from "./app.js" */
/** @import { Project } from "../model/project.js" */

const KEY = "ndm.project";
/** Milliseconds from a change until it is saved. */
const DELAY = 300;

export class Autosave {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    this._timer = 0;
    this._isFull = false;
    /** What is in the storage, as far as this tab knows. @type {Project} */
    this._known = emptyProject();
    /** A project that need not be saved: it is saved already, or the user has done nothing to it. @type {Project|null} */
    this._settled = null;
    app.store.subscribe(({ history }, before) => {
      if (history === before.history) return;
      clearTimeout(this._timer);
      this._timer = window.setTimeout(() => this.write(), DELAY);
    });
    addEventListener("storage", ({ key, newValue }) => {
      if (key === KEY) this._merge(newValue);
    });
  }

  /** Save now. */
  write() {
    if (!this._app.state.hello || this._app.project === this._settled) return;
    // What was opened from a link has been changed, and is the user's own now.
    if (isLink(location.hash)) history.replaceState(null, "", location.pathname + location.search);
    this.keep();
  }

  /** Do not save the present project until the user changes it. */
  rest() {
    this._settled = this._app.project;
  }

  /** Save the project, unless it need not be saved. */
  keep() {
    if (this._app.project === this._settled) return;
    // A tab that the browser has suspended gets no event about what another tab has saved.
    this._merge(readStored(KEY));
    const { project, state } = this._app;
    if (!writeStored(KEY, writeProject(project, state.hello?.hash ?? "", this._app.client.owns))) {
      if (!this._isFull) this._app.notice("The browser's storage is full or closed: changes are lost when the page is closed. Save the project as a file.", true);
      this._isFull = true;
      return;
    }
    this._isFull = false;
    this._known = this._settled = project;
  }

  /** Take over another tab's changes. @param {string|null} text */
  _merge(text) {
    const after = this._parse(text)?.project;
    if (!after) return;
    const { project, store } = this._app;
    const before = this._known;
    this._known = after;
    store.dispatch({ type: "project-merged", before, after });
    if (this._app.project === project) return;
    if (project === this._settled) this._settled = this._app.project;
    void this._app.loadKept();
  }

  /** The project of the last visit, with its model's hash; null if there is none. */
  read() {
    const stored = this._parse(readStored(KEY));
    if (stored) this._known = stored.project;
    return stored;
  }

  /** @param {string|null} text @returns {{project: Project, model: string}|null} null if this version cannot read it */
  _parse(text) {
    const { hello } = this._app.state;
    try {
      const read = hello && text?.includes(FORMAT) ? readProject(text, hello) : null;
      if (read) this._app.client.owns.keepAll(read.own);
      return read;
    } catch {
      return null;
    }
  }
}
