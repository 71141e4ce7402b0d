// A scale from values to a share of its length: linear, or a logarithm that also knows zero and negative values.

import { roundTicks } from "../map/axes.js";

const ROOM = 0.05; // of the length, left free beyond the lowest and the highest value
const FINER = [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]; // what ticks of a logarithm are multiples of

/**
 * @typedef {object} Scale
 * @property {(value: number) => number} share   0 at the low end, 1 at the high one
 * @property {(apart: number) => number[]} ticks   round values, at least such a share of the length apart
 */

/**
 * With a unit this is the symmetric logarithm: the sign of v times log(1 + |v| / unit). Beyond a few units it is the
 * logarithm of the size, around zero it is linear, so that every number has its place: losses of densities are negative.
 * @param {number} low @param {number} high @param {number} unit   0: linear
 * @param {number} room   a share of the length @returns {Scale}
 */
export function scaleOf(low, high, unit = 0, room = ROOM) {
  const bend = (value) => (unit ? Math.sign(value) * Math.log1p(Math.abs(value) / unit) : value);
  const unbend = (bent) => (unit ? Math.sign(bent) * unit * Math.expm1(Math.abs(bent)) : bent);
  const spread = bend(high) - bend(low) || 1; // all values are the same
  const [start, length] = [bend(low) - room * spread, (1 + 2 * room) * spread];
  const share = (value) => (bend(value) - start) / length;
  const [first, last] = [unbend(start), unbend(start + length)];
  return { share, ticks: (apart) => (unit ? bentTicks : evenTicks)(first, last, apart, share, unit) };
}

function evenTicks(first, last, apart) {
  return roundTicks(first, last, 1 / apart).ticks;
}

/** Zero and powers of ten; where they are fewer than three, multiples of them; the larger ones win where it is narrow. */
function bentTicks(first, last, apart, share, unit) {
  const powers = Array.from({ length: 24 }, (_, k) => unit * 10 ** (k - 3));
  const within = (tick) => tick >= first && tick <= last;
  const found = FINER.map((multiples) => bothSigns(powers.flatMap((power) => multiples.map((by) => by * power))).filter(within));
  const ticks = found.find(({ length }) => length > 2) ?? evenTicks(first, last, apart);
  const kept = [];
  for (const tick of ticks.sort((one, other) => Number(other === 0) - Number(one === 0) || Math.abs(other) - Math.abs(one))) {
    if (kept.every((other) => Math.abs(share(tick) - share(other)) >= apart)) kept.push(tick);
  }
  return kept;
}

const bothSigns = (sizes) => [0, ...sizes, ...sizes.map((size) => -size)];
