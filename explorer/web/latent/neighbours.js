// The encoded examples nearest to a z, among all dimensions; cheap enough to follow a drag.

import { normal, seeded } from "./random.js";

/**
 * @param {Float32Array} mean (n, d) @param {number} d @param {Float32Array} [std] (n, d)   only `spacing` wants it
 */
export function createNeighbours(mean, d, std) {
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
   * How far data that the decoder has seen lie from the nearest other example: means, and samples of their q(z|x).
   * @param {number} sample   so many examples are looked at, evenly chosen @param {number} [from] @param {number} [to] some of them
   * @returns {{means: Float32Array, samples: Float32Array}} distances
   */
  function spacing(sample, from = 0, to = sample) {
    const most = n < 2 ? 0 : Math.min(n, sample);
    const chosen = Array.from({ length: most }, (_, i) => Math.floor((i * n) / most)).slice(from, to);
    const apart = (place) => Float32Array.from(chosen, (i) => nearest(place(i), 1, i).distances[0]);
    return { means: apart((i) => mean.subarray(i * d, (i + 1) * d)), samples: apart(sampled) };
  }

  /** The same sample of an example each time, so that the word for a place does not change by chance. */
  function sampled(i) {
    const random = seeded(i + 1);
    return Float32Array.from({ length: d }, (_, k) => mean[i * d + k] + std[i * d + k] * normal(random));
  }

  return { one, nearest, spacing };
}
