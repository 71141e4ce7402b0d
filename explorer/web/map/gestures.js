// From pointer, wheel and keyboard to what a person means: hover, choose, hold, pan, zoom, select, nudge, reset.

import { boxBetween } from "./lasso.js";

const STILL = 4; // pixels that a hand may shake within a click
const FINE = 3; // pixels between two corners of a lasso
const REST_MS = 200; // of the hand, after which the surface may lie elsewhere
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @typedef {"pan" | "lasso" | "box"} Mode   what a drag does */

/**
 * @typedef {object} Wishes   places are in pixels from the surface's top left
 * @property {() => Mode} mode
 * @property {(at: [number, number] | null, event: Event) => void} hover
 * @property {(event: Event) => void} leave   the pointer has left the surface
 * @property {(at: [number, number], event: PointerEvent) => void} choose
 * @property {(at: [number, number], event: PointerEvent) => boolean} grab   true: this drag holds the cursor
 * @property {(at: [number, number], event: Event) => void} hold
 * @property {() => (event: Event) => void} wayBack   for a drag that will have been none: a scroll of the page, or a pinch
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, at: [number, number]) => void} zoom
 * @property {(polygon: [number, number][] | null) => void} outline   what has been drawn so far; null: it is over
 * @property {(polygon: [number, number][], event: PointerEvent) => void} select
 * @property {(by: [number, number], event: Event) => void} nudge
 * @property {(event: Event) => void} reset
 */

const NONE = { mode: () => "pan", leave() {}, wayBack: () => () => {}, outline() {}, select() {} }; // for a surface on which nothing is selected

/** @param {HTMLElement} surface @param {Partial<Wishes>} given */
export function listen(surface, given) {
  const wishes = { ...NONE, ...given };
  const placeOf = createRuler(surface);
  listenToPointers(surface, wishes, placeOf);
  surface.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1; // Firefox counts in lines
    wishes.zoom(Math.exp(-event.deltaY * lines * 0.0015), placeOf(event));
  }, { passive: false }); // prettier-ignore
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [surface.clientWidth / 2, surface.clientHeight / 2];
    if (KEYS[event.key]) wishes.nudge(KEYS[event.key], event);
    else if (event.key === "+" || event.key === "=") wishes.zoom(1.25, middle);
    else if (event.key === "-") wishes.zoom(0.8, middle);
    else if (event.key === "0") wishes.reset(event);
    else return;
    event.preventDefault();
  });
}

function listenToPointers(surface, wishes, placeOf) {
  const down = new Map(); // pointer id -> its last place
  let [start, moved, drag] = [null, false, null]; // drag: what one pointer does until it is lifted

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = placeOf(event);
    surface.setPointerCapture(event.pointerId);
    if (down.size === 0) [start, moved, drag] = [at, false, dragFor(at, event, wishes)];
    down.set(event.pointerId, at);
  });
  surface.addEventListener("pointermove", (event) => {
    const at = placeOf(event);
    const last = down.get(event.pointerId);
    if (!last) return wishes.hover(at, event);
    if (!moved && distance(at, start) < STILL) return;
    if (!moved) wishes.hover(null, event);
    moved = true;
    if (down.size > 1) swap(panning(wishes), event); // a second finger: both pinch, and the one that stays pans
    if (down.size === 2) pinch(down, event.pointerId, at, wishes);
    else if (down.size === 1) drag.move(at, last, event);
    down.set(event.pointerId, at);
  });
  surface.addEventListener("pointerup", (event) => {
    if (down.delete(event.pointerId) && moved && down.size === 0) drag.end(event);
  });
  surface.addEventListener("pointercancel", (event) => {
    if (down.delete(event.pointerId)) swap(panning(wishes), event);
  });
  surface.addEventListener("touchmove", (event) => {
    if (drag?.firm && event.cancelable) event.preventDefault(); // the page may scroll under the map, but not under the cursor
  }, { passive: false }); // prettier-ignore
  surface.addEventListener("pointerleave", (event) => {
    wishes.hover(null, event);
    wishes.leave(event);
  });
  surface.addEventListener("click", (event) => {
    if (!moved && event.detail < 2) wishes.choose(placeOf(event), event); // the second click of two resets
  });
  surface.addEventListener("dblclick", (event) => {
    if (!moved) wishes.reset(event);
  });

  function swap(next, event) {
    drag.cancel(event);
    drag = next;
  }
}

/** A drag is {move, end, cancel, firm}; firm: the browser must not take it over. With shift it is a lasso, whatever the mode. */
function dragFor(at, event, wishes) {
  const mode = wishes.mode();
  if (mode === "box") return drawing(at, wishes, (corners, to) => boxBetween(corners[0], to));
  if (mode === "lasso" || event.shiftKey) return drawing(at, wishes, trail);
  return wishes.grab(at, event) ? holding(wishes) : panning(wishes);
}

function panning({ pan }) {
  return { move: (at, last) => pan(at[0] - last[0], at[1] - last[1]), end() {}, cancel() {} };
}

function holding({ hold, wayBack }) {
  const goBack = wayBack();
  let held = false;
  function move(at, _, event) {
    held = true;
    hold(at, event);
  }
  return { move, end() {}, cancel: (event) => held && goBack(event), firm: true };
}

/** @param {(polygon: [number, number][], at: [number, number]) => [number, number][]} grow */
function drawing(start, { outline, select }, grow) {
  let polygon = [start];
  return {
    move(at) {
      polygon = grow(polygon, at);
      outline(polygon);
    },
    end(event) {
      outline(null);
      select(polygon, event);
    },
    cancel: () => outline(null),
  };
}

function trail(polygon, at) {
  return distance(polygon.at(-1), at) < FINE ? polygon : [...polygon, at];
}

/** Two fingers: what lies between them follows them. */
function pinch(down, moving, at, { zoom, pan }) {
  const [, other] = [...down].find(([id]) => id !== moving);
  const last = down.get(moving);
  const middle = [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
  zoom(distance(at, other) / Math.max(1, distance(last, other)), middle);
  pan((at[0] - last[0]) / 2, (at[1] - last[1]) / 2);
}

/**
 * Where on the surface an event is. A hand that moves on does not ask where the surface lies: with all that follows the
 * hand, the answer would cost a layout of the page at every move.
 * @returns {(event: MouseEvent) => [number, number]}
 */
function createRuler(surface) {
  let [box, asked] = [null, -Infinity];
  const forget = () => (box = null);
  new ResizeObserver(forget).observe(surface);
  return (event) => {
    const moving = event.type === "pointermove" && event.timeStamp - asked < REST_MS;
    asked = event.timeStamp;
    if (!moving || !box) box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
}

/** @param {[number, number]} a @param {[number, number]} b */
export function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
