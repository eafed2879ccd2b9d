/** Drags of a pointer. */

/**
 * Follow a pointer from press to release, wherever it goes.
 * @param {HTMLElement} element
 * @param {object} on
 * @param {(event: PointerEvent) => boolean|void} [on.start] may return false to ignore the pointer
 * @param {(event: PointerEvent) => void} [on.move]
 * @param {(event: PointerEvent) => void} [on.end]
 */
export function follow(element, on) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || on.start?.(event) === false) return;
    try {
      element.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has been released already.
    }
    const isSame = (/** @type {PointerEvent} */ e) => e.pointerId === event.pointerId;
    const move = (/** @type {PointerEvent} */ e) => {
      if (isSame(e)) on.move?.(e);
    };
    const end = (/** @type {PointerEvent} */ e) => {
      if (!isSame(e)) return;
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
      on.end?.(e);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  });
}
