/** The sheets of the drum's controls: tabs, of which one is open. */

import { byId, isRightToLeft } from "../dom.js";

/** Open one of several sheets, as its tab says. */
export function startSheets() {
  const list = byId("sheet-tabs");
  const tabs = /** @type {HTMLElement[]} */ ([...list.children]);
  const open = (/** @type {HTMLElement} */ tab) => {
    for (const each of tabs) {
      const isOpen = each === tab;
      each.setAttribute("aria-selected", String(isOpen));
      each.tabIndex = isOpen ? 0 : -1;
      byId(each.getAttribute("aria-controls") ?? "").hidden = !isOpen;
    }
    // Pictures that were out of sight have had no size.
    dispatchEvent(new Event("resize"));
  };
  list.addEventListener("click", ({ target }) => {
    const tab = /** @type {HTMLElement} */ (target).closest("button");
    if (tab) open(tab);
  });
  list.addEventListener("keydown", (event) => {
    const way = isRightToLeft() ? -1 : 1;
    const step = { ArrowRight: way, ArrowLeft: -way }[event.key];
    const at = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || at < 0) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length];
    open(next);
    next.focus();
  });
  open(tabs[0]);
}
