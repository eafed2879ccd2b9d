/** Files: saving, opening, and dropping them anywhere on the page. */

import { byId, make } from "./dom.js";

/** The largest file that is sent. */
export const LARGEST = 16 * 2 ** 20;

/**
 * Hand a file to the browser's downloads.
 * @param {string} name
 * @param {BlobPart} data
 * @param {string} type
 */
export function save(name, data, type) {
  const url = URL.createObjectURL(new Blob([data], { type }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * Let files be dropped anywhere, and chosen with a button.
 * @param {(file: File, where?: {pad: number, others: File[]}) => void} take `pad`: that it was dropped on, or -1;
 *   `others`: that were dropped with it
 */
export function startFiles(take) {
  const veil = byId("drop");
  let depth = 0;
  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth += 1;
    veil.hidden = false;
  });
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  addEventListener("drop", (event) => {
    depth = 0;
    veil.hidden = true;
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const [file, ...others] = event.dataTransfer?.files ?? [];
    const tile = /** @type {Element} */ (event.target).closest?.(".tile");
    if (file) take(file, { pad: tile ? [...document.querySelectorAll(".tile")].indexOf(tile) : -1, others });
  });
  for (const [button, input] of [["open-sound", "sound-file"], ["open-project", "project-file"]]) {
    const chooser = /** @type {HTMLInputElement} */ (byId(input));
    byId(button).addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      const file = chooser.files?.[0];
      if (file) take(file);
      chooser.value = ""; // the same file may be chosen again
    });
  }
}
