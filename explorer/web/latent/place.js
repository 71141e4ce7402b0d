// How honest a picture of z can be: where z lies among the draws of the prior, and among the data that the decoder has seen.

// Ten models measured: where dimensions are unused, samples of q lie 2.3 from every mean and means 0.2 from each other, so both count.
// “Among the data” are then 95 to 100 % of unseen means, 94 to 100 % of samples, and of |z| = 2√d 0 % (for d = 2, where the data reach it, 30 %).
const [THIN, NONE] = [0.95, 0.99]; // of the distances of the data themselves
const [RARE, NEVER] = [0.999, 0.9999]; // of the prior's draws

export const WORDS = ["among the data", "thin here", "no data here: the decoder is guessing"];

/** The share of draws from N(0, I) that lie nearer to 0: the chi-squared distribution of |z|². @param {ArrayLike<number>} z */
export function priorShare(z) {
  let square = 0;
  for (let k = 0; k < z.length; k++) square += z[k] * z[k];
  return lowerGamma(z.length / 2, square / 2);
}

/** The share of sorted numbers that are smaller. @param {ArrayLike<number>} sorted */
export function shareBelow(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted.length ? low / sorted.length : 0;
}

/**
 * What `rankOf` asks for. @param {{means: ArrayLike<number>, samples: ArrayLike<number>}} spacing sorted, as in spacing.js
 * @param {number} distance of z to the nearest example @param {number | null} prior
 */
export function sharesOf({ means, samples }, distance, prior) {
  return { means: shareBelow(means, distance), samples: shareBelow(samples, distance), prior };
}

/**
 * Which of WORDS holds. As near to an example as they are to each other is among the data. Where only the spread of the
 * samples excuses a distance, the prior must expect z too: in unused dimensions that spread is wide, and would hide a far z.
 * @param {{means: number, samples: number, prior: number | null}} shares   of examples and of samples that lie nearer; prior: null, it has none
 */
export function rankOf({ means, samples, prior }) {
  const expected = prior === null ? 0 : rank(prior, RARE, NEVER);
  return Math.min(rank(means, THIN, NONE), Math.max(rank(samples, THIN, NONE), expected));
}

const rank = (share, thin, none) => (share >= none ? 2 : share >= thin ? 1 : 0);

/** The regularised lower incomplete gamma function P(a, x), for a = 1/2, 1, 3/2 ... */
function lowerGamma(a, x) {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? front * series(a, x) : 1 - front * fraction(a, x);
}

/** sum over n of x^n / (a (a + 1) ... (a + n)) */
function series(a, x) {
  let [term, sum] = [1 / a, 1 / a];
  for (let n = 1; term > 1e-14 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction of the other tail by Lentz's method: Numerical Recipes, 6.2. */
function fraction(a, x) {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let [c, d] = [1 / tiny, 1 / b];
  let value = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-14 && n < 10_000; n++) {
    const by = -n * (n - a);
    b += 2;
    d = 1 / (by * d + b || tiny);
    c = b + by / c || tiny;
    change = d * c;
    value *= change;
  }
  return value;
}

/** ln Γ(a) by its recurrence: exact for halves and wholes, which is all that a count of dimensions asks for. */
function logGamma(a) {
  const whole = Number.isInteger(a);
  let sum = whole ? 0 : 0.5 * Math.log(Math.PI);
  for (let at = whole ? 1 : 0.5; at < a; at++) sum += Math.log(at);
  return sum;
}
