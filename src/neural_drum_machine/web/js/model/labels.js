/** Categories, recordings and numbers as people read them. */

/** @import { Recording } from "../net/messages.js" */

/** @param {string} category */
export function categoryLabel(category) {
  return category.replaceAll("_", " ").replace("hihat", "hi-hat");
}

/** "a kick", "an open hi-hat". @param {string} category */
export function withArticle(category) {
  const label = categoryLabel(category);
  return `${/^[aeiou]/.test(label) ? "an" : "a"} ${label}`;
}

/** A number with two decimals and a real minus sign. @param {number} value */
export function signed(value) {
  return value.toFixed(2).replace("-0.00", "0.00").replace("-", "−");
}

/**
 * Which recordings a sound begins at; "" if there are none.
 * @param {readonly Recording[]} recordings
 */
export function recordingWords(recordings) {
  if (!recordings.length) return "";
  const names = recordings.map(({ name }) => recordingLabel(name)).join(", ");
  const people = [...new Set(recordings.map(({ attribution }) => attribution))].join("; ");
  const what = recordings.length > 1 ? `${recordings.length} recordings` : "a recording";
  return `Begins at ${what}: ${names} (${people})`;
}

/** A recording's name without its folders and its ending. @param {string} name */
function recordingLabel(name) {
  return (name.split("/").pop() ?? name).replace(/\.\w+$/, "");
}
