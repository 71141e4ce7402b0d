// The encoded examples nearest to a z, among all dimensions; cheap enough to follow a drag.

/**
 * @param {Float32Array} mean (n, d) @param {number} d
 */
export function createNeighbours(mean, d) {
  const n = mean.length / d;
  let last = 0; // a hand moves little: the answer before is a close bound, and most others are given up early

  /** The squared distance, or some number above `limit` as soon as it is known to be above. */
  function squared(i, z, limit) {
    let sum = 0;
    for (let k = 0, at = i * d; k < d && sum <= limit; k++, at++) sum += (mean[at] - z[k]) ** 2;
    return sum;
  }

  /** The single nearest example. @param {ArrayLike<number>} z @returns {number} its index */
  function one(z) {
    let best = squared(last, z, Infinity);
    for (let i = 0; i < n; i++) {
      const found = squared(i, z, best);
      if (found < best) [last, best] = [i, found];
    }
    return last;
  }

  /**
   * The k nearest, the nearest first. @param {ArrayLike<number>} z @param {number} k
   * @param {number} [left] an example that is left out
   * @returns {{indices: Int32Array, distances: Float32Array}} (k), fewer if there are fewer
   */
  function nearest(z, k, left = -1) {
    const [indices, squares] = [[], []];
    for (let i = 0; i < n; i++) {
      const limit = indices.length < k ? Infinity : squares[k - 1];
      if (i === left) continue;
      const found = squared(i, z, limit);
      if (found >= limit) continue;
      let at = Math.min(indices.length, k - 1);
      for (; at > 0 && squares[at - 1] > found; at--) [indices[at], squares[at]] = [indices[at - 1], squares[at - 1]];
      [indices[at], squares[at]] = [i, found];
    }
    return { indices: Int32Array.from(indices), distances: Float32Array.from(squares, Math.sqrt) };
  }

  /**
   * How far examples lie from their own nearest neighbour, sorted. @param {number} sample so many are looked at
   * @returns {Float32Array} distances
   */
  function spacing(sample) {
    const step = Math.max(1, n / sample);
    const chosen = Array.from({ length: Math.min(n, sample) }, (_, i) => Math.floor(i * step));
    const own = (i) => mean.subarray(i * d, (i + 1) * d);
    return n < 2 ? new Float32Array() : Float32Array.from(chosen, (i) => nearest(own(i), 1, i).distances[0]).sort();
  }

  return { one, nearest, spacing };
}
