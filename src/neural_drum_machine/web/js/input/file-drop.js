/** Files that are dropped on the page or chosen with a button. */

import { byId } from "../views/dom.js";

/** @import { Drop } from "../commands/open-file.js" */

/** @param {(files: File[], drop?: Drop) => void} open */
export function startFiles(open) {
  listenToDrops(open);
  for (const input of ["sound-file", "project-file"]) {
    const chooser = /** @type {HTMLInputElement} */ (byId(input));
    chooser.addEventListener("change", () => {
      const files = [...(chooser.files ?? [])];
      if (files.length) open(files);
      chooser.value = ""; // so that the same file can be chosen again
    });
  }
}

/** @param {(files: File[], drop: Drop) => void} open */
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
    const files = [...(event.dataTransfer?.files ?? [])];
    const tile = /** @type {Element} */ (event.target).closest?.(".tile");
    if (files.length) open(files, { pad: tile ? [...document.querySelectorAll(".tile")].indexOf(tile) : -1 });
  });
}
