// What a way through latent space does to the pictures, and what it has to do with labels and known factors, in numbers.

import { signedDifference } from "../picture/difference.js";

const EXAMPLES = 24; // spread over the data; twice as many pictures are decoded

/** Which examples are looked at. @param {number} n @returns {number[]} */
export function someOf(n, count = EXAMPLES) {
  const fits = Math.min(n, count);
  return Array.from({ length: fits }, (_, i) => Math.floor(((i + 0.5) * n) / fits));
}

/**
 * Each of some places half a sigma lower along the line, then each half a sigma higher, all else as it is.
 * @template {{z: number[]}} Place
 * @param {Place[]} places (m) @param {import("./directions.js").Line} line @returns {Place[]} (2m)
 */
export function pairsAlong(places, line, sigma) {
  const moved = (by) => places.map((place) => ({ ...place, z: line.move(place.z, line.at(place.z) + by * sigma) }));
  return [...moved(-0.5), ...moved(0.5)];
}

/**
 * @param {Float32Array} pictures (2m, c, h, w) of pairsAlong @param {number} channels c
 * @returns {{size: number, where: Float32Array}} the mean |difference| of a pixel, and (h * w) the mean difference of each
 */
export function effectOf(pictures, m, channels) {
  const all = pictures.length / (2 * m);
  const [lower, upper] = [new Float32Array(all), new Float32Array(all)];
  let size = 0;
  for (let i = 0; i < m * all; i++) {
    const higher = pictures[m * all + i];
    size += Math.abs(higher - pictures[i]) / (m * all);
    lower[i % all] += pictures[i] / m;
    upper[i % all] += higher / m;
  }
  return { size, where: signedDifference(upper, lower, channels) };
}

/** Where every example's mean is along a line. @param {import("./latents.js").Latents} latents @returns {Float64Array} (n) */
export function valuesAlong({ n, d, mean }, line) {
  return Float64Array.from({ length: n }, (_, i) => line.at(mean, i * d));
}

/**
 * The correlation ratio eta squared: the share of the variance that lies between the classes. Null where there is none.
 * @param {ArrayLike<number>} values (n) @param {ArrayLike<number>} labels (n), those below 0 are left out
 */
export function correlationRatio(values, labels) {
  const groups = new Map(); // label -> {count, sum}
  let [count, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (labels[i] < 0) continue;
    const group = groups.get(labels[i]) ?? { count: 0, sum: 0 };
    groups.set(labels[i], { count: group.count + 1, sum: group.sum + values[i] });
    [count, sum] = [count + 1, sum + values[i]];
  }
  const mean = sum / count;
  let [between, all] = [0, 0];
  for (const group of groups.values()) between += group.count * (group.sum / group.count - mean) ** 2;
  for (let i = 0; i < values.length; i++) all += labels[i] < 0 ? 0 : (values[i] - mean) ** 2;
  return groups.size > 1 && all > 1e-12 * count * (1 + mean * mean) ? between / all : null;
}

/** Pearson’s r with column f of a table (n, columns); null where one of the two never varies. */
export function correlation(values, table, columns, f) {
  const n = values.length;
  const other = (i) => table[i * columns + f];
  let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) [x, y] = [x + values[i] / n, y + other(i) / n];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [values[i] - x, other(i) - y];
    [xx, yy, xy] = [xx + dx * dx, yy + dy * dy, xy + dx * dy];
  }
  const varies = (square, mean) => square > 1e-12 * n * (1 + mean * mean); // less is rounding
  return varies(xx, x) && varies(yy, y) ? xy / Math.sqrt(xx * yy) : null;
}
