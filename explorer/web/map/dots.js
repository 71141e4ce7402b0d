// How large points are drawn, and in which order.

/** Small enough to tell points apart in a crowd, and growing a little as the crowd thins out under the zoom. */
export function diameter(n, zoomed) {
  const alone = Math.min(9, Math.max(2.6, 34 / n ** 0.23));
  return Math.min(14, alone * Math.max(1, zoomed) ** 0.25);
}

/**
 * The points that are seen, in the order in which they are drawn. Examples of a data set may be sorted by class; drawn
 * in that order, the last class would hide the others.
 * @param {Uint8Array} ink (n, 4) @returns {Uint32Array}
 */
export function orderOf(ink) {
  const n = ink.length / 4;
  const step = [48271, 40487, 7919].find((prime) => n % prime !== 0) ?? 1;
  const order = new Uint32Array(n);
  let seen = 0;
  for (let i = 0, at = 0; i < n; i++, at = (at + step) % n) if (ink[4 * at + 3] > 0) order[seen++] = at;
  return order.subarray(0, seen);
}
