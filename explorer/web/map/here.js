// Where z is on the map: its cursor or a stand-in, its trail, the posterior it came from, and the way or the square of a morph.

import { createNeighbours } from "../latent/neighbours.js";
import { placeOf } from "../state.js";
import { h } from "../ui/dom.js";
import { createOverlay } from "./overlay.js";
import { createPath } from "./path.js";

const REMEMBERED = 60; // places of the trail
const TRAIL_MS = 2000; // after z came to rest the trail goes
const FADE_MS = 600; // as in overlay.css
const JUMP = 1 / 4; // of the view: whoever jumps leaves no trail
const STAND_IN = "z has no place of its own here. Dashed: the example nearest to it.";
const GUESS = "Approximate: the picture is of the z that the nearest points suggest.";

/** @param {import("../mount.js").Desk} desk @param {ReturnType<import("./viewport.js").createViewport>} viewport */
export function createHere({ store, lane }, viewport) {
  const overlay = createOverlay();
  const remark = h("p", { class: "remark unsaid" }, STAND_IN);
  const path = createPath(lane(4), draw);
  let map = null;
  let neighbours = null; // of the open latents
  let visited = null; // where the mouse looks around, on the map
  let trail = []; // the last z
  let [fading, waiting] = [false, 0]; // the trail is about to go; the timer until then

  /** Where z lies on the map, or null: a map that is not linear has a place only for examples. */
  function placeOn({ z, source }) {
    if (map.project) return map.project(z);
    return source === null ? null : pointOf(source);
  }
  const pointOf = (index) => [map.xy[2 * index], map.xy[2 * index + 1]];

  function draw() {
    if (!map) return;
    const state = store.state;
    const own = state.home ? visited : placeOn(state);
    neighbours ??= own ? null : createNeighbours(state.latents.mean, state.latents.d);
    const at = own ?? pointOf(neighbours.one(state.z));
    overlay.cursor(viewport.toScreen(at), viewport, !own || (!map.decodable && state.home !== null));
    const rest = state.home && placeOn(state.home);
    overlay.home(rest ? viewport.toScreen(rest) : null);
    say(state, own);
    drawPosterior(placeOf(state), state);
    overlay.pins(map.project ? Object.entries(state.pins).map(([name, { z }]) => ({ name, at: viewport.toScreen(map.project(z)) })) : []);
    overlay.trail(map.project ? trail.map(map.project) : [], viewport, fading);
    overlay.path(map.project ? path.places().map(({ z, rank }) => [...map.project(z), rank]) : [], viewport);
    overlay.net(map.project ? path.net().map((ends) => ends.map(map.project)) : [], viewport);
  }

  function say(state, own) {
    const guess = !map.decodable && state.home !== null;
    const words = guess ? GUESS : STAND_IN;
    if (remark.textContent !== words) remark.textContent = words; // a drag must not build the text anew
    remark.toggleAttribute("hidden", map.decodable);
    remark.classList.toggle("unsaid", !guess && own !== null);
  }

  function drawPosterior({ source }, { model, latents }) {
    const { d } = latents;
    const known = model.stochastic && source !== null && map.covariance;
    const std = known && latents.std.subarray(source * d, (source + 1) * d);
    overlay.ellipse(known ? map.project(latents.meanOf(source)) : null, known ? map.covariance(std) : null, viewport);
  }

  /** z has gone on: its trail grows, starts anew after a jump, and is gone soon after z has come to rest. */
  function leaveTrail(z) {
    clearTimeout(waiting);
    if (isJump(trail.at(-1), z)) trail = [];
    [trail, fading] = [[...trail, z].slice(-REMEMBERED), false];
    waiting = setTimeout(() => {
      fading = true;
      waiting = setTimeout(() => {
        trail = [];
        draw();
      }, FADE_MS);
      draw();
    }, TRAIL_MS);
  }

  function isJump(from, to) {
    if (!from || !map?.project) return false;
    const [[x1, y1], [x2, y2]] = [from, to].map((z) => map.project(z));
    return Math.hypot(x2 - x1, y2 - y1) * viewport.k > JUMP * Math.min(viewport.width, viewport.height);
  }

  return {
    element: overlay.element,
    remark,
    draw,
    ring: overlay.ring,
    /** Another map: the marks have other places. @param {import("../latent/plane.js").PlaneMap | null} next */
    turn(next) {
      map = next;
      visited = null;
    },
    /** The mouse looks around at a place of the map; null: it is gone. */
    visit(place) {
      visited = place;
    },
    dispose: () => clearTimeout(waiting),
    follow(state, before, by) {
      if (state.latents !== before.latents) [neighbours, trail] = [null, []];
      if (state.z !== before.z && by === "person") leaveTrail(state.z);
      path.follow(state, before);
      draw();
    },
  };
}
