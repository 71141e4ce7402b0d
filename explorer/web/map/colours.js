// What the points can be coloured by: classes in a palette that stays apart for every eye, figures on one scale.

import { klOf } from "../latent/kl.js";
import { nameOf } from "../latent/maps.js";
import { colourOf, rgb, scaleAt } from "./palette.js";

const FEW = 20; // different whole numbers make classes of a factor
const FAINT = 26; // of 255: what a selection leaves of the others
const TAILS = 0.01; // of the points at each end share the colour of the end

/**
 * @typedef {object} Colour
 * @property {string} key      in the state and in a link
 * @property {string} title
 * @property {string} help     one line
 * @property {"classes" | "scale"} kind
 * @property {() => ArrayLike<number>} values   (n): a class, -1 for none; or a figure
 * @property {string[]} [names]                 of the classes
 * @property {string} [unit]                    of the figures
 */

const known = new WeakMap(); // latents -> their colours: each paint of the map asks for them

/** All that the points of a model can be coloured by. @returns {Colour[]} the same ones for the same latents */
export function coloursOf({ latents, model }) {
  if (!latents) return [];
  if (!known.has(latents)) {
    known.set(latents, [...classesOf(latents), ...factorsOf(latents), ...figuresOf(latents, model), ...dimensionsOf(latents)]);
  }
  return known.get(latents);
}

/** The chosen one, or else the first. @returns {Colour | null} */
export function colourIn(state) {
  const all = coloursOf(state);
  return all.find(({ key }) => key === state.colour) ?? all[0] ?? null;
}

function classesOf({ labels, labelNames }) {
  return labels ? [{ key: "label", title: "Class", help: "What the picture shows, as the data set says.", kind: "classes", values: () => labels, names: labelNames }] : [];
}

function factorsOf({ factors, factorNames = [], n }) {
  const f = factorNames.length;
  return factorNames.map((name, k) => {
    const values = () => Float32Array.from({ length: n }, (_, i) => factors[i * f + k]);
    const help = `The ${name} that the maker of the pictures chose.`;
    const steps = [...new Set(values())].sort((one, other) => one - other);
    if (steps.length > FEW) return { key: `factor:${name}`, title: capital(name), help, kind: "scale", values };
    const rank = new Map(steps.map((step, at) => [step, at]));
    const names = steps.map((step) => String(Number(step.toFixed(3))));
    return { key: `factor:${name}`, title: capital(name), help, kind: "classes", values: () => Int32Array.from(values(), (value) => rank.get(value)), names };
  });
}

function figuresOf({ n, d, mean, std, error, kl, drift }, { stochastic }) {
  const over = (per) => () => Float32Array.from({ length: n }, (_, i) => sum(d, (k) => per(i * d + k)));
  const scale = (key, title, help, values, unit = "") => ({ key, title, help, kind: "scale", values, unit });
  return [
    stochastic && kl && scale("kl", "KL", "How far q(z|x) of the picture is from the prior, in nats.", () => Float32Array.from({ length: n }, (_, i) => klOf({ mean, std, d }, i)), "nats"),
    stochastic && scale("sigma", "Mean σ", "How unsure the encoder is: σ, averaged over the dimensions.", over((at) => std[at] / d)),
    error && scale("error", "Error", "Reconstruction error: −log p(x|z) at the mean. Less is better; below 0 where p is a density.", () => error, "nats"),
    stochastic && scale("prior", "log p(z)", "How likely the prior N(0, 1) finds the mean, in nats.", over((at) => -(mean[at] ** 2 + Math.log(2 * Math.PI)) / 2), "nats"),
    drift && scale("drift", "Drift", "Round trip: the distance from μ to the μ of its own decoded picture.", () => drift),
  ].filter(Boolean);
}

function dimensionsOf({ n, d, mean }) {
  return Array.from({ length: d }, (_, k) => ({
    key: `z${k + 1}`,
    title: nameOf(k),
    help: `The mean along dimension ${k + 1}.`,
    kind: "scale",
    values: () => Float32Array.from({ length: n }, (_, i) => mean[i * d + k]),
  }));
}

/**
 * One colour a point. @param {Colour | null} colour @param {ArrayLike<number> | null} values (n) @param {number} n
 * @param {number[]} hidden classes that are not drawn @param {number[]} [chosen] points that stand out; none: all
 * @returns {{ink: Uint8Array, ends: [number, number] | null}} ink (n, 4); the ends of the scale
 */
export function inkOf(colour, values, n, hidden, chosen = []) {
  const alpha = n > 20_000 ? 150 : 205;
  const standOut = chosen.length ? new Set(chosen) : null;
  const ink = new Uint8Array(4 * n);
  const ends = colour?.kind === "scale" ? endsOf(values) : null;
  const paint = ends ? (i) => scaleAt((values[i] - ends[0]) / (ends[1] - ends[0])) : palette(values);
  const gone = new Set(ends ? [] : hidden);
  for (let i = 0; i < n; i++) {
    ink.set(paint(i), 4 * i);
    ink[4 * i + 3] = values && gone.has(values[i]) ? 0 : standOut && !standOut.has(i) ? FAINT : alpha;
  }
  return { ink, ends };
}

function palette(values) {
  const known = {};
  return (i) => (known[values?.[i] ?? -1] ??= rgb(colourOf(values?.[i] ?? -1)));
}

/** All but the tails: one far value must not take the colours from the rest. @returns {[number, number]} */
export function endsOf(values) {
  const sorted = Float32Array.from(values).sort();
  const [low, high] = [TAILS, 1 - TAILS].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}

function sum(count, of) {
  let total = 0;
  for (let k = 0; k < count; k++) total += of(k);
  return total;
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
