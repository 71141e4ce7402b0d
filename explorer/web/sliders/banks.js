// The banks of sliders: which ways through latent space each has, in which order, and what of it is folded away and why.

import { apart, dimension, direction, principal } from "../latent/directions.js";
import { byActivity, UNUSED_NATS } from "../latent/activity.js";
import { nameOf } from "../latent/maps.js";
import { meanOfSet, setsOf } from "../latent/sets.js";
import { h } from "../ui/dom.js";
import { percent } from "../ui/words.js";

const MOST = 32; // rows that a person looks through
const ENOUGH = 0.99; // of the variance: the principal directions beyond it are folded away

/**
 * @typedef {object} Way
 * @property {string} key
 * @property {string} title               z₁, "from 4 to 9"
 * @property {(Node | string)[]} face      of its button
 * @property {import("../latent/directions.js").Line} line
 * @property {number | null} k             of a dimension
 * @property {string} remark               a few words, "23 %"
 * @property {string} blocked              why it cannot be moved, in a sentence; "": it can
 * @property {boolean} removable
 * @property {string} about                a sentence for its card
 */

/** @typedef {{title: string, why: string, ways: (() => Way)[], open: boolean}} Fold   why: a sentence, or "" */

/** @typedef {{shown: Way[], folds: Fold[], empty: string}} Bank */

export const BANKS = [
  { name: "dimensions", title: "Dimensions", about: "A slider for each dimension of z, the one with the largest KL first" },
  { name: "principal", title: "Principal directions", about: "Across all dimensions: first the direction in which the data spread most (GANSpace, Härkönen 2020). One unit is one sigma" },
  { name: "between", title: "Between classes", about: "From the mean of one class or group, at 0, to that of another, at 1" },
];

/** @param {import("../state.js").State} state @returns {Bank} */
export function bankOf(state) {
  if (state.bank === "principal") return state.latents ? ofPrincipal(state) : nothing("Reading the examples …");
  return state.bank === "between" ? ofSets(state) : ofDimensions(state);
}

function nothing(empty) {
  return { shown: [], folds: [], empty };
}

// --- dimensions

function ofDimensions({ model, latents, z }) {
  const d = z.length;
  const make = (k) => () => wayOf(k, d);
  const { order, used } = byActivity(model, latents);
  const [few, less, unused] = [order.slice(0, Math.min(used, MOST)), order.slice(MOST, Math.max(used, MOST)), order.slice(used)];
  const folds = [
    { title: `${less.length} less active ${less.length === 1 ? "dimension" : "dimensions"}`, why: "", ways: less.map(make), open: false },
    { ...unusedOf(unused.length, d), ways: unused.map(make), open: few.length === 0 },
  ];
  return { shown: few.map((k) => wayOf(k, d)), folds: folds.filter(({ ways }) => ways.length), empty: "" };
}

function unusedOf(unused, d) {
  const [are, their, them] = unused === 1 ? ["is", "Its", "it"] : ["are", "Their", "them"];
  const why = `${their} KL is below ${UNUSED_NATS} nats, so the decoder learnt to ignore ${them}.`;
  return { title: `${unused} of ${d} ${d === 1 ? "dimension" : "dimensions"} ${are} not used`, why };
}

/** @param {number} k @param {number} d @returns {Way} */
function wayOf(k, d) {
  return { key: `z${k}`, title: nameOf(k), face: ["z", h("sub", {}, String(k + 1))], line: dimension(k, d), k, remark: "", blocked: "", removable: false, about: "" };
}

// --- principal directions

function ofPrincipal({ latents }) {
  const { mean, vectors, sigmas, shares } = principal(latents);
  const ways = vectors.map((vector, i) => (sigmas[i] > 0 ? wayAlong(mean, vector, sigmas[i], shares[i], i) : null)).filter(Boolean);
  let [count, sum] = [0, 0];
  while (count < ways.length && count < MOST && sum < ENOUGH) sum += shares[count++];
  const [shown, rest] = [ways.slice(0, count), ways.slice(count)];
  const title = `${rest.length} more ${rest.length === 1 ? "direction holds" : "directions hold"} the last ${rounded(1 - sum)} of the variance`;
  const folds = rest.length ? [{ title, why: "", ways: rest.map((way) => () => way), open: false }] : [];
  return { shown, folds, empty: ways.length ? "" : "All examples have the same mean: there is no direction in which they spread." };
}

/** @returns {Way} */
function wayAlong(mean, vector, sigma, share, i) {
  const line = direction(mean, vector.map((value) => sigma * value)); // prettier-ignore
  const about = `${rounded(share)} of the variance of the encoded data lies along it. One unit is one sigma.`;
  return { key: `principal ${i}`, title: `Principal direction ${i + 1}`, face: [String(i + 1)], line, k: null, remark: rounded(share), blocked: "", removable: false, about };
}

function rounded(share) {
  return percent(share, share < 0.0995 ? 1 : 0);
}

// --- between classes and groups

function ofSets(state) {
  if (!state.latents) return nothing("Reading the examples …");
  if (setsOf(state).length < 2) return nothing("There are no two classes or groups to go between: draw round some points of the map with the lasso, and name them.");
  if (state.between.length === 0) return nothing("Choose two classes or groups, and press Add: the slider then leads from the mean of one to that of the other.");
  return { shown: betweenSets(state), folds: [], empty: "" };
}

/** @param {import("../state.js").State} state @returns {Way[]} */
function betweenSets(state) {
  const ends = state.between.map((key) => endsOf(state, key));
  const whole = ends.map(({ a, b }) => (a && b ? b.map((value, k) => value - a[k]) : null));
  const known = apart(whole.filter(Boolean));
  return ends.map(({ key, words, a }, i) => {
    const made = whole[i] && known[whole.slice(0, i).filter(Boolean).length];
    const step = state.apart ? made?.step : whole[i];
    const blocked = whyBlocked(words, whole[i], state.apart ? made?.left : 1);
    const line = blocked ? dimension(0, state.z.length) : direction(a, step);
    const left = state.apart && made && !blocked && made.left < 0.9995 ? `${rounded(made.left)} left` : "";
    const about = left ? `At right angles to those above it, ${rounded(made.left)} of its length is left.` : `0 is the mean of ${words[0]}, 1 that of ${words[1]}.`;
    return { key: `between ${key}`, title: `from ${words[0]} to ${words[1]}`, face: [`${words[0]} → ${words[1]}`], line, k: null, remark: left, blocked, removable: true, about };
  });
}

/** @returns {{key: string, words: string[], a: number[] | null, b: number[] | null}} */
function endsOf(state, key) {
  const keys = key.split(">");
  const words = [0, 1].map((i) => setsOf(state).find((set) => set.key === keys[i])?.title ?? (keys[i] ?? "").replace(/^g:/, ""));
  return { key, words, a: meanOfSet(state, keys[0]), b: meanOfSet(state, keys[1] ?? "") };
}

function whyBlocked([from, to], step, left) {
  if (!step) return `There is no class or group “${from}” or “${to}” here any more: take this direction away.`;
  if (step.every((value) => Math.abs(value) < 1e-9)) return "The two have the same mean, so nothing leads from one to the other.";
  return left === 0 ? "Nothing is left of it: it lies wholly in those above it. Take one of them away, or switch “at right angles” off." : "";
}
