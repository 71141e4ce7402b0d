// What a training reported, as lines: which there are, where a step lies on them, and what was changed on the way.

import { short } from "../ui/words.js";

/** @typedef {Record<string, number> & {step: number}} Report   a line of the metrics; what was not measured lacks */

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {Float64Array} train   NaN: not measured at this report
 * @property {Float64Array} held    the same of held-out pictures
 * @property {boolean[]} [unknown]   where held-out pictures were measured, but not this of them
 * @property {string} [sign]   a shape that stands for it beside its colour
 */

/** by: what of a report; far: the unit of a logarithm, for a training learns most in its first steps. */
export const ALONG = [
  { name: "step", title: "step", about: "training steps done", by: "step", far: 0 },
  { name: "log", title: "step, log", about: "training steps done, each power of ten as wide as another", by: "step", far: 1 },
  { name: "epoch", title: "epoch", about: "passes over the data done", by: "epoch", far: 0 },
  { name: "seconds", title: "seconds", about: "seconds of training, pauses not counted", by: "seconds", far: 0 },
];

export const ALSO = [
  { name: "gradient", title: "gradient norm", about: "length of the gradient of all weights" },
  { name: "rate", title: "learning rate", about: "how far a step goes" },
  { name: "speed", title: "images per second", about: "pictures that were learnt from in a second" },
];

const SAME = 1e-3; // two means of the same numbers differ by rounding

/** @param {Report[]} reports @param {(report: Report) => number | undefined} value */
export function valuesOf(reports, value) {
  const values = new Float64Array(reports.length);
  for (let i = 0; i < values.length; i++) values[i] = value(reports[i]) ?? NaN; // half the time of Float64Array.from
  return values;
}

/**
 * The losses in nats per image. The regularization is a line of its own where it is not the KL itself; the loss, where it
 * is not the reconstruction alone. Of held-out pictures the KL is known, but not what an objective makes of it.
 * @param {Report[]} reports @returns {Line[]}
 */
export function lossesOf(reports) {
  const line = (name, title, about, train, held) => ({ name, title, about, train: valuesOf(reports, train), held: valuesOf(reports, held) });
  const stochastic = reports.some(({ kl }) => kl !== undefined);
  const charged = reports.some(({ regularization, kl = 0 }) => !isNear(regularization, kl));
  const none = () => undefined;
  return [
    line("reconstruction", "Reconstruction", "−log p(x|z), summed over the pixels", (r) => r.reconstruction, (r) => r.test_reconstruction),
    ...(stochastic ? [line("kl", "KL", "of q(z|x) to the prior, summed over the dimensions, without a weight", (r) => r.kl, (r) => r.test_kl)] : []),
    ...(charged ? [line("regularization", "Regularization", "what the objective charges: the KL with its weight, or what else it is made of", (r) => r.regularization, none)] : []),
    ...(stochastic || charged ? [{ ...line("loss", "Loss", "reconstruction + regularization: what is minimised", (r) => r.reconstruction + r.regularization, heldLoss), unknown: reports.map(isUnknown) }] : []),
  ]; // prettier-ignore
}

/** Known where the regularization is the KL and nothing else. */
function heldLoss({ kl, regularization, test_reconstruction: reconstruction, test_kl: heldKl }) {
  return kl !== undefined && isNear(regularization, kl) ? reconstruction + heldKl : undefined;
}

const isUnknown = (report) => report.test_reconstruction !== undefined && heldLoss(report) === undefined;

const isNear = (one, other) => Math.abs(one - other) <= SAME * (1 + Math.abs(other));

/** The index of the last report at or before a step, or of the first one. @param {Report[]} reports rising */
export function reportAt(reports, step) {
  let [low, high] = [0, reports.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (reports[middle].step <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where a step lies by epoch or seconds: between two reports on a line. @param {Report[]} reports @param {string} by */
export function placeOf(reports, by, step) {
  const at = reportAt(reports, step);
  const [one, other] = [reports[at], reports[at + 1]];
  if (!one || step <= one.step || !other) return by === "step" ? step : (one?.[by] ?? 0) * Math.min(1, step / (one?.step || 1));
  return one[by] + ((other[by] - one[by]) * (step - one.step)) / (other.step - one.step);
}

/** What a line said last at or before a report. @param {Float64Array} values @param {number} at @returns {number} NaN: nothing yet */
export function saidAt(values, at) {
  for (; at >= 0; at--) if (!Number.isNaN(values[at])) return values[at];
  return NaN;
}

/** What a line said last of held-out pictures; nothing, if it is not known by then. @param {Line} line @param {number} at @returns {number} */
export function heldAt({ held, unknown }, at) {
  for (; at >= 0 && !unknown?.[at]; at--) if (!Number.isNaN(held[at])) return held[at];
  return NaN;
}

/**
 * Changes of knobs in words: “beta 1 → 4”, or “beta → 4” where nobody knows what it was.
 * @param {{step: number, values: Record<string, any>, before?: Record<string, any>}[]} changes in their order
 * @returns {{step: number, label: string}[]}
 */
export function marksOf(changes) {
  const known = {};
  const say = (value) => (typeof value === "number" ? short(value) : String(value));
  return changes.map(({ step, values, before = {} }) => {
    const words = Object.entries(values).map(([name, value]) => {
      const was = before[name] ?? known[name];
      known[name] = value;
      return `${name} ${was === undefined ? "" : `${say(was)} `}→ ${say(value)}`;
    });
    return { step, label: words.join(", ") };
  });
}
