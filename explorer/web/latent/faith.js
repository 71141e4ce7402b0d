// How far a map can be believed: whether neighbours on it are neighbours in z, and the other way round.

const NEAREST = 10; // neighbours of a point that are compared
const SAMPLE = 400; // points whose neighbours are looked at; each has its ranks among all points

/**
 * Venna & Kaski 2001, eq. 1 and 2, https://doi.org/10.1007/3-540-44668-0_68; the same figures as explorer/neighbours.py.
 * @param {Float32Array} mean (n, d) @param {number} d @param {Float32Array} xy (n, 2)
 * @returns {{trustworthiness: number, continuity: number}} 1: neighbours stayed neighbours; about 0.5: nothing was kept
 */
export function faith(mean, d, xy) {
  const n = xy.length / 2;
  const k = Math.min(NEAREST, Math.floor((n - 1) / 3)); // the formula holds for k < n / 2
  if (k < 1) return { trustworthiness: NaN, continuity: NaN };
  const chosen = Math.min(n, SAMPLE);
  let [strangers, torn] = [0, 0];
  for (let i = 0; i < chosen; i++) {
    const row = Math.floor((i * n) / chosen);
    const [there, here] = [distances(mean, d, row), distances(xy, 2, row)];
    strangers += missed(there, here, k);
    torn += missed(here, there, k);
  }
  const scale = 2 / (chosen * k * (2 * n - 3 * k - 1));
  return { trustworthiness: 1 - scale * strangers, continuity: 1 - scale * torn };
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
  const limit = given.slice().sort()[k - 1];
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
