/**
 * Motion. What moves at every frame is drawn on a canvas of its own: if a style of any element changes, the browser goes
 * through all elements of the page again, which took four times as long on two cores without a graphics card.
 */

/** Whether motion is to be reduced. */
export function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
