// Straight ways through latent space, along which a slider moves z: a dimension, a principal direction, from mean to mean.

import { strongest } from "./eigen.js";
import { dot, length, spreadOf, without } from "./spread.js";

const MOST = 40; // principal directions; nobody looks through more
const NOTHING = 1e-6; // of a direction: what is left is rounding

/**
 * @typedef {object} Line
 * @property {ArrayLike<number>} step   (d): one unit of it
 * @property {(z: ArrayLike<number>, from?: number) => number} at   where z is along it; `from`: its place in a longer array
 * @property {(z: number[], to: number) => number[]} move   z, moved along it until it is there
 * @property {(std: ArrayLike<number>, from?: number) => number} width   of a Gaussian of these standard deviations, along it
 */

/** @param {number} k zero-based @param {number} d @returns {Line} */
export function dimension(k, d) {
  return {
    get step() {
      return Float64Array.from({ length: d }, (_, i) => Number(i === k));
    },
    at: (z, from = 0) => z[from + k],
    move: (z, to) => z.map((value, i) => (i === k ? to : value)),
    width: (std, from = 0) => std[from + k],
  };
}

/** 0 at the origin, 1 a step further. @param {ArrayLike<number>} origin (d) @param {ArrayLike<number>} step (d) @returns {Line} */
export function direction(origin, step) {
  const [d, size] = [step.length, dot(step, step)];
  function at(z, from = 0) {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (z[from + k] - origin[k]) * step[k];
    return sum / size;
  }
  function width(std, from = 0) {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (std[from + k] * step[k]) ** 2;
    return Math.sqrt(sum) / size;
  }
  function move(z, to) {
    const by = to - at(z);
    return z.map((value, k) => value + by * step[k]);
  }
  return { step, at, move, width };
}

const known = new WeakMap(); // latents -> principal directions

/**
 * The directions in which the encoded means spread most, from their covariance: Härkönen et al. 2020 (GANSpace),
 * https://arxiv.org/abs/2004.02546. `shares` are of all variance.
 * @param {import("./latents.js").Latents} latents
 * @returns {{mean: Float64Array, vectors: Float64Array[], sigmas: Float64Array, shares: Float64Array}}
 */
export function principal(latents) {
  if (!known.has(latents)) known.set(latents, principalOf(spreadOf(latents)));
  return known.get(latents);
}

function principalOf({ average, matrix, d }) {
  let all = 0;
  for (let k = 0; k < d; k++) all += matrix[k * (d + 1)];
  const found = strongest(matrix, d, Math.min(d, MOST));
  const values = found.values.map((value) => Math.max(0, value)); // rounding may leave less than nothing
  const vectors = found.vectors.map((vector) => vector.map((value) => value * signOf(vector)));
  return { mean: average, vectors, sigmas: values.map(Math.sqrt), shares: values.map((value) => (all > 0 ? value / all : 0)) };
}

/** An eigenvector has no sign of its own: its largest entry is made positive, so that it is the same each time. */
function signOf(vector) {
  return Math.sign(vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)) || 1;
}

/**
 * Each direction without its part along those before it: Gram-Schmidt, in the order of the list.
 * @param {ArrayLike<number>[]} steps (d) each
 * @returns {{step: Float64Array, left: number}[]} left: the share of its length that is left; 0: it lay in those before it
 */
export function apart(steps) {
  const before = []; // unit vectors
  return steps.map((given) => {
    const whole = Float64Array.from(given);
    const size = length(whole);
    const step = before.reduce(without, before.reduce(without, whole)); // twice: once leaves too much rounding
    const left = size > 0 ? length(step) / size : 0;
    if (left < NOTHING) return { step, left: 0 };
    before.push(step.map((value) => value / (left * size)));
    return { step, left };
  });
}
