/** The server comes and goes: what the page begins with, and takes up again. */

import { hueOf } from "./color.js";
import { byId, make, named } from "./dom.js";
import { notice, serverAway } from "./notice.js";
import { keyOf, rangeFor } from "./project.js";

const BROKEN = "This link is not complete: it names no sound of this model. Copy it once more.";

/**
 * @param {import("./app.js").App} app
 * @param {import("./store.js").Store} store
 * @param {import("./view.js").View} view
 */
export function startSession(app, store, view) {
  app.client.addEventListener("open", () => {
    serverAway(false);
    if (byId("categories").childElementCount === 0) {
      fill(app.hello);
      void begin(app, store);
    } else {
      void app.catchUp(false);
      notice("The server is back; nothing is lost.");
    }
    view.show();
  });
  app.client.addEventListener("close", () => serverAway(true));
  addEventListener("hashchange", async () => {
    const linked = store.readLink();
    if (linked) {
      store.keep();
      await app.restore(linked.recipe, { trim: linked.trim });
      store.rest();
    } else if (store.isLinkBroken) notice(BROKEN, "bad");
  });
}

/** Choices that the model has. @param {any} hello */
function fill(hello) {
  const choice = (/** @type {string} */ name, /** @type {any} */ value, /** @type {string} */ text) => [
    make("input", { type: "radio", name, value: String(value) }), make("span", { text }),
  ];
  byId("categories").append(
    ...hello.categories.map((/** @type {string} */ name) => {
      const label = make("label", { class: "chip" }, ...choice("category", name, named(name)));
      label.style.setProperty("--hue", String(hueOf(name, hello.categories)));
      return label;
    }),
  );
  byId("ranges").append(
    ...hello.ranges.map((/** @type {number} */ range) => make("label", {}, ...choice("range", range, `×${range}`))),
  );
  byId("inverter").append(
    ...hello.inverters.map((/** @type {string} */ name) => make("option", { value: name, text: name })),
  );
  byId("model").textContent = `${hello.model} · ${hello.hash.slice(0, 8)}`;
}

/**
 * Start with the link's sound, a step after the work of last time, else that, else a first drum.
 * @param {import("./app.js").App} app
 * @param {import("./store.js").Store} store
 */
async function begin(app, store) {
  const stored = Object.freeze(store.read() ?? app.project);
  const linked = store.readLink();
  let isBroken = store.isLinkBroken;
  const quietly = { play: false, step: false };
  if (linked) {
    const range = rangeFor(stored, linked.recipe, app.hello.ranges);
    app.history.replace(Object.freeze({ ...stored, ...linked, range }));
    await app.restore(linked.recipe, {}, quietly);
    isBroken = !app.sound && app.client.isOpen; // no sound of this model
    if (app.sound && stored.recipe && !isSame(stored, linked)) app.settle(stored);
  }
  if (!linked || isBroken) {
    app.history.replace(stored);
    const first = { category: app.hello.categories[0], p1: 0, p2: 0, p3: 0 };
    if (stored.recipe) await app.restore(stored.recipe, {}, quietly);
    // Of another model's work the sound may not be to be had; its pads are not touched.
    if (!app.sound) await app.request("generate", first, quietly);
  }
  store.rest();
  if (isBroken) notice(BROKEN, "bad");
  document.body.classList.add("is-ready");
  void app.maps.show(app.category);
  await app.rack.load();
  await app.slots.load();
}

/** Whether two sounds are heard as the same. @param {any} one @param {any} other */
function isSame(one, other) {
  const [a, b] = [one, other].map(({ recipe, trim }) => JSON.stringify([keyOf(recipe), trim]));
  return a === b;
}
