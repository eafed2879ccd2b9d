/** Finding and making elements. */

/**
 * The element with an id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

/**
 * Write words into an element, unless they are there: writing the same ones costs a new layout.
 * @param {Element} element
 * @param {string} words
 */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Make an element. It takes texts only, so that nothing can pass markup.
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `text` is the content, `on…` are listeners, the
 *   others are attributes; false and null leave one out
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** Whether the page reads from right to left. */
export function isRightToLeft() {
  return document.documentElement.dir === "rtl";
}
