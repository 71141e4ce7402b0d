// How far a slider reaches, and how the examples are spread along it.

const SAMPLE = 10_000; // enough for a half-percent quantile, and sorting 70,000 times 32 would be felt
const [SORTED, FEWEST] = [32 * SAMPLE, 1000]; // of all dimensions together, and of each
const BINS = 48;

/** @typedef {{low: number, high: number, average: number, values: Float32Array | null}} Range */

/** @param {import("./latents.js").Latents} latents @param {number} k @param {boolean} stochastic @returns {Range} */
export function rangeOf(latents, k, stochastic) {
  const values = column(latents, k).sort();
  const at = (share) => values[Math.round(share * (values.length - 1))];
  const average = averageOf(latents, k);
  const wide = [Math.min(at(0.005), average), Math.max(at(0.995), average)];
  // A prior N(0, I) lives in [-3, 3] even where a dimension is not used. A plain autoencoder's codes know no prior.
  const [low, high] = stochastic ? [Math.min(wide[0], -3), Math.max(wide[1], 3)] : pad(wide);
  return { low, high, average, values };
}

/** The variance of each dimension's means, in which an active dimension shows where there is no KL. @returns {number[]} */
export function activities(latents) {
  return Array.from({ length: latents.d }, (_, k) => {
    const values = column(latents, k);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  });
}

/** Before the examples are read: the prior's range. @returns {Range} */
export function unknownRange() {
  return { low: -3, high: 3, average: 0, values: null };
}

/** A range that has room for a value that came from elsewhere, a far example or a click on the map. */
export function including(range, value) {
  if (value >= range.low && value <= range.high) return range;
  return { ...range, low: Math.min(range.low, value), high: Math.max(range.high, value) };
}

/** The spread of the examples as an outline, x and y in [0, 1]. @param {Range} range @returns {[number, number][]} */
export function outline({ low, high, values }) {
  const counts = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * BINS);
    if (bin >= 0 && bin < BINS) counts[bin] += 1;
  }
  const smooth = counts.map((count, i) => ((counts[i - 1] ?? 0) + 2 * count + (counts[i + 1] ?? 0)) / 4);
  const top = Math.max(...smooth, 1e-9);
  return Array.from(smooth, (count, i) => [(i + 0.5) / BINS, count / top]);
}

function pad([low, high]) {
  const margin = 0.05 * (high - low) || 1;
  return [low - margin, high + margin];
}

function column({ n, d, mean }, k) {
  const most = Math.min(SAMPLE, Math.max(FEWEST, SORTED / d));
  const step = Math.max(1, Math.ceil(n / most));
  return Float32Array.from({ length: Math.ceil(n / step) }, (_, i) => mean[i * step * d + k]);
}

function averageOf({ n, d, mean }, k) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += mean[i * d + k];
  return n ? sum / n : 0;
}
