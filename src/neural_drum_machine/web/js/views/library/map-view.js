/** The map of the library: sounds play under the finger, the wheel and two fingers zoom, arrow keys go from sound to sound. */

import { nearestTo, nextIn } from "../../model/library-map.js";
import { WHOLE_MAP, moved, onMap, onScreen, showing, zoomed } from "../../model/map-window.js";
import { oncePerFrame } from "../drawing/canvas.js";
import { LibraryPicture } from "../drawing/library-picture.js";

/** @import { LibraryState } from "../../commands/library.js" */
/** @import { MapWindow } from "../../model/map-window.js" */

/** So near to a sound, in pixels, a pointer touches it: a finger covers more than a mouse. */
const REACH = { mouse: 12, touch: 22 };
/** A pointer that moves farther than this drags. */
const STILL = 6;
const ZOOM_STEP = 1.6;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Fires `choose` (detail: a position in the map), `ground` (`{x, y}`), `carry` (the PointerEvent), `listen` and `use`. */
export class MapView extends EventTarget {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    super();
    this._canvas = canvas;
    this._picture = new LibraryPicture(canvas);
    /** @type {LibraryState|null} */
    this._state = null;
    /** @type {MapWindow} */
    this._window = WHOLE_MAP;
    this._hovered = -1;
    this.playsOnHover = false;
    /** The pointers that are down, where they are now. @type {Map<number, {x: number, y: number}>} */
    this._down = new Map();
    /** What a drag does: it has not moved, plays, moves the map, or is somebody else's. @type {"still"|"plays"|"moves"|"over"} */
    this._drag = "over";
    this._start = { x: 0, y: 0, index: -1 };
    this.draw = oncePerFrame(() => this._draw());
    canvas.addEventListener("pointerdown", (event) => this._press(event));
    canvas.addEventListener("pointermove", (event) => this._move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => this._release(/** @type {PointerEvent} */ (event)));
    }
    canvas.addEventListener("pointerleave", () => this._hover(-1));
    canvas.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this._key(event));
    new ResizeObserver(this.draw).observe(canvas);
  }

  /** @param {LibraryState} state */
  show(state) {
    const before = this._state;
    this._state = state;
    if (before?.map !== state.map) [this._window, this._hovered] = [WHOLE_MAP, -1];
    this.draw();
  }

  /** Enlarge the middle of the map; 0 shows all of it. @param {number} factor */
  zoom(factor) {
    const { width, height } = this._size;
    this._window = factor ? zoomed(this._window, this._size, factor, width / 2, height / 2) : WHOLE_MAP;
    this.draw();
  }

  /** Move the map so that the chosen sound is seen. */
  reveal() {
    const { chosen = -1, map = null } = this._state ?? {};
    if (!map || chosen < 0) return;
    this._window = showing(this._window, map.x[chosen], map.y[chosen]);
    this.draw();
  }

  get _size() {
    return { width: this._canvas.clientWidth, height: this._canvas.clientHeight };
  }

  /** @param {PointerEvent} event */
  _point({ clientX, clientY }) {
    const box = this._canvas.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  /** The shown sound that a pointer touches, or -1. @param {{x: number, y: number}} point @param {string} kind */
  _touched({ x, y }, kind) {
    const { map = null, shown = [] } = this._state ?? {};
    if (!map) return -1;
    const [mx, my] = onMap(this._window, this._size, x, y);
    const { index } = nearestTo(map, shown, mx, my);
    if (index < 0) return -1;
    const [left, top] = onScreen(this._window, this._size, map.x[index], map.y[index]);
    return Math.hypot(left - x, top - y) <= (kind === "mouse" ? REACH.mouse : REACH.touch) ? index : -1;
  }

  /** @param {PointerEvent} event */
  _press(event) {
    const point = this._point(event);
    this._down.set(event.pointerId, point);
    try {
      this._canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has been released already.
    }
    if (event.button === 1 || event.shiftKey || this._down.size > 1) {
      event.preventDefault(); // the middle button would scroll
      this._drag = "moves";
      return;
    }
    if (event.button !== 0) return;
    const index = this._touched(point, event.pointerType);
    this._start = { ...point, index };
    this._drag = "still";
    if (index >= 0 && index !== this._state?.chosen) this._tell("choose", index);
    else if (index >= 0) this._tell("listen");
  }

  /** @param {PointerEvent} event */
  _move(event) {
    const point = this._point(event);
    const last = this._down.get(event.pointerId);
    if (!last) {
      this._hover(this._touched(point, event.pointerType));
      return;
    }
    const others = [...this._down].filter(([id]) => id !== event.pointerId).map(([, other]) => other);
    this._down.set(event.pointerId, point);
    if (this._drag === "moves") {
      this._window = moved(this._window, this._size, (point.x - last.x) / this._down.size, (point.y - last.y) / this._down.size);
      if (others.length) {
        const apart = (/** @type {{x: number, y: number}} */ each) => Math.hypot(each.x - others[0].x, each.y - others[0].y);
        const [x, y] = [(point.x + others[0].x) / 2, (point.y + others[0].y) / 2];
        this._window = zoomed(this._window, this._size, apart(point) / Math.max(1, apart(last)), x, y);
      }
      this.draw();
      return;
    }
    const isStill = Math.hypot(point.x - this._start.x, point.y - this._start.y) <= STILL;
    if (this._drag === "still" && !isStill) {
      const isChosen = this._start.index >= 0 && this._wasChosen;
      this._drag = isChosen ? "over" : "plays";
      if (isChosen) {
        this._down.clear();
        this._canvas.releasePointerCapture(event.pointerId);
        this._tell("carry", event);
      }
    }
    if (this._drag === "plays") {
      const index = this._touched(point, event.pointerType);
      if (index >= 0 && index !== this._state?.chosen) this._tell("choose", index);
    }
  }

  /** Whether the pointer went down on the sound that was chosen before. */
  get _wasChosen() {
    return this._start.index === this._chosenBefore;
  }

  /** The sound that was chosen when no pointer was down. */
  _chosenBefore = -1;

  /** @param {PointerEvent} event */
  _release(event) {
    const point = this._down.get(event.pointerId);
    this._down.delete(event.pointerId);
    if (event.type === "pointerup" && point && this._drag === "still" && this._start.index < 0) {
      const [x, y] = onMap(this._window, this._size, point.x, point.y);
      if (x >= 0 && x <= 1 && y >= 0 && y <= 1) this._tell("ground", { x, y });
    }
    if (this._down.size) return;
    this._drag = "over";
    this._chosenBefore = this._state?.chosen ?? -1;
  }

  /** @param {number} index */
  _hover(index) {
    if (index === this._hovered) return;
    this._hovered = index;
    this._canvas.style.cursor = index < 0 ? "crosshair" : "pointer";
    if (this.playsOnHover && index >= 0) this._tell("choose", index);
    this.draw();
  }

  /** @param {WheelEvent} event */
  _wheel(event) {
    event.preventDefault();
    const { x, y } = this._point(/** @type {any} */ (event));
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    this._window = isSideways
      ? moved(this._window, this._size, -(event.deltaX || event.deltaY), 0)
      : zoomed(this._window, this._size, Math.exp(-event.deltaY / 300), x, y);
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { chosen = -1, map = null, shown = [] } = this._state ?? {};
    const way = WAYS[event.key];
    const factor = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP, 0: 0 }[event.key];
    if (way && map) {
      const { x, y } = this._window;
      const next = chosen < 0 ? nearestTo(map, shown, x, y).index : nextIn(map, shown, chosen, way[0], way[1]);
      if (next >= 0) {
        this._tell("choose", next);
        this.reveal();
      }
    } else if (factor !== undefined) this.zoom(factor);
    else if (event.key === " ") this._tell("listen");
    else if (event.key === "Enter") this._tell("use");
    else return;
    event.preventDefault();
  }

  /** @param {string} name @param {unknown} [detail] */
  _tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  _draw() {
    const state = this._state;
    if (!this._down.size) this._chosenBefore = state?.chosen ?? -1;
    if (state?.map) this._picture.draw({ ...state, map: state.map }, this._window, this._hovered);
  }
}
