// Eigenvectors of a symmetric matrix: all of a small one, the strongest of a large one.

import { dot, length, unit, without } from "./spread.js";

const SWEEPS = 60;
const ROUNDS = 80;
const SPARE = 8; // vectors beside those that are wanted, so that the last of them settle too

/** @typedef {{values: Float64Array, vectors: Float64Array[]}} Eigen   the largest value first; unit vectors */

/**
 * The `most` strongest: orthogonal iteration with a Rayleigh-Ritz step each round, exact at once where nothing is left out.
 * @param {Float64Array} matrix (d, d) @param {number} d @param {number} most @returns {Eigen}
 */
export function strongest(matrix, d, most) {
  const wide = Math.min(d, most + SPARE);
  if (wide === d) return first(symmetric(matrix, d), most);
  let found = { values: new Float64Array(wide), vectors: orthonormal(scattered(wide, d)) };
  for (let round = 0; round < ROUNDS; round++) {
    const next = within(matrix, d, orthonormal(found.vectors.map((vector) => times(matrix, d, vector))));
    const moved = next.values.reduce((most_, value, i) => (i < most ? Math.max(most_, Math.abs(value - found.values[i])) : most_), 0);
    found = next;
    if (moved <= 1e-12 * found.values[0]) break;
  }
  return first(found, most);
}

/** All of them, by turns in one plane after another: Jacobi 1846; Golub & Van Loan, Matrix Computations, 8.5. @returns {Eigen} */
function symmetric(matrix, d) {
  const a = Float64Array.from(matrix);
  const turned = Array.from({ length: d }, (_, i) => Float64Array.from({ length: d }, (_, k) => Number(i === k)));
  const size = length(a);
  for (let sweep = 0; sweep < SWEEPS && besideDiagonal(a, d) > 1e-15 * size; sweep++) {
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) turn(a, turned, d, p, q);
  }
  const order = Array.from({ length: d }, (_, i) => i).sort((one, other) => a[other * (d + 1)] - a[one * (d + 1)]);
  return { values: Float64Array.from(order, (i) => a[i * (d + 1)]), vectors: order.map((i) => turned[i]) };
}

/** Turns the plane of p and q so that their covariance is none. */
function turn(a, turned, d, p, q) {
  const beside = a[p * d + q];
  if (beside === 0) return;
  const theta = (a[q * d + q] - a[p * d + p]) / (2 * beside);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let k = 0; k < d; k++) mix(a, k * d + p, a, k * d + q, cosine, sine);
  for (let k = 0; k < d; k++) mix(a, p * d + k, a, q * d + k, cosine, sine);
  for (let k = 0; k < d; k++) mix(turned[p], k, turned[q], k, cosine, sine);
}

function mix(one, i, other, j, cosine, sine) {
  [one[i], other[j]] = [cosine * one[i] - sine * other[j], sine * one[i] + cosine * other[j]];
}

function besideDiagonal(a, d) {
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += i === j ? 0 : a[i * d + j] ** 2;
  return Math.sqrt(sum);
}

/** The best answer inside the span of some orthonormal vectors. @returns {Eigen} */
function within(matrix, d, basis) {
  const images = basis.map((vector) => times(matrix, d, vector));
  const small = Float64Array.from(basis.flatMap((vector) => images.map((image) => dot(vector, image))));
  const { values, vectors } = symmetric(small, basis.length);
  return { values, vectors: vectors.map((weights) => sumOf(basis, weights)) };
}

function sumOf(basis, weights) {
  const sum = new Float64Array(basis[0].length);
  basis.forEach((vector, i) => vector.forEach((value, k) => (sum[k] += weights[i] * value)));
  return sum;
}

function times(matrix, d, vector) {
  const image = new Float64Array(d);
  for (let i = 0; i < d; i++) for (let k = 0; k < d; k++) image[i] += matrix[i * d + k] * vector[k];
  return image;
}

/** Vectors along no axis and along none of each other. */
function scattered(count, d) {
  return Array.from({ length: count }, (_, i) => Float64Array.from({ length: d }, (_, k) => Math.sin(1 + (i + 1) * (k + 1) * 1.7)));
}

/** Gram-Schmidt, each twice, as once leaves too much where vectors are nearly one. What vanishes becomes an axis. */
function orthonormal(vectors) {
  const made = [];
  const clean = (vector) => made.reduce(without, made.reduce(without, vector));
  for (const [i, vector] of vectors.entries()) {
    const size = length(vector);
    let left = size > 0 ? clean(vector.map((value) => value / size)) : vector;
    for (let axis = i; length(left) < 1e-10; axis = (axis + 1) % vector.length) {
      left = clean(Float64Array.from(vector, (_, k) => Number(k === axis)));
    }
    made.push(unit(left));
  }
  return made;
}

function first({ values, vectors }, most) {
  return { values: values.slice(0, most), vectors: vectors.slice(0, most) };
}
