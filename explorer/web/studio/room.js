// The part of a map that holds several clouds of points, in round numbers, so that it rests while they move.

const PARTS = 10; // of the larger side, so many steps

/** @param {number[][]} boxes left, bottom, right, top of each @returns {number[]} the same of a box around all of them */
export function roomFor(boxes) {
  const whole = [Math.min, Math.min, Math.max, Math.max].map((choice, i) => choice(...boxes.filter(Boolean).map((box) => box[i])));
  const step = roundUp(Math.max(whole[2] - whole[0], whole[3] - whole[1]) / PARTS);
  return whole.map((edge, i) => step * (i < 2 ? Math.floor(edge / step) : Math.ceil(edge / step)));
}

/** The next of 1, 2, 5, 10, 20 ... */
function roundUp(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  return power * [1, 2, 5, 10].find((times) => times * power >= size);
}
