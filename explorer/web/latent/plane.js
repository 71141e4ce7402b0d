// One map of the latent space: where each example lies on it, and the way back to z, exact or a guess.

/**
 * @typedef {object} PlaneMap
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {[string, string]} axes
 * @property {boolean} decodable                                 every place is a z; false: a place is only near some
 * @property {Float32Array} xy                                   (n, 2)
 * @property {((z: ArrayLike<number>) => [number, number]) | null} project    null: only examples have a place
 * @property {(xy: [number, number]) => number[]} unproject       the z there; if it is not decodable, what the nearest examples suggest
 * @property {((z: number[], by: [number, number]) => number[]) | null} shift   moves z inside the plane, and only there
 * @property {((std: ArrayLike<number>) => [number, number, number]) | null} covariance   xx, xy, yy on the map
 * @property {Float32Array | null} basis                          (2, d), orthonormal rows
 */

const NEAREST = 8; // examples that suggest a z where a map has no way back

/**
 * @param {{name: string, title: string, about: string, axes: [string, string]}} words
 * @param {{xy: Float32Array, mean: Float32Array} | {basis: Float32Array, origin: Float32Array, mean: Float32Array}} tensors
 * @returns {PlaneMap}
 */
export function createMap(words, tensors) {
  return "basis" in tensors ? linearMap(words, tensors) : scatteredMap(words, tensors);
}

function scatteredMap(words, { xy, mean }) {
  const unproject = (at) => suggested(xy, mean, at);
  return { ...words, decodable: false, xy, project: null, unproject, shift: null, covariance: null, basis: null };
}

/** The mean of the z of the nearest points, each weighted by one over its squared distance: Shepard 1968. */
function suggested(xy, mean, [x, y]) {
  const [n, d] = [xy.length / 2, (2 * mean.length) / xy.length];
  const near = []; // [squared distance, index], the nearest first
  for (let i = 0; i < n; i++) {
    const square = (xy[2 * i] - x) ** 2 + (xy[2 * i + 1] - y) ** 2;
    if (near.length === NEAREST && square >= near[NEAREST - 1][0]) continue;
    near.push([square, i]);
    near.sort((one, other) => one[0] - other[0]).splice(NEAREST);
  }
  const smallest = 1e-9 * near.at(-1)[0] + 1e-30; // on a point its own z, and no division by zero
  const z = new Array(d).fill(0);
  let total = 0;
  for (const [square, i] of near) {
    const weight = 1 / (square + smallest);
    total += weight;
    for (let k = 0; k < d; k++) z[k] += weight * mean[i * d + k];
  }
  return z.map((value) => value / total);
}

function linearMap(words, { basis, origin, mean }) {
  const d = origin.length;
  const project = (z) => [along(0, z), along(1, z)];
  const along = (row, z) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (z[k] - origin[k]) * basis[row * d + k];
    return sum;
  };
  const shift = (z, [dx, dy]) => Array.from(z, (value, k) => value + dx * basis[k] + dy * basis[d + k]);
  let xy = null;
  return {
    ...words,
    decodable: true,
    get xy() {
      return (xy ??= projectAll(mean, d, project)); // a menu of maps costs nothing until one is opened
    },
    project,
    unproject: (at) => shift(origin, at),
    shift,
    covariance: (std) => covariance(basis, std),
    basis,
  };
}

function projectAll(mean, d, project) {
  const xy = new Float32Array((mean.length / d) * 2);
  for (let i = 0; i * d < mean.length; i++) xy.set(project(mean.subarray(i * d, (i + 1) * d)), i * 2);
  return xy;
}

// q(z|x) has a diagonal covariance in latent space; on the plane it is B diag(std^2) B^T, which may lean.
function covariance(basis, std) {
  const d = std.length;
  let xx = 0, xy = 0, yy = 0; // prettier-ignore
  for (let k = 0; k < d; k++) {
    const variance = std[k] * std[k];
    xx += basis[k] * basis[k] * variance;
    xy += basis[k] * basis[d + k] * variance;
    yy += basis[d + k] * basis[d + k] * variance;
  }
  return [xx, xy, yy];
}
