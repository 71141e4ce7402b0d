// From pointer, wheel and keyboard to what a person means: hover, choose, hold, pan, zoom, nudge, reset.

const STILL = 4; // pixels that a hand may shake within a click
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @typedef {object} Wishes   places are in pixels from the surface's top left
 * @property {(at: [number, number] | null, event: Event) => void} hover
 * @property {(at: [number, number], event: Event) => void} choose
 * @property {(at: [number, number], event: PointerEvent) => boolean} grab   true: this drag holds the cursor
 * @property {(at: [number, number], event: Event) => void} hold
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, at: [number, number]) => void} zoom
 * @property {(by: [number, number], event: Event) => void} nudge
 * @property {(event: Event) => void} reset
 */

/** @param {HTMLElement} surface @param {Wishes} wishes */
export function listen(surface, wishes) {
  listenToPointers(surface, wishes);
  surface.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1; // Firefox counts in lines
    wishes.zoom(Math.exp(-event.deltaY * lines * 0.0015), placeOf(surface, event));
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

function listenToPointers(surface, wishes) {
  const down = new Map(); // pointer id -> its last place
  let [start, moved, held] = [null, false, false];

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = placeOf(surface, event);
    surface.setPointerCapture(event.pointerId);
    if (down.size === 0) [start, moved, held] = [at, false, wishes.grab(at, event)];
    down.set(event.pointerId, at);
  });
  surface.addEventListener("pointermove", (event) => {
    const at = placeOf(surface, event);
    const last = down.get(event.pointerId);
    if (!last) return wishes.hover(at, event);
    if (!moved && distance(at, start) < STILL) return;
    if (!moved) wishes.hover(null, event);
    moved = true;
    if (down.size > 1) held = false; // a second finger: no longer a drag of the cursor
    if (down.size === 2) pinch(down, event.pointerId, at, wishes);
    else if (held) wishes.hold(at, event);
    else wishes.pan(at[0] - last[0], at[1] - last[1]);
    down.set(event.pointerId, at);
  });
  const lift = (event) => down.delete(event.pointerId);
  surface.addEventListener("pointerup", lift);
  surface.addEventListener("pointercancel", lift);
  surface.addEventListener("pointerleave", (event) => wishes.hover(null, event));
  surface.addEventListener("click", (event) => {
    if (!moved && event.detail < 2) wishes.choose(placeOf(surface, event), event); // the second click of two resets
  });
  surface.addEventListener("dblclick", (event) => {
    if (!moved) wishes.reset(event);
  });
}

/** Two fingers: what lies between them follows them. */
function pinch(down, moving, at, { zoom, pan }) {
  const [, other] = [...down].find(([id]) => id !== moving);
  const last = down.get(moving);
  const middle = [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
  zoom(distance(at, other) / Math.max(1, distance(last, other)), middle);
  pan((at[0] - last[0]) / 2, (at[1] - last[1]) / 2);
}

/** @returns {[number, number]} */
function placeOf(surface, event) {
  const box = surface.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** @param {[number, number]} a @param {[number, number]} b */
export function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
