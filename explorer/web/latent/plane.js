// One map of the latent space: where each example lies on it, and, if it is linear, the way back to z.

/**
 * @typedef {object} PlaneMap
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {[string, string]} axes
 * @property {boolean} decodable
 * @property {Float32Array} xy                                   (n, 2)
 * @property {((z: number[]) => [number, number]) | null} project          null: only examples have a place
 * @property {((xy: [number, number]) => number[]) | null} unproject       null: this map cannot be decoded
 * @property {((z: number[], by: [number, number]) => number[]) | null} shift   moves z inside the plane, and only there
 * @property {((std: ArrayLike<number>) => [number, number, number]) | null} covariance   xx, xy, yy on the map
 */

/**
 * @param {{name: string, title: string, about: string, axes: [string, string]}} words
 * @param {{xy: Float32Array} | {basis: Float32Array, origin: Float32Array, mean: Float32Array}} tensors
 * @returns {PlaneMap}
 */
export function createMap(words, tensors) {
  return "basis" in tensors ? linearMap(words, tensors) : scatteredMap(words, tensors.xy);
}

function scatteredMap(words, xy) {
  return { ...words, decodable: false, xy, project: null, unproject: null, shift: null, covariance: null };
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
