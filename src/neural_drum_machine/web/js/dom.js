/** Finding, making and listening to elements. */

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
 * Make an element. Text is always text: there is no way to pass markup.
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `class`, `text`, `on…` handlers; else attributes
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

/** A category as people write it. @param {string} category */
export function named(category) {
  return category.replaceAll("_", " ").replace("hihat", "hi-hat");
}

/** A number with two digits and a real minus. @param {number} value */
export function signed(value) {
  return value.toFixed(2).replace("-0.00", "0.00").replace("-", "−");
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/**
 * Follow a pointer from down to up, wherever it goes.
 * @param {HTMLElement} element
 * @param {{start?: (e: PointerEvent) => boolean|void, move?: (e: PointerEvent) => void,
 *   end?: (e: PointerEvent) => void}} hand `start` may return false: not for us
 */
export function follow(element, hand) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || hand.start?.(event) === false) return;
    try {
      element.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has gone already; then there is nothing to follow.
    }
    const mine = (/** @type {PointerEvent} */ e) => e.pointerId === event.pointerId;
    const move = (/** @type {PointerEvent} */ e) => mine(e) && hand.move?.(e);
    const end = (/** @type {PointerEvent} */ e) => {
      if (!mine(e)) return;
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
      hand.end?.(e);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  });
}

/**
 * Fit a canvas to its place on the screen, sharp on every display.
 * @param {HTMLCanvasElement} canvas
 * @returns {{context: CanvasRenderingContext2D, width: number, height: number}} in CSS pixels
 */
export function fitted(canvas) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const { clientWidth: width, clientHeight: height } = canvas;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Call something at most once a frame, however often it is asked for.
 * @param {() => void} draw
 */
export function oncePerFrame(draw) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      draw();
    });
  };
}
