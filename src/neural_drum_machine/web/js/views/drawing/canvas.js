/** Canvases that are sharp on every screen, and drawn at most once a frame. */

/** @typedef {{width: number, height: number}} Size in CSS pixels */

/** Sizes of the canvases that are shown. To ask an element for its size lays the page out, each time. @type {Map<Element, Size>} */
const sizes = new Map();
/** @type {WeakSet<Element>} */
const observed = new WeakSet();
/** @type {ResizeObserver|null} */
let observer = null;

/** Measure the canvases again when their sizes change: made with the first canvas, as the tests of pictures have no window. */
function watch() {
  // Before the listeners that draw again.
  addEventListener("resize", () => sizes.clear(), { capture: true });
  return new ResizeObserver((entries) => {
    for (const { target } of entries) measure(target);
  });
}

/** @param {Element} canvas @returns {Size} */
function measure(canvas) {
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  if (size.width) sizes.set(canvas, size);
  else sizes.delete(canvas); // hidden: it is asked again once it is drawn
  return size;
}

/**
 * The size of a canvas on the screen; 0 × 0 if it is hidden.
 * @param {HTMLCanvasElement} canvas
 * @returns {Size}
 */
function sizeOf(canvas) {
  if (!observed.has(canvas)) {
    observer ??= watch();
    observed.add(canvas);
    observer.observe(canvas);
  }
  return sizes.get(canvas) ?? measure(canvas);
}

/**
 * Fit a canvas to its place on the screen, and clear it.
 * @param {HTMLCanvasElement} canvas
 * @returns {{context: CanvasRenderingContext2D, width: number, height: number}} in CSS pixels
 */
export function fitCanvas(canvas) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const { width, height } = sizeOf(canvas);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = context2d(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** @param {HTMLCanvasElement} canvas */
export function context2d(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * Wrap a function so that it runs at most once a frame, however often it is called.
 * @param {() => void} draw
 */
export function oncePerFrame(draw) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  };
}

/** The page's letters, of the size of notes. @param {500|600} weight */
export function typeface(weight) {
  return `${weight} 12px "Barlow Semi Condensed", system-ui, sans-serif`;
}
