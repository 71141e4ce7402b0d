// One batch seen from near, as one of its pictures: slices of the arrays, and the sums that a person may check.

import { klTo } from "../latent/kl.js";
import { numbersOf } from "./accounts.js";

export const MOST = 16; // dimensions that are shown
const DIGITS = 2; // of losses
const EXACT = 1e4; // nats: larger losses are float32, which has seven digits, and one decimal less is shown for each further digit

/**
 * @typedef {object} Closeup   what the trainer wrote of a step
 * @property {Record<string, Float32Array | Uint8Array>} arrays   x, picture (8, c, h, w); mu, sigma, epsilon, z, gradients (8, d); reconstruction, kl (n)
 * @property {Record<string, any>} words   step, pictures, total, parts, kl (d), weight, rate, gradient, moved, weights
 *
 * @typedef {object} Seen   a picture of the batch, and the batch
 * @property {number} i @property {number} pictures   in the close-up @property {number} batch
 * @property {number} d @property {boolean} stochastic
 * @property {Uint8Array} x @property {Uint8Array} picture
 * @property {Float32Array} mu @property {Float32Array} sigma @property {Float32Array} epsilon @property {Float32Array} z
 * @property {{z: Float32Array | null, mu: Float32Array | null, sigma: Float32Array | null}} slopes
 * @property {number[] | null} kl   (d), of this picture; null: q(z|x) has no width
 * @property {Float32Array | null} losses   (n): the reconstruction loss of each picture; null: they have none of their own
 * @property {Record<string, any>} words
 * @property {Sums} sums
 */

/** @param {Closeup} closeup @param {number[]} shape of a picture: c, h, w @param {number} wanted   which picture @returns {Seen} */
export function seenOf({ arrays, words }, shape, wanted) {
  const pictures = arrays.x.length / numbersOf(shape);
  const i = Math.min(wanted, pictures - 1);
  const of = (name) => (arrays[name] ? rowOf(arrays[name], i, pictures) : null);
  const [mu, sigma] = [of("mu"), of("sigma")];
  const stochastic = words.kl.length > 0;
  return {
    i, pictures, batch: words.pictures, d: mu.length, stochastic, words,
    x: of("x"), picture: of("picture"), mu, sigma, epsilon: of("epsilon"), z: of("z"),
    slopes: { z: of("gradient_z"), mu: of("gradient_mu"), sigma: of("gradient_sigma") },
    kl: stochastic ? Array.from(mu, (value, k) => klTo(value, sigma[k])) : null,
    losses: arrays.reconstruction ?? null, sums: sumsOf(words),
  }; // prettier-ignore
}

/** One of n rows. @template {Float32Array | Uint8Array} T @param {T} array @returns {T} */
export const rowOf = (array, i, n) => array.subarray((i * array.length) / n, ((i + 1) * array.length) / n);

/** The length of a vector. @param {Float32Array} values */
export const lengthOf = (values) => Math.hypot(...values);

/**
 * @typedef {object} Sums   of the batch, rounded so that the parts add up to the total
 * @property {number} digits @property {number} total @property {number} reconstruction @property {number} regularization
 * @property {number} kl   the sum over the dimensions, the mean of the batch
 */

/** @returns {Sums} */
function sumsOf({ total, parts, kl, weight }) {
  const digits = digitsFor(Math.max(...[total, ...Object.values(parts)].map(Math.abs)));
  const [reconstruction, regularization] = addingUp([parts.reconstruction, parts.regularization], total, digits);
  const sum = kl.reduce((all, value) => all + value, 0);
  const same = weight === 1 && Math.abs(sum - parts.regularization) < 10 ** -digits; // the two are one number
  return { digits, total: rounded(total, digits), reconstruction, regularization, kl: same ? regularization : rounded(sum, digits) };
}

const digitsFor = (value) => Math.max(0, DIGITS - Math.max(0, Math.floor(Math.log10(value / EXACT)) + 1));

export const rounded = (value, digits = DIGITS) => Math.round(value * 10 ** digits) / 10 ** digits;

/**
 * Parts, rounded so that they add up to the rounded total: what was cut off most goes up (largest remainders).
 * @param {number[]} parts @param {number} total @returns {number[]}
 */
export function addingUp(parts, total, digits = DIGITS) {
  const unit = 10 ** digits;
  const floors = parts.map((part) => Math.floor(part * unit));
  const order = parts.map((part, i) => [floors[i] - part * unit, i]).sort(([one], [other]) => one - other);
  const lacking = Math.round(total * unit) - floors.reduce((sum, each) => sum + each, 0);
  const [each, more] = [Math.floor(lacking / parts.length), ((lacking % parts.length) + parts.length) % parts.length];
  order.forEach(([, i], rank) => (floors[i] += each + (rank < more ? 1 : 0)));
  return floors.map((value) => value / unit);
}
