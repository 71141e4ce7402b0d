// How the examples are spread along a slider's way, and how far the slider reaches.

import { normal, seeded } from "./random.js";
import { dataAlong } from "./spread.js";

const SAMPLE = 5_000; // enough for a half-percent quantile, and sorting 70,000 times 32 would be felt
const [SORTED, FEWEST] = [32 * SAMPLE, 1000]; // of all dimensions together, and of each
const TAIL = 0.005; // of the data is left out at either end
const FAR = 3; // standard deviations to either side
const BINS = 48;

/**
 * The examples along one way are a draw from each posterior q(z|x): together the aggregate posterior q(z).
 * @typedef {object} Range
 * @property {number} low
 * @property {number} high
 * @property {number} average                 of the examples' means
 * @property {number} sigma                   of the aggregate posterior
 * @property {Float32Array | null} values     sorted; null: not read yet
 */

/**
 * @param {import("./latents.js").Latents} latents @param {import("./directions.js").Line} line
 * @param {boolean} stochastic   false: codes without a posterior, and without a prior
 * @param {"data" | "sigma" | "prior"} kind
 * @returns {Range}
 */
export function rangeOf(latents, line, stochastic, kind) {
  const along = spreadAlong(latents, line, stochastic);
  const { average, sigma, values } = along;
  const at = (share) => values[Math.round(share * (values.length - 1))];
  const origin = line.at(new Float32Array(latents.d));
  const reach = FAR * line.width(new Float32Array(latents.d).fill(1));
  const ends = {
    data: [Math.min(at(TAIL), average), Math.max(at(1 - TAIL), average)],
    sigma: [average - FAR * sigma, average + FAR * sigma],
    prior: [origin - reach, origin + reach],
  };
  const [low, high] = ends[kind === "prior" && !stochastic ? "data" : kind];
  return high > low ? { ...along, low, high } : { ...along, low: low - 1, high: high + 1 };
}

/** @returns {{average: number, sigma: number, values: Float32Array}} */
function spreadAlong(latents, line, stochastic) {
  const { n, d, mean, std } = latents;
  const step = stepOver(n, d);
  const random = seeded(1);
  const values = new Float32Array(Math.ceil(n / step));
  for (let i = 0; i < values.length; i++) {
    const at = line.at(mean, i * step * d);
    const width = stochastic ? line.width(std, i * step * d) : 0;
    values[i] = width > 0 ? at + width * normal(random) : at;
  }
  return { ...dataAlong(latents, line, stochastic), values: values.sort() };
}

function stepOver(n, d) {
  return Math.max(1, Math.ceil(n / Math.min(SAMPLE, Math.max(FEWEST, SORTED / d))));
}

/** The variance of each dimension's means, in which an active dimension shows where there is no KL. @returns {number[]} */
export function activities({ n, d, mean }) {
  const step = stepOver(n, d);
  const count = Math.ceil(n / step);
  return Array.from({ length: d }, (_, k) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) sum += mean[i * step * d + k] / count;
    for (let i = 0; i < count; i++) squares += (mean[i * step * d + k] - sum) ** 2 / count;
    return squares;
  });
}

/** Before the examples are read: the prior's range. @returns {Range} */
export function unknownRange() {
  return { low: -FAR, high: FAR, average: 0, sigma: 1, values: null };
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
