/** Files that are dropped on the page or chosen with a button. */

import { byId } from "../views/dom.js";

/** @import { Drop } from "../commands/open-file.js" */

/** @param {(file: File, drop?: Drop) => void} open */
export function startFiles(open) {
  listenToDrops(open);
  for (const [button, input] of [["open-sound", "sound-file"], ["open-project", "project-file"]]) {
    const chooser = /** @type {HTMLInputElement} */ (byId(input));
    byId(button).addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      const file = chooser.files?.[0];
      if (file) open(file);
      chooser.value = ""; // so that the same file can be chosen again
    });
  }
}

/** @param {(file: File, drop: Drop) => void} open */
function listenToDrops(open) {
  const veil = byId("drop");
  let depth = 0; // of nested elements under the pointer
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth += 1;
    veil.hidden = false;
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  addEventListener("drop", (event) => {
    depth = 0;
    veil.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    const [file, ...others] = event.dataTransfer?.files ?? [];
    const tile = /** @type {Element} */ (event.target).closest?.(".tile");
    if (file) open(file, { pad: tile ? [...document.querySelectorAll(".tile")].indexOf(tile) : -1, others });
  });
}
