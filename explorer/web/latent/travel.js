// The ways from one z to another: straight, over the sphere, through several, and over the square between four.

import { PINS } from "../choices.js";
import { placeOf } from "../state.js";
import { placeOfSet } from "./sets.js";
import { dot, length, unit } from "./spread.js";

const SAME = 1e-4; // radians: so close to each other, or to opposite, the sphere’s formula divides by next to nothing
const ROUNDED = 2e-5; // a link keeps z, and the pins, to five decimals

/** @typedef {"straight" | "spherical" | "all" | "square"} Way */

/** @param {number[]} a @param {number[]} b @param {number} t in [0, 1] @returns {number[]} */
export function lerp(a, b, t) {
  return a.map((value, k) => (1 - t) * value + t * b[k]);
}

/**
 * Along the great circle from a to b: Shoemake 1985, https://doi.org/10.1145/325165.325242. His are of length one; here
 * the direction goes over the sphere, and the length goes evenly from that of a to that of b.
 * @param {number[]} a @param {number[]} b @param {number} t in [0, 1] @returns {number[]}
 */
export function slerp(a, b, t) {
  const [from, to] = [length(a), length(b)];
  if (from === 0 || to === 0) return lerp(a, b, t); // zero has no direction
  const size = (1 - t) * from + t * to;
  return turned(unit(a), unit(b), t).map((value) => size * value);
}

/** Between two directions of length one. */
function turned(a, b, t) {
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(a, b))));
  if (angle < SAME) return unit(lerp(a, b, t));
  if (angle > Math.PI - SAME) return halfway(a, b, t);
  const [first, second] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
  return a.map((value, k) => first * value + second * b[k]);
}

/** Opposite directions: all great circles are as short, so it takes the one over the axis that a has least of. */
function halfway(a, b, t) {
  if (a.length === 1) return lerp(a, b, t); // a line has no way round
  const least = a.reduce((best, value, k) => (Math.abs(value) < Math.abs(a[best]) ? k : best), 0);
  const side = unit(a.map((value, k) => (k === least ? 1 : 0) - a[least] * value)); // at a right angle to a
  return t < 0.5 ? turned(a, side, 2 * t) : turned(side, b, 2 * t - 1);
}

/**
 * The place at t of the way through these z; each leg takes the same time.
 * @param {number[][]} stops two or more @param {Way} way @param {number} t in [0, 1] @returns {number[]}
 */
export function along(stops, way, t) {
  const legs = stops.length - 1;
  const leg = Math.min(legs - 1, Math.floor(t * legs));
  return (way === "spherical" ? slerp : lerp)(stops[leg], stops[leg + 1], t * legs - leg);
}

/** Of four corners, in rows: the place at u to the right and v down, both in [0, 1]. @param {number[][]} corners */
export function bilinear([a, b, c, d], u, v) {
  return lerp(lerp(a, b, u), lerp(c, d, u), v);
}

/** @typedef {{key: string, z: number[], label: number | null}} Stop   key: a pin, or a set as in sets.js */

/** @param {import("../state.js").State} state @param {string} key @returns {Stop | null} */
function stopAt(state, key) {
  const place = PINS.includes(key) ? state.pins[key] : key && placeOfSet(state, key);
  return place ? { key, ...place } : null;
}

/**
 * Between what a straight or spherical way leads: as chosen, and in place of what is not there a pin that is; "": nothing is.
 * @param {import("../state.js").State} state @returns {string[]} two keys
 */
export function endsOf(state) {
  const there = [...new Set(state.ends)].filter((key) => stopAt(state, key));
  if (there.length === 2) return there;
  const pins = PINS.filter((name) => state.pins[name]); // in their order; a mean stays at its end
  const stays = (key, i) => there.includes(key) && !PINS.includes(key) && state.ends.indexOf(key) === i;
  return state.ends.map((key, i) => (stays(key, i) ? key : (pins.shift() ?? "")));
}

/** What a way leads through, or [] where there is too little. @param {import("../state.js").State} state @returns {Stop[]} */
export function stopsOf(state) {
  const keys = ["all", "square"].includes(state.way) ? PINS : endsOf(state);
  const stops = keys.map((key) => stopAt(state, key)).filter(Boolean);
  return stops.length < (state.way === "square" ? PINS.length : 2) ? [] : stops;
}

/** What a film goes through: a square has none. @param {import("../state.js").State} state @returns {Stop[]} */
export function stopsOfFilm(state) {
  return state.way === "square" ? [] : stopsOf(state);
}

/** @param {import("../state.js").State} state @param {number} t in [0, 1] @returns {{z: number[], label: number | null}} on the way that there is */
export function placeAt(state, t) {
  const stops = stopsOfFilm(state);
  const nearest = stops[Math.round(t * (stops.length - 1))]; // there is nothing between two classes
  return { z: along(stops.map(({ z }) => z), state.way, t), label: nearest.label }; // prettier-ignore
}

/** Is z at rest where the slider of the way stands? But for locked dimensions, which no way moves. @param {import("../state.js").State} state */
export function isOnWay(state) {
  if (stopsOfFilm(state).length === 0) return false;
  const [there, here] = [placeAt(state, state.along), placeOf(state)];
  const near = there.z.every((value, k) => state.locked.includes(k) || Math.abs(value - here.z[k]) <= ROUNDED);
  return near && there.label === here.label;
}

/**
 * n places along the way that a morph goes now, for the map to draw; null: there is none, or it is a square.
 * @param {import("../state.js").State} state @param {number} n @returns {number[][] | null}
 */
export function pathOf(state, n) {
  if (state.tab !== "morph" || stopsOfFilm(state).length === 0) return null;
  return Array.from({ length: n }, (_, i) => placeAt(state, i / (n - 1)).z);
}

/**
 * The square that a morph shows now, as a net for the map to draw: its lines are straight in z, so their ends tell all.
 * @param {import("../state.js").State} state @param {number} n meshes along a side @returns {[number[], number[]][]} none: there is no square
 */
export function netOf(state, n) {
  const corners = state.tab === "morph" && state.way === "square" ? stopsOf(state).map(({ z }) => z) : [];
  if (corners.length === 0) return [];
  const shares = Array.from({ length: n + 1 }, (_, i) => i / n);
  const ends = shares.flatMap((t) => [[[t, 0], [t, 1]], [[0, t], [1, t]]]); // prettier-ignore
  return ends.map((pair) => pair.map(([u, v]) => bilinear(corners, u, v)));
}
