/** A session: what the page begins with, and what it does when the server goes away and comes back. */

import { rangeFor } from "../model/project.js";
import { keyOf } from "../model/recipe.js";
import { categoryOf } from "../model/state.js";

/** @import { App } from "./app.js" */
/** @import { Autosave } from "./autosave.js" */
/** @import { Project } from "../model/project.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { HelloReply } from "../net/messages.js" */

const BROKEN_LINK = "This link is incomplete or made with another model. Copy the whole link again.";
const FOREIGN_LINK = "This link was made with another model: the sound may differ.";
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
  addEventListener("hashchange", async ({ newURL }) => {
    if (!store.state.hello) return; // what begins reads the address
    // The event is late if the computer is busy: autosave may have written the address meanwhile.
    const { hash } = new URL(newURL);
    const linked = autosave.readLink(hash);
    if (linked) {
      autosave.keep();
      await app.restore(linked.recipe, { change: { trim: linked.trim } });
      autosave.rest();
      if (!linked.isOfModel) app.notice(FOREIGN_LINK);
    } else if (autosave.isLinkBroken(hash)) app.notice(BROKEN_LINK, true);
  });
  client.connect();
}

/**
 * Begin with the link's sound, one step after the project of the last visit; without a link with that
 * project; without both with a first sound.
 * @param {App} app @param {Autosave} autosave @param {HelloReply} hello
 */
async function begin(app, autosave, hello) {
  const last = autosave.read();
  const stored = Object.freeze(last?.project ?? app.project);
  const linked = autosave.readLink(location.hash);
  let isBroken = autosave.isLinkBroken(location.hash);
  const quietly = { play: false, step: false };
  if (linked) {
    const range = rangeFor(stored, linked.recipe, hello.ranges);
    load(app, { ...stored, recipe: linked.recipe, trim: linked.trim, range });
    // The sound may take longer to arrive than autosave waits.
    autosave.rest();
    await app.restore(linked.recipe, quietly);
    isBroken = !app.state.sound && app.client.isOpen; // a sound of another model
    if (app.state.sound && stored.recipe && !isSame({ ...stored, recipe: stored.recipe }, linked)) {
      app.store.dispatch({ type: "project-settled", before: stored });
    }
  }
  if (!linked || isBroken) {
    load(app, stored);
    if (stored.recipe) await app.restore(stored.recipe, quietly);
    // The sound may be of another model; the drum pads stay as they are.
    const first = { category: hello.categories[0], p1: 0, p2: 0, p3: 0 };
    if (!app.state.sound) await app.request("generate", first, quietly);
  }
  autosave.rest();
  if (isBroken) app.notice(BROKEN_LINK, true);
  else if (linked && !linked.isOfModel) app.notice(FOREIGN_LINK);
  else if (last && last.model !== hello.hash) app.notice(FOREIGN_PROJECT);
  app.store.dispatch({ type: "ready" });
  void app.maps.load(categoryOf(app.state));
  await app.loadKept();
}

/** @param {App} app @param {Project} project */
function load(app, project) {
  app.store.dispatch({ type: "project-opened", project, isStep: false });
}

/**
 * Whether two sounds are the same to the ear.
 * @typedef {{recipe: Recipe, trim: Project["trim"]}} Trimmed
 * @param {Trimmed} one @param {Trimmed} other
 */
function isSame(one, other) {
  const [a, b] = [one, other].map(({ recipe, trim }) => JSON.stringify([keyOf(recipe), trim]));
  return a === b;
}
