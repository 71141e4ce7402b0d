// Two pictures as one of their signed difference, and many as one of their spread: numbers first, then colours.

// Orange and blue stay apart for every colour-blind eye; both show on paper and on a dark screen, and nothing is paper itself.
export const MORE = [222, 105, 0];
export const LESS = [38, 120, 220];
const STEPS = [0.05, 0.1, 0.2, 0.5, 1];

/** Picture minus source, the mean over the channels. @param {Float32Array} picture (c, h, w) @param {Float32Array} source (c, h, w) */
export function signedDifference(picture, source, channels) {
  const size = picture.length / channels;
  const mean = new Float32Array(size);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let i = 0; i < size; i++, at++) mean[i] += (picture[at] - source[at]) / channels;
  }
  return mean; // (h * w)
}

/** The standard deviation over n pictures of each pixel, the mean over its channels. @param {Float32Array} pictures (n, c, h, w) */
export function deviation(pictures, n, channels) {
  const all = pictures.length / n;
  const size = all / channels;
  const mean = new Float32Array(size);
  for (let at = 0; at < all; at++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += pictures[i * all + at] / n;
    for (let i = 0; i < n; i++) squares += (pictures[i * all + at] - sum) ** 2 / n;
    mean[at % size] += Math.sqrt(squares) / channels;
  }
  return mean; // (h * w)
}

/** How much the strongest colour stands for: a round number, and one that does not flicker while the picture moves. */
export function limitFor(values, before = 0) {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const fits = STEPS.find((step) => largest <= step) ?? 1;
  return fits < before && largest > 0.3 * before ? before : fits;
}

/** @param {Uint8ClampedArray} rgba (h, w, 4) @param {Float32Array} values (h * w) @param {number} limit */
export function fillSigned(rgba, values, limit, more = MORE, less = LESS) {
  for (let i = 0; i < values.length; i++) {
    const ink = values[i] > 0 ? more : less;
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = ink[c];
    rgba[4 * i + 3] = (255 * Math.abs(values[i])) / limit; // it clamps
  }
}
