/** Downloads. */

import { make } from "./dom.js";

/**
 * Hand a file to the browser's downloads.
 * @param {string} name
 * @param {BlobPart} data
 * @param {string} type its media type
 */
export function download(name, data, type) {
  const url = URL.createObjectURL(new Blob([data], { type }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
