/** A session: what the page begins with, and what it does when the server goes away and comes back. */

import { isLink, readLink } from "../formats/link.js";
import { projectOf } from "../model/state.js";

/** @import { App } from "./app.js" */
/** @import { Autosave } from "./autosave.js" */
/** @import { Linked } from "../formats/link.js" */
/** @import { Project } from "../model/project.js" */
/** @import { HelloReply } from "../net/messages.js" */

const BROKEN_LINK = "This link is incomplete, or made by another version. Copy the whole link again.";
const FOREIGN_LINK = "This link was made with another model: its sounds may differ.";
const FOREIGN_PROJECT = "The model is another one than on your last visit: the sounds of your project may differ.";

/** @param {App} app @param {Autosave} autosave */
export function startSession(app, autosave) {
  const { client, store } = app;
  client.addEventListener("open", (event) => {
    /** @type {HelloReply} */
    const hello = /** @type {CustomEvent} */ (event).detail;
    const isFirst = store.state.hello === null;
    store.dispatch({ type: "connected", hello });
    if (isFirst) {
      void begin(app, autosave, hello);
    } else {
      void app.catchUp(false);
      app.notice("The server is back; nothing is lost.");
    }
  });
  client.addEventListener("close", () => store.dispatch({ type: "disconnected" }));
  addEventListener("hashchange", ({ newURL }) => {
    const { hash } = new URL(newURL);
    // What begins reads the address itself.
    if (store.state.hello && isLink(hash)) void openLink(app, autosave, hash);
  });
  client.connect();
}

/**
 * Open a link, as one step of undo after the present project.
 * @param {App} app @param {Autosave} autosave @param {string} hash
 */
export async function openLink(app, autosave, hash) {
  const { hello } = app.state;
  if (!hello) return;
  const linked = await readLink(hash, hello);
  if (!linked) {
    app.notice(BROKEN_LINK, true);
    return;
  }
  autosave.keep();
  try {
    await app.open(projectFor(app, linked), false);
    autosave.rest();
    if (!linked.isOfModel) app.notice(FOREIGN_LINK);
  } catch {
    app.notice(BROKEN_LINK, true); // sounds that this model cannot make
  }
}

/** The project that a link names. An older link names one sound, which goes to the selected pad. @param {App} app @param {Linked} linked @returns {Project} */
function projectFor(app, linked) {
  if ("project" in linked) {
    app.client.owns.keepAll(linked.own);
    return linked.project;
  }
  const { recipe, trim } = linked;
  const { store } = app;
  const before = app.project;
  store.dispatch({ type: "project-changed", change: { recipe, trim }, isStep: false });
  const after = projectOf(store.state);
  store.dispatch({ type: "project-opened", project: before, isStep: false });
  return after;
}

/**
 * Begin with the project of the last visit, or with a first kit and beat; then with what a link names.
 * @param {App} app @param {Autosave} autosave @param {HelloReply} hello
 */
async function begin(app, autosave, hello) {
  const last = autosave.read();
  const hasKit = last?.project.pads.some(Boolean);
  const first = hasKit ? last?.project : { ...app.project, ...(await app.kit.starter()) };
  // The sound that is edited comes first; the other pads follow.
  const selected = first?.pads[first.selected];
  if (selected) await app.cache.get(selected.recipe).catch(() => null);
  if (first) app.store.dispatch({ type: "project-opened", project: first, isStep: false });
  app.favourites.load();
  const { recipe } = app.project;
  if (recipe) await app.restore(recipe, { play: false, step: false });
  // The sound may be of another model; the drum pads stay as they are.
  if (!app.project.recipe) {
    await app.request("generate", { category: hello.categories[0], p1: 0, p2: 0, p3: 0 }, { play: false, step: false });
  }
  if (isLink(location.hash)) await openLink(app, autosave, location.hash);
  autosave.rest();
  if (last && last.model !== hello.hash && !app.state.notice) app.notice(FOREIGN_PROJECT);
  app.store.dispatch({ type: "ready" });
  void app.kit.learn();
  await app.catchUp(false);
}
