// Where the codes of a look lie on the map: all moments in one plane, the earlier ones turned to lie on the newest.

import { backOf, isTurned, onPlane, planeOf, procrustes, STRAIGHT, turned } from "../latent/align.js";

/**
 * @typedef {object} Placed
 * @property {Float32Array} xy   (n, 2)
 * @property {[string, string]} axes
 * @property {string} about      in a sentence
 * @property {(index: number, std: Float32Array) => [number, number, number]} covariance   of q(z|x) on the map: xx, xy, yy
 * @property {(z: ArrayLike<number>) => [number, number]} project
 * @property {(at: [number, number], z: number[]) => number[]} lift   z with its part in the plane moved there
 */

/** @param {number} d */
export function createAligner(d) {
  let plane = null; // of the newest look so far, in which all are shown
  let target = null; // (n, 2): where its codes lie
  let newest = -1; // its step

  /** A newer look takes over: two dimensions as they are; directions, whose signs and order are free, without a jump. */
  function renew({ step, mean }) {
    if (plane && step <= newest) return;
    const next = planeOf(mean, d);
    if (d > 2 && target) next.basis = turnedBasis(next.basis, procrustes(onPlane(next, mean), target));
    [plane, target, newest] = [next, onPlane(next, mean), step];
  }

  /** @param {import("./reel.js").Look} look @param {boolean} turning   lay its map on the newest @returns {Placed} */
  return function place(look, turning) {
    renew(look);
    const flat = onPlane(plane, look.mean);
    const turn = turning && d === 2 ? procrustes(flat, target) : STRAIGHT;
    const back = backOf(turn);
    const { origin, basis } = plane;
    const project = (z) => turned(turn, onPlane(plane, z));
    return {
      xy: turn === STRAIGHT ? flat : turnedAll(flat, turn),
      axes: axesOf(d, turn),
      about: aboutOf(d, turn, newest),
      project,
      lift(at, z) {
        const [from, to] = [onPlane(plane, z), turned(back, at)];
        return z.map((value, k) => value + basis[0][k] * (to[0] - from[0]) + basis[1][k] * (to[1] - from[1]));
      },
      covariance(index, std) {
        const rows = [0, 1].map((axis) => turnedRow(turn, basis, axis, origin.length));
        const variance = std.subarray(index * d, (index + 1) * d).map((sigma) => sigma * sigma);
        const between = (one, other) => variance.reduce((sum, each, k) => sum + each * one[k] * other[k], 0);
        return [between(rows[0], rows[0]), between(rows[0], rows[1]), between(rows[1], rows[1])];
      },
    };
  };
}

function turnedAll(xy, turn) {
  const found = new Float32Array(xy.length);
  for (let i = 0; i < xy.length; i += 2) [found[i], found[i + 1]] = turned(turn, [xy[i], xy[i + 1]]);
  return found;
}

function turnedBasis(basis, turn) {
  return [0, 1].map((axis) => turnedRow(turn, basis, axis, basis[0].length));
}

/** A row of the turned basis: a turn of places is the same turn of the rows. */
function turnedRow(turn, basis, axis, d) {
  return Float64Array.from({ length: d }, (_, k) => turn[2 * axis] * basis[0][k] + turn[2 * axis + 1] * basis[1][k]);
}

function axesOf(d, turn) {
  if (d > 2) return ["first direction", "second direction"];
  return isTurned(turn) ? ["z, turned", ""] : ["z₁", d > 1 ? "z₂" : ""];
}

function aboutOf(d, turn, newest) {
  const at = newest.toLocaleString("en");
  if (d > 2) return `The two directions in which the codes of step ${at} spread most (PCA); all moments are shown in this plane.`;
  if (!isTurned(turn)) return "z itself: its two dimensions.";
  const mirrored = turn[0] * turn[3] - turn[1] * turn[2] < 0;
  const degrees = Math.round((Math.atan2(turn[2], turn[0]) * 180) / Math.PI);
  return `z itself, ${mirrored ? "mirrored and " : ""}turned by ${degrees}° so that it lies on the map of step ${at}.`;
}
