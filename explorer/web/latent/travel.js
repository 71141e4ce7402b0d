// The ways from one z to another: straight, over the sphere, through several, and over the square between four.

import { PINS } from "../choices.js";
import { dot, length, unit } from "./spread.js";

const SAME = 1e-4; // radians: so close to each other, or to opposite, the sphere’s formula divides by next to nothing

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

/** The pins that a way leads through, or [] where there are too few. @param {import("../state.js").State} state @returns {string[]} */
export function stopsOf({ pins, way, ends }) {
  const there = PINS.filter((name) => pins[name]);
  if (way === "square") return there.length === PINS.length ? there : [];
  if (there.length < 2) return [];
  const chosen = [...ends].filter((name, i) => pins[name] && ends.indexOf(name) === i);
  return way === "all" ? there : chosen.length === 2 ? chosen : there.slice(0, 2);
}

/**
 * n places along the way that a morph goes now, for the map to draw; null: there is none, or it is a square.
 * @param {import("../state.js").State} state @param {number} n @returns {number[][] | null}
 */
export function pathOf(state, n) {
  const stops = state.tab === "morph" && state.way !== "square" ? stopsOf(state) : [];
  if (stops.length === 0) return null;
  const places = stops.map((name) => state.pins[name].z);
  return Array.from({ length: n }, (_, i) => along(places, state.way, i / (n - 1)));
}
