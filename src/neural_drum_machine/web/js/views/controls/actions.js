/** Menus of commands. */

import { byId } from "../dom.js";
import { Menu } from "./menu.js";

/** A command of a menu. @typedef {{words: string, act: () => void}} Action */

/**
 * Make a menu whose items are commands.
 * @param {string} id of its button; the list has the same with "-menu"
 * @param {string} list of the list
 * @param {() => Action[]} actions looked up whenever the menu opens
 */
export function startActions(id, list, actions) {
  const menu = new Menu(byId(id), byId(list), (value) => actions()[Number(value)]?.act());
  const fill = () => menu.show(actions().map(({ words }, n) => ({ value: String(n), words, hue: 0 })));
  byId(id).addEventListener("pointerdown", fill, true);
  byId(id).addEventListener("keydown", fill, true);
  byId(id).addEventListener("click", fill, true);
  fill();
}
