/** Texts in the browser's storage. A browser may refuse to keep any; then the page does without. */

/** @param {string} key @returns {string|null} null if there is none */
export function readStored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} text @returns {boolean} whether it is kept */
export function writeStored(key, text) {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
