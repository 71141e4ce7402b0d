// The encoded example nearest to a z, among all dimensions; cheap enough to follow a drag.

/**
 * @param {import("./latents.js").Latents} latents
 * @returns {(z: number[]) => number} its index
 */
export function createNeighbour({ n, d, mean }) {
  let last = 0; // a hand moves little: the answer before is a close bound, and most others are given up early

  function distance(i, z, limit) {
    let sum = 0;
    for (let k = 0; k < d && sum < limit; k++) sum += (mean[i * d + k] - z[k]) ** 2;
    return sum;
  }

  return function neighbour(z) {
    let best = distance(last, z, Infinity);
    for (let i = 0; i < n; i++) {
      const found = distance(i, z, best);
      if (found < best) [last, best] = [i, found];
    }
    return last;
  };
}
