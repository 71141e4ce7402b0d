// Eigenvectors of a symmetric matrix: reflections make it tridiagonal, and turns make that diagonal.
// Householder 1958 and the implicit QR step; Golub & Van Loan, Matrix Computations, 8.3. All of them, and exact, in less
// time than power iteration takes for the strongest where many are nearly as strong.

import { length } from "./spread.js";

const SWEEPS = 60; // for each value; three are usual
const NOTHING = 1e-16; // beside the numbers around it

/** @typedef {{values: Float64Array, vectors: Float64Array[]}} Eigen   the largest value first; unit vectors */

/**
 * The `most` strongest.
 * @param {Float64Array} matrix (d, d) @param {number} d @param {number} most @returns {Eigen}
 */
export function strongest(matrix, d, most) {
  const { diagonal, beside, mirrors } = tridiagonal(matrix, d);
  const turned = Array.from({ length: d }, (_, i) => Float64Array.from({ length: d }, (_, k) => Number(i === k)));
  diagonalise(diagonal, beside, turned);
  const order = Array.from({ length: d }, (_, i) => i).sort((one, other) => diagonal[other] - diagonal[one]).slice(0, most); // prettier-ignore
  for (const i of order) for (const mirror of mirrors) reflect(turned[i], mirror);
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: order.map((i) => turned[i]) };
}

/** @returns {{diagonal: Float64Array, beside: Float64Array, mirrors: Float64Array[]}} mirrors: unit vectors of the last entries, the shortest first */
function tridiagonal(matrix, d) {
  const rows = Array.from({ length: d }, (_, i) => matrix.slice(i * d, (i + 1) * d));
  const [beside, mirrors] = [new Float64Array(Math.max(0, d - 1)), []];
  for (let k = 0; k < d - 1; k++) {
    const mirror = rows[k].slice(k + 1);
    const size = length(mirror);
    beside[k] = mirror[0] > 0 ? -size : size;
    mirror[0] -= beside[k];
    const left = length(mirror);
    if (left === 0) continue;
    mirrors.unshift(mirror.map((value) => value / left));
    reflectBoth(rows, mirrors[0]);
  }
  return { diagonal: Float64Array.from(rows, (row, i) => row[i]), beside, mirrors };
}

/** The last rows and columns of a matrix, reflected: A - 2 (v w' + w v') with w = A v - (v' A v) v. */
function reflectBoth(rows, v) {
  const first = rows.length - v.length;
  const w = v.map((_, i) => alongEnd(rows[first + i], v));
  const part = alongEnd(w, v);
  for (let i = 0; i < w.length; i++) w[i] -= part * v[i];
  for (let i = 0; i < v.length; i++) {
    const [row, vi, wi] = [rows[first + i], 2 * v[i], 2 * w[i]];
    for (let k = 0; k < v.length; k++) row[first + k] -= vi * w[k] + wi * v[k];
  }
}

function reflect(vector, mirror) {
  const [first, part] = [vector.length - mirror.length, 2 * alongEnd(vector, mirror)];
  for (let k = 0; k < mirror.length; k++) vector[first + k] -= part * mirror[k];
}

/** The product of a vector’s last entries with a shorter one. */
function alongEnd(vector, end) {
  const first = vector.length - end.length;
  let sum = 0;
  for (let k = 0; k < end.length; k++) sum += vector[first + k] * end[k];
  return sum;
}

/** Turns neighbours until nothing is left beside the diagonal; the columns are turned along. */
function diagonalise(diagonal, beside, columns) {
  const joined = (k) => Math.abs(beside[k]) > NOTHING * (Math.abs(diagonal[k]) + Math.abs(diagonal[k + 1]));
  let high = diagonal.length - 1;
  for (let left = SWEEPS * diagonal.length; high > 0 && left > 0; left--) {
    if (!joined(high - 1)) {
      high -= 1;
      continue;
    }
    let low = high - 1;
    while (low > 0 && joined(low - 1)) low -= 1;
    sweep(diagonal, beside, columns, low, high);
  }
}

/** One implicit QR step, with Wilkinson’s shift, on what is joined from `low` to `high`. */
function sweep(diagonal, beside, columns, low, high) {
  let [x, bulge] = [diagonal[low] - shiftOf(diagonal, beside, high), beside[low]];
  for (let k = low; k < high; k++) {
    const size = Math.hypot(x, bulge);
    const [c, s] = size > 0 ? [x / size, bulge / size] : [1, 0];
    if (k > low) beside[k - 1] = size;
    const [one, other, between] = [diagonal[k], diagonal[k + 1], beside[k]];
    diagonal[k] = c * c * one + 2 * c * s * between + s * s * other;
    diagonal[k + 1] = s * s * one - 2 * c * s * between + c * c * other;
    beside[k] = c * s * (other - one) + (c * c - s * s) * between;
    turn(columns[k], columns[k + 1], c, s);
    if (k + 1 === high) break;
    [x, bulge] = [beside[k], s * beside[k + 1]];
    beside[k + 1] *= c;
  }
}

/** The eigenvalue of the last two that is nearer to the last. */
function shiftOf(diagonal, beside, high) {
  const [half, square] = [(diagonal[high - 1] - diagonal[high]) / 2, beside[high - 1] ** 2];
  const root = Math.sqrt(half * half + square);
  return diagonal[high] - square / (half + (half < 0 ? -root : root));
}

function turn(one, other, c, s) {
  for (let k = 0; k < one.length; k++) {
    const [a, b] = [one[k], other[k]];
    one[k] = c * a + s * b;
    other[k] = c * b - s * a;
  }
}
