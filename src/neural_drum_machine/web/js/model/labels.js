/** Categories and numbers as people read them. */

/** @param {string} category */
export function categoryLabel(category) {
  return category.replaceAll("_", " ").replace("hihat", "hi-hat");
}

/** A number with two decimals and a real minus sign. @param {number} value */
export function signed(value) {
  return value.toFixed(2).replace("-0.00", "0.00").replace("-", "−");
}
