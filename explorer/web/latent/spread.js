// How the encoded means are spread over all directions of latent space: their covariance, and its strongest directions.

const SAMPLE = 10_000; // examples that are looked at; enough for two digits of a covariance
const ROUNDS = 300;
const SETTLED = 1e-10;

/** @typedef {{average: Float64Array, matrix: Float64Array, d: number}} Spread   (d) and (d, d) */

const known = new WeakMap(); // latents -> Spread
const sigmas = new WeakMap(); // latents -> sigma of each dimension

/** @param {import("./latents.js").Latents} latents @returns {Spread} */
export function spreadOf(latents) {
  if (!known.has(latents)) known.set(latents, spread(latents.mean, latents.d));
  return known.get(latents);
}

/** @param {Float32Array} mean (n, d) @param {number} d @returns {Spread} */
function spread(mean, d) {
  const step = stepOver(mean.length / d);
  const rows = [];
  for (let at = 0; at < mean.length; at += d * step) rows.push(mean.subarray(at, at + d));
  const average = new Float64Array(d);
  for (const row of rows) for (let k = 0; k < d; k++) average[k] += row[k] / rows.length;
  const matrix = new Float64Array(d * d);
  for (const row of rows) {
    for (let i = 0; i < d; i++) {
      const off = (row[i] - average[i]) / rows.length;
      for (let j = i; j < d; j++) matrix[i * d + j] += off * (row[j] - average[j]);
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) matrix[i * d + j] = matrix[j * d + i];
  return { average, matrix, d };
}

const stepOver = (n) => Math.max(1, Math.ceil(n / SAMPLE));

/**
 * The data along a line: the average of the examples’ means, and sigma of all samples of all their q(z|x) together.
 * @param {import("./latents.js").Latents} latents @param {import("./directions.js").Line} line
 * @param {boolean} [stochastic]   false: codes without a posterior, so only they themselves are spread
 * @returns {{average: number, sigma: number}}
 */
export function dataAlong({ n, d, mean, std }, line, stochastic = true) {
  const step = stepOver(n);
  const count = Math.ceil(n / step);
  let [average, square] = [0, 0];
  for (let i = 0; i < n; i += step) average += line.at(mean, i * d) / count;
  for (let i = 0; i < n; i += step) {
    const width = stochastic ? line.width(std, i * d) : 0;
    square += ((line.at(mean, i * d) - average) ** 2 + width ** 2) / count;
  }
  return { average, sigma: Math.sqrt(square) };
}

/** Sigma of the data along each dimension. @param {import("./latents.js").Latents} latents @returns {Float64Array} (d) */
export function sigmasOf(latents) {
  const axis = (k) => ({ at: (z, from) => z[from + k], width: (std, from) => std[from + k] });
  if (!sigmas.has(latents)) sigmas.set(latents, Float64Array.from({ length: latents.d }, (_, k) => dataAlong(latents, axis(k)).sigma));
  return sigmas.get(latents);
}

/** The share of all variance that lies in the plane of an orthonormal basis (2, d), 0 to 1. @param {Spread} spread */
export function shareOf({ matrix, d }, basis) {
  let [kept, all] = [0, 0];
  for (let i = 0; i < d; i++) {
    all += matrix[i * d + i];
    for (let j = 0; j < d; j++) kept += matrix[i * d + j] * (basis[i] * basis[j] + basis[d + i] * basis[d + j]);
  }
  return all > 0 ? kept / all : 0;
}

/**
 * The direction (d) in which the means spread most among those at a right angle to `avoid`: power iteration.
 * @param {Spread} spread @param {ArrayLike<number>} avoid a unit vector (d)
 */
export function strongestBeside({ matrix, d }, avoid) {
  let vector = unit(without(Float64Array.from({ length: d }, (_, k) => Math.sin(1 + 7 * k)), avoid)); // along no axis
  for (let round = 0; round < ROUNDS; round++) {
    const image = new Float64Array(d);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) image[i] += matrix[i * d + j] * vector[j];
    const next = without(image, avoid);
    if (length(next) < 1e-12 * (1 + length(image))) break; // nothing is spread there: any direction will do
    const turned = unit(next);
    const change = 1 - dot(turned, vector);
    vector = turned;
    if (change < SETTLED) break;
  }
  return vector;
}

export function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

export function length(a) {
  return Math.sqrt(dot(a, a));
}

export function unit(a) {
  const size = length(a);
  return a.map((value) => value / size);
}

/** What is left of a vector when its part along a unit vector is taken away. */
export function without(a, along) {
  const part = dot(a, along);
  return a.map((value, k) => value - part * along[k]);
}
