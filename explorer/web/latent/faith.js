// How far a map can be believed: whether neighbours on it are neighbours in z, and the other way round.

const NEAREST = 10; // neighbours of a point that are compared
const SAMPLE = 400; // points whose neighbours are looked at; each has its ranks among all points

/** How many points of a map are looked at. @param {number} n   of all of them */
export const lookedAt = (n) => Math.min(n, SAMPLE);

const compared = (n) => Math.min(NEAREST, Math.floor((n - 1) / 3)); // the formula holds for k < n / 2

/**
 * How far off the neighbours of some points are: the sums of Venna & Kaski 2001, eq. 1 and 2,
 * https://doi.org/10.1007/3-540-44668-0_68.
 * @param {Float32Array} mean (n, d) @param {number} d @param {Float32Array} xy (n, 2)
 * @param {number} [from] @param {number} [to]   of the points that are looked at
 * @returns {{strangers: number, torn: number}}
 */
export function misses(mean, d, xy, from = 0, to = Infinity) {
  const n = xy.length / 2;
  const [k, chosen] = [compared(n), lookedAt(n)];
  const sums = { strangers: 0, torn: 0 };
  for (let i = from; k > 0 && i < Math.min(to, chosen); i++) {
    const row = Math.floor((i * n) / chosen);
    const [there, here] = [distances(mean, d, row), distances(xy, 2, row)];
    sums.strangers += missed(there, here, k);
    sums.torn += missed(here, there, k);
  }
  return sums;
}

/**
 * The same figures as explorer/neighbours.py. @param {number} n   points of the map
 * @param {{strangers: number, torn: number}[]} parts   `misses` of all that are looked at
 * @returns {{trustworthiness: number, continuity: number}} 1: neighbours stayed neighbours; about 0.5: nothing was kept
 */
export function faith(n, parts) {
  const k = compared(n);
  if (k < 1) return { trustworthiness: NaN, continuity: NaN };
  const scale = 2 / (lookedAt(n) * k * (2 * n - 3 * k - 1));
  const share = (kind) => 1 - scale * parts.reduce((sum, part) => sum + part[kind], 0);
  return { trustworthiness: share("strangers"), continuity: share("torn") };
}

/** Squared distances from one point to all; to itself infinite. */
function distances(points, d, row) {
  const n = points.length / d;
  const found = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) found[i] += (points[i * d + k] - points[row * d + k]) ** 2;
  found[row] = Infinity;
  return found;
}

/** The sum of max(0, rank in `wanted` - k) over the k nearest in `given`. */
function missed(wanted, given, k) {
  const limit = smallest(given, k);
  let [sum, left] = [0, k];
  for (let i = 0; i < given.length && left > 0; i++) {
    if (given[i] > limit) continue;
    left -= 1;
    let rank = 1;
    for (const other of wanted) if (other < wanted[i]) rank += 1;
    sum += Math.max(0, rank - k);
  }
  return sum;
}

/** The k-th smallest; to sort all of them would take the most of the time. */
function smallest(values, k) {
  const least = new Float64Array(k).fill(Infinity);
  for (const value of values) {
    if (value >= least[k - 1]) continue;
    let at = k - 1;
    for (; at > 0 && least[at - 1] > value; at--) least[at] = least[at - 1];
    least[at] = value;
  }
  return least[k - 1];
}
