// Maps of successive moments laid on one another: so that points move because the model moved them, and do not jump.

import { strongest } from "./eigen.js";

/** @typedef {[number, number, number, number]} Turn   a rotation or a reflection: x' = t0 x + t1 y, y' = t2 x + t3 y */

export const STRAIGHT = /** @type {Turn} */ ([1, 0, 0, 1]);

/**
 * The turn of `from` that brings it nearest to `to`, about 0: orthogonal Procrustes (Schönemann 1966, eq. 1.8), whose
 * answer in the plane is the better of the best rotation and the best reflection.
 * @param {ArrayLike<number>} from (n, 2) @param {ArrayLike<number>} to (n, 2) @returns {Turn}
 */
export function procrustes(from, to) {
  let [xx, xy, yx, yy] = [0, 0, 0, 0]; // sums of from times to
  for (let i = 0; i < from.length; i += 2) {
    xx += from[i] * to[i];
    xy += from[i] * to[i + 1];
    yx += from[i + 1] * to[i];
    yy += from[i + 1] * to[i + 1];
  }
  const [rotated, mirrored] = [Math.hypot(xx + yy, xy - yx), Math.hypot(xx - yy, xy + yx)];
  if (Math.max(rotated, mirrored) === 0) return STRAIGHT;
  if (rotated >= mirrored) {
    const [cosine, sine] = [(xx + yy) / rotated, (xy - yx) / rotated];
    return [cosine, -sine, sine, cosine];
  }
  const [cosine, sine] = [(xx - yy) / mirrored, (xy + yx) / mirrored];
  return [cosine, sine, sine, -cosine];
}

/** @param {Turn} turn @param {[number, number]} at @returns {[number, number]} */
export const turned = ([a, b, c, e], [x, y]) => [a * x + b * y, c * x + e * y];

/** The way back of a turn. @param {Turn} turn @returns {Turn} */
export const backOf = ([a, b, c, e]) => [a, c, b, e];

/** Is it more than a few hundredths away from no turn at all? @param {Turn} turn */
export const isTurned = ([a, , , e]) => a < 0.999 || e < 0.999;

/**
 * The plane in which codes are shown: their two dimensions, or the two directions in which they spread most.
 * @param {Float32Array} mean (n, d) @param {number} d @returns {{origin: Float64Array, basis: Float64Array[]}}   (d) and two of (d)
 */
export function planeOf(mean, d) {
  const axis = (k) => Float64Array.from({ length: d }, (_, i) => Number(i === k));
  if (d <= 2) return { origin: new Float64Array(d), basis: [axis(0), axis(1)] };
  const { origin, matrix } = covarianceOf(mean, d);
  return { origin, basis: strongest(matrix, d, 2).vectors };
}

/** @param {ReturnType<typeof planeOf>} plane @param {ArrayLike<number>} codes (n, d) @returns {Float32Array} (n, 2) */
export function onPlane({ origin, basis }, codes) {
  const d = origin.length;
  const xy = new Float32Array((2 * codes.length) / d);
  for (let i = 0; i * d < codes.length; i++) {
    for (let axis = 0; axis < 2; axis++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += (codes[i * d + k] - origin[k]) * basis[axis][k];
      xy[2 * i + axis] = sum;
    }
  }
  return xy;
}

function covarianceOf(mean, d) {
  const n = mean.length / d;
  const origin = new Float64Array(d);
  for (let i = 0; i < mean.length; i++) origin[i % d] += mean[i] / n;
  const matrix = new Float64Array(d * d);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < d; k++) {
      const off = (mean[i * d + k] - origin[k]) / n;
      for (let j = 0; j < d; j++) matrix[k * d + j] += off * (mean[i * d + j] - origin[j]);
    }
  }
  return { origin, matrix };
}
