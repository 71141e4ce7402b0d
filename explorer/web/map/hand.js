// What a hand does on the map: it looks around, clicks, drags, draws around points, and nudges z by keys.

import { leave, moveTo, pick, placeOf, recall, visit } from "../state.js";
import { distance, listen } from "./gestures.js";
import { inside } from "./lasso.js";
import { createNearest } from "./nearest.js";

const NEAR = { mouse: 12, touch: 24 }; // pixels to a point or to the cursor
const CALM = 16; // pixels that the mouse may move after a click before it looks around again
const NUDGE = 0.02; // of the view, an arrow key
const NO_WAY_BACK = "Arrow keys cannot move z here: this map has no directions. Click a place, or choose another map.";

/**
 * @typedef {object} Ground   what lies under the hand, and what it moves there
 * @property {HTMLElement} plot
 * @property {ReturnType<import("./viewport.js").createViewport>} viewport
 * @property {ReturnType<import("./seen.js").createSeen>} seen
 * @property {ReturnType<import("./here.js").createHere>} here
 * @property {ReturnType<import("./card.js").createCard>} card
 * @property {ReturnType<import("./lasso.js").createOutline>} outline
 * @property {ReturnType<import("./tools.js").createTools>} tools
 * @property {ReturnType<import("../ui/hint.js").createHint>} hint
 */

/**
 * @param {import("../mount.js").Desk} desk @param {Ground} ground
 * @param {(index: number) => boolean} visible   is this point not hidden?
 * @param {(members: number[]) => void} caught   by a lasso or a box
 */
export function createHand({ store }, { plot, viewport, seen, here, card, outline, tools, hint }, visible, caught) {
  let map = null; // the chosen PlaneMap
  let nearest = null; // the point nearest to a place on the map
  let undo = null; // where z was before the first click of a double click
  let calm = null; // where a click has just been
  let mode = "pan";

  const reach = (event) => (event?.pointerType === "touch" ? NEAR.touch : NEAR.mouse);

  function pointNear(at, event) {
    if (!map) return null;
    nearest ??= createNearest(map.xy); // not before somebody points at the map: the first picture of it comes sooner
    return nearest(viewport.toMap(at), reach(event) / viewport.k, visible);
  }

  // --- it only looks

  function hover(at, event) {
    const index = at && pointNear(at, event);
    const place = index === null ? null : viewport.toScreen([map.xy[2 * index], map.xy[2 * index + 1]]);
    here.ring(place);
    if (place && event?.pointerType !== "touch") card.show(index, place, viewport);
    else card.hide();
    plot.classList.toggle("pointing", place !== null);
    plot.classList.toggle("holding", at !== null && grab(at, event));
    look(at, event);
  }

  /** The picture follows the mouse over the map, and goes back to z when it leaves. */
  function look(at, event) {
    if (at && calm && distance(at, calm) < CALM) return;
    calm = null;
    if (!map || !at || event?.pointerType === "touch" || mode !== "pan" || grab(at, event)) {
      here.visit(null);
      return leave(store, event);
    }
    const place = viewport.toMap(at);
    here.visit(place);
    visit(store, map.unproject(place), event);
  }

  // --- it moves z

  function press(at, event) {
    if (!map) return;
    undo = placeOf(store.state);
    calm = at;
    const index = pointNear(at, event);
    here.visit(null);
    if (index !== null) return pick(store, index, event, { drawn: event.shiftKey || store.state.sampling });
    moveTo(store, map.unproject(viewport.toMap(at)), event, { how: "a place of the map" });
    if (!map.decodable) hint.say("Approximate: this map has no way back, so z is what the nearest points suggest.");
  }

  function grab(at, event) {
    const cursor = map?.decodable && map.project(placeOf(store.state).z);
    return Boolean(cursor) && distance(at, viewport.toScreen(cursor)) <= reach(event);
  }

  /** Moves z so that its cursor lies there; what of z is not in the plane stays as it is. */
  function hold(at, event) {
    const [to, { z }] = [viewport.toMap(at), placeOf(store.state)];
    const [x, y] = map.project(z);
    moveTo(store, map.shift(z, [to[0] - x, to[1] - y]), event);
  }

  function wayBack() {
    const place = placeOf(store.state);
    return (event) => recall(store, place, event);
  }

  function nudge([dx, dy], event) {
    if (!map) return;
    if (!map.decodable) return hint.say(NO_WAY_BACK);
    const step = (NUDGE * Math.min(viewport.width, viewport.height)) / viewport.k;
    moveTo(store, map.shift(placeOf(store.state).z, [dx * step, dy * step]), event);
  }

  function reset(event) {
    if (event.type === "dblclick" && undo) recall(store, undo, event);
    undo = null;
    seen.whole();
  }

  // --- it does something to the map

  function select(polygon) {
    if (!map) return;
    const found = inside(polygon.map((at) => viewport.toMap(at)), map.xy, visible);
    if (found.length === 0) hint.say("No point lies inside: draw around some of them.");
    caught(Array.from(found));
  }

  function zoom(factor, at) {
    seen.zoom(factor, at);
    here.ring(null);
    card.hide();
  }

  function setMode(name) {
    mode = name;
    tools.mark(mode);
    plot.dataset.mode = mode;
  }

  setMode(mode);
  listen(plot, { mode: () => mode, hover, choose: press, grab, hold, wayBack, nudge, reset, select, outline: outline.show, zoom, pan: seen.pan });
  showFocusForKeys(plot);
  store.subscribe((state, before, { by }) => {
    if (state.z !== before.z && by === "person") hint.say("");
  });

  return {
    setMode,
    zoom,
    /** Another map lies under the hand. @param {import("../latent/plane.js").PlaneMap | null} next */
    turn(next) {
      map = next;
      nearest = undo = null;
      hover(null);
    },
  };
}

/** A hand needs no frame around what it is on, also not one that holds shift. */
function showFocusForKeys(plot) {
  plot.addEventListener("pointerdown", () => plot.classList.add("pressed"));
  plot.addEventListener("blur", () => plot.classList.remove("pressed"));
  plot.addEventListener("keydown", ({ key }) => key !== "Shift" && plot.classList.remove("pressed"));
}
