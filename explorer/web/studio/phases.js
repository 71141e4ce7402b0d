// The eight phases of a step, each with its words, its numbers and its pictures. Panels are made once and filled in place.

import { fillSigned, LESS, limitFor, MORE, signedDifference } from "../picture/difference.js";
import { h } from "../ui/dom.js";
import { counted, percent, short, written } from "../ui/words.js";
import { addingUp, lengthOf, MOST, rounded } from "./closeup.js";
import { createColumns, letterOf, limitOf } from "./columns.js";
import { createPlate, lightOf } from "./pictures.js";
import { createBell, createLosses } from "./plots.js";

const LEAST = 3; // standard deviations of the prior that the scales of mu and z reach at least

/**
 * @typedef {object} Panel
 * @property {HTMLElement} element
 * @property {(seen: import("./closeup.js").Seen, k: number, about: About) => void} show   of the chosen dimension k
 *
 * @typedef {object} About   the model, as it was at the step
 * @property {[number, number, number]} shape @property {number} classes
 * @property {number | null} beta   the weight of the KL, if the objective has one
 */

/** @type {{name: string, title: string, panel: (choose: (k: number) => void) => Panel}[]} */
export const PHASES = [
  { name: "encode", title: "Encode", panel: encode },
  { name: "epsilon", title: "Draw ε", panel: draw },
  { name: "z", title: "z = μ + σ · ε", panel: combine },
  { name: "decode", title: "Decode", panel: decode },
  { name: "reconstruction", title: "Reconstruction loss", panel: reconstruct },
  { name: "kl", title: "KL loss", panel: regularize },
  { name: "gradients", title: "Gradients through z", panel: derive },
  { name: "update", title: "Update", panel: update },
];

function encode(choose) {
  const plate = createPlate("x", "The picture x");
  const lines = [{ name: "μ", own: "mu", scale: "signed" }, { name: "σ", own: "sigma", scale: "plain" }];
  const columns = createColumns(lines, "μ and σ of each dimension", choose);
  const tells = h("p", { class: "tells" });
  return {
    element: scene(tells, plate.element, columns.element),
    show({ x, mu, sigma, d, stochastic }, k, { shape, classes }) {
      plate.paint(x, shape);
      const sees = classes ? "The encoder sees x and its class" : "The encoder sees x";
      tells.textContent = stochastic
        ? `${sees}, and answers with a distribution q(z|x): a mean μ and a width σ for each dimension of z.`
        : `${sees}, and answers with a code μ. A plain autoencoder has no σ: what it encodes is a point.`;
      columns.show(d, k, [limitOf(mu, LEAST), stochastic ? limitOf(sigma, 1) : null], (line, at) => barOf([mu, sigma][line][at]));
    },
  };
}

function draw(choose) {
  const bell = createBell(choose);
  const [tells, one] = [h("p", { class: "tells" }), h("p", { class: "equation" })];
  return {
    element: scene(tells, bell.element, one),
    show({ epsilon, d, stochastic }, k) {
      bell.element.toggleAttribute("hidden", !stochastic);
      one.toggleAttribute("hidden", !stochastic);
      const more = d > MOST ? ` The first ${MOST} of ${d} are shown.` : "";
      tells.textContent = stochastic
        ? `For each dimension of z one ε is drawn from N(0, 1). This is the only chance in the pass, and no weight has a say in it.${more}`
        : "A plain autoencoder draws nothing: its σ is 0, so that a picture always has the same z.";
      if (stochastic) one.replaceChildren(letterOf("epsilon", "ε", k), ` = ${written(epsilon[k])}`);
      if (stochastic) bell.show(epsilon, k);
    },
  };
}

function combine(choose) {
  const columns = createColumns([{ name: "z", own: "z", scale: "signed" }], "z of each dimension, in q(z|x)", choose);
  const [tells, equation, key] = [h("p", { class: "tells" }), h("p", { class: "equation", "aria-live": "off" }), h("p", { class: "fine" })];
  return {
    element: scene(tells, stack(equation, columns.element, key)),
    show({ mu, sigma, epsilon, z, d, stochastic }, k) {
      tells.textContent = stochastic
        ? "z is a draw from q(z|x), written as a sum so that what is drawn stands apart from what is learnt."
        : "A plain autoencoder takes μ itself for z.";
      equation.replaceChildren(...equationOf({ mu, sigma, epsilon, z, stochastic }, k));
      key.textContent = stochastic ? "Line: μ. Band: from μ − σ to μ + σ. Dot: z." : "";
      const limit = limitOf([...mu, ...z], LEAST);
      columns.show(d, k, [limit], (_, at) => ({
        low: mu[at] - sigma[at], high: mu[at] + sigma[at], mark: mu[at], dot: z[at], figure: written(z[at]),
      })); // prettier-ignore
    },
  };
}

/** z = μ + σ ε with its numbers; the last sum holds as it is shown. */
function equationOf({ mu, sigma, epsilon, z, stochastic }, k) {
  const [own, mean] = [letterOf("z", "z", k), letterOf("mu", "μ", k)];
  if (!stochastic) return [own, " = ", mean, ` = ${written(z[k])}`];
  const [first, second] = addingUp([mu[k], z[k] - mu[k]], z[k]);
  const product = [letterOf("sigma", "σ", k), " · ", letterOf("epsilon", "ε", k)];
  const number = (letter, value) => h("span", { class: `of-${letter}` }, bracketed(value));
  const sign = second < 0 ? " − " : " + ";
  const numbers = [number("mu", mu[k]), " + ", number("sigma", sigma[k]), " · ", number("epsilon", epsilon[k])];
  const sum = [number("mu", first), sign, written(Math.abs(second)), " = ", h("b", { class: "of-z" }, written(rounded(z[k])))];
  return [h("span", {}, own, " = ", mean, " + ", ...product), h("span", {}, " = ", ...numbers), h("span", {}, " ≈ ", ...sum)];
}

const bracketed = (value) => (rounded(value) < 0 ? `(${written(value)})` : written(value));

function decode(choose) {
  const plate = createPlate("x′", "The decoded picture");
  const columns = createColumns([{ name: "z", own: "z", scale: "signed" }], "z of each dimension", choose);
  const tells = h("p", { class: "tells" });
  return {
    element: scene(tells, columns.element, plate.element),
    show({ picture, z, d }, k, { shape, classes }) {
      plate.paint(picture, shape);
      const sees = classes ? "z and the class" : "nothing but z";
      tells.textContent = `The decoder sees ${sees}, ${counted(d)} ${d === 1 ? "number" : "numbers"}, and says how likely each pixel is: p(x|z). x′ is the picture of that.`;
      columns.show(d, k, [limitOf(z, LEAST)], (_, at) => barOf(z[at]));
    },
  };
}

function reconstruct() {
  const [x, picture, apart] = [["x", "The picture x"], ["x′", "The decoded picture"], ["x′ − x", "Their difference"]].map((words) => createPlate(...words));
  const [tells, losses] = [h("p", { class: "tells" }), createLosses()];
  const facts = createFacts(["own", "This picture"], ["mean", "Mean of the batch"]);
  const key = h("p", { class: "fine inks" }, ink(MORE), "x′ is brighter", ink(LESS), "x′ is darker");
  return {
    element: scene(tells, x.element, picture.element, apart.element, stack(facts.element, losses.element, key)),
    show(seen, k, { shape }) {
      x.paint(seen.x, shape);
      picture.paint(seen.picture, shape);
      const difference = signedDifference(lightOf(seen.picture), lightOf(seen.x), shape[0]);
      const limit = limitFor(difference);
      apart.fill((rgba) => fillSigned(rgba, difference, limit), shape);
      const { losses: all, sums, i, batch } = seen;
      const below = sums.reconstruction < 0 ? " It lies below 0, for p(x|z) is a density." : "";
      const single = all ? "" : " Several z are drawn for each picture and weighed together, so that no single one has a loss of its own; the first is shown.";
      tells.textContent = `How badly does x′ fit x? −log p(x|z), summed over all pixels, in nats.${below}${single}`;
      facts.set({ own: all && nats(all[i], sums.digits), mean: `${nats(sums.reconstruction, sums.digits)}, of ${counted(batch)} pictures` });
      losses.element.toggleAttribute("hidden", !all);
      if (all) losses.show(all, i, sums.reconstruction, sums.digits);
    },
  };
}

function regularize(choose) {
  const columns = createColumns([{ name: "KL", own: "kl", scale: "plain" }], "KL of each dimension", choose);
  const facts = createFacts(["own", "This picture"], ["mean", "Mean of the batch"], ["weighted", "Regularization"]);
  const [tells, key] = [h("p", { class: "tells" }), h("p", { class: "fine" }, "Bar: this picture. Line: mean of the batch.")];
  const figures = [columns.element, key, facts.element];
  return {
    element: scene(tells, stack(...figures)),
    show({ kl, d, words, sums, batch, stochastic }, k, { beta }) {
      for (const figure of figures) figure.toggleAttribute("hidden", !stochastic);
      tells.textContent = stochastic
        ? "How far is q(z|x) from the prior N(0, 1)? Each dimension costs nats; they are summed."
        : "A plain autoencoder has no KL loss: nothing asks its codes to lie where the prior has its draws.";
      if (!stochastic) return;
      const own = kl.reduce((sum, value) => sum + value, 0);
      const rest = kl.slice(MOST).reduce((sum, value) => sum + value, 0);
      const shown = addingUp([...kl.slice(0, MOST), ...(d > MOST ? [rest] : [])], own);
      const limit = limitOf([...kl.slice(0, MOST), ...words.kl.slice(0, MOST)], 0.1);
      columns.show(d, k, [limit], (_, at) => ({ low: 0, high: kl[at], mark: words.kl[at], figure: written(shown[at]) }));
      const others = d > MOST ? `, ${written(shown.at(-1))} of it in the other ${d - MOST} dimensions` : "";
      facts.set({
        own: `${nats(rounded(own), 2)} in sum${others}`,
        mean: `${nats(sums.kl, sums.digits)}, of ${counted(batch)} pictures`,
        weighted: weighedWords(words, sums, beta),
      });
    },
  };
}

/** The regularization as what was multiplied, where it is the KL with weights. */
function weighedWords({ parts, kl, weight }, sums, beta) {
  const sum = kl.reduce((all, value) => all + value, 0);
  const result = nats(sums.regularization, sums.digits);
  const plain = Math.abs(parts.regularization - weight * (beta ?? 1) * sum) <= 1e-4 * Math.abs(parts.regularization) + 1e-6;
  if (!plain) return `${result}: this objective charges something else than the plain KL`;
  const factors = [...(weight === 1 ? [] : [`warm-up ${short(weight)}`]), ...(beta === null || beta === 1 ? [] : [`β ${short(beta)}`])];
  if (factors.length === 0) return `${result}: the KL with weight 1`;
  const exact = rounded(Number(short(weight)) * Number(short(beta ?? 1)) * sums.kl, sums.digits) === sums.regularization;
  return `${[...factors, `KL ${written(sums.kl, sums.digits)}`].join(" × ")} ${exact ? "=" : "≈"} ${result}`;
}

function derive(choose) {
  const lines = [["z", "∂L/∂z"], ["mu", "∂L/∂μ"], ["sigma", "∂L/∂σ"]].map(([own, name]) => ({ name, own, scale: "signed" }));
  const columns = createColumns(lines, "The gradient at z, μ and σ of each dimension", choose);
  const tells = h("p", { class: "tells" });
  const key = h("p", { class: "fine" });
  const facts = createFacts(["codes", "Lengths, this picture"], ["halves", "Lengths, whole batch"]);
  return {
    element: scene(tells, stack(columns.element, key, facts.element)),
    show({ slopes, d, words, stochastic }, k) {
      const { z, mu, sigma } = slopes;
      const through = stochastic
        ? "through z = μ + σ · ε to μ and σ, where the regularization adds its own, and into the encoder. ε is drawn, not learnt: nothing flows into it"
        : "through z, which is μ, into the encoder";
      tells.textContent = `Which way would make the loss L smaller? The answer goes back through the decoder, ${through}.`;
      const there = lines.flatMap(({ own }) => (slopes[own] ? [slopes[own]] : []));
      const [unit, unitWords] = unitOf(there.flatMap((slope) => [...slope.subarray(0, MOST)]));
      const limit = limitOf(there.flatMap((slope) => Array.from(slope.subarray(0, MOST), (value) => value / unit)), 1);
      for (const part of [columns.element, key]) part.toggleAttribute("hidden", !z);
      if (z) columns.show(d, k, lines.map(({ own }) => (slopes[own] ? limit : null)), (line, at) => barOf(slopes[lines[line].own][at] / unit));
      key.textContent = `${unitWords}The batch shares the loss: each picture has one part in ${counted(words.pictures)} of it.`;
      const lengths = [["z", z], ["μ", mu], ["σ", sigma]].flatMap(([name, slope]) => (slope ? [`${name} ${short(lengthOf(slope))}`] : []));
      facts.set({ codes: lengths.join(", ") || null, halves: `encoder ${short(words.gradient.encoder)}, decoder ${short(words.gradient.decoder)}` });
    },
  };
}

/** A power of ten for numbers that are all small, and how that is said. @param {number[]} values */
function unitOf(values) {
  const tens = Math.floor(Math.log10(Math.max(...values.map(Math.abs)) || 1));
  const power = Math.min(0, tens);
  return [10 ** power, power ? `In units of 10${raised(power)}. ` : ""];
}

const raised = (power) => String(power).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

function update() {
  const facts = createFacts(["rate", "Learning rate"], ["moved", "The weights moved by"], ["share", "Share of their length"]);
  const tells = h("p", { class: "tells" }, "Each weight of encoder and decoder takes a small step against its gradient (Adam). The next batch meets the new weights.");
  return {
    element: scene(tells, facts.element),
    show({ words: { rate, moved, weights } }) {
      facts.set({ rate: short(rate), moved: `${short(moved)}, the length of the step of all weights together`, share: `${percent(moved / weights, 3)} of ${short(weights)}` });
    },
  };
}

/** A sentence, and below it what it tells of. */
const scene = (tells, ...figures) => h("div", { class: "scene" }, tells, h("div", { class: "figures" }, ...figures));

const stack = (...parts) => h("div", { class: "stack" }, ...parts);

const barOf = (value, figure = written(value)) => ({ low: Math.min(0, value), high: Math.max(0, value), figure });

const nats = (value, digits) => `${written(value, digits)} nats`;

const ink = (rgb) => h("i", { style: `background: rgb(${rgb})` });

/** Names and values below each other; one without a value is hidden. @param {...[string, string]} rows key, name */
function createFacts(...rows) {
  const values = Object.fromEntries(rows.map(([key]) => [key, h("dd", {})]));
  const element = h("dl", { class: "facts" }, ...rows.map(([key, name]) => h("div", {}, h("dt", {}, name), values[key])));
  return {
    element,
    /** @param {Record<string, string | null>} words */
    set(words) {
      for (const [key, word] of Object.entries(words)) {
        values[key].textContent = word ?? "";
        values[key].parentElement.toggleAttribute("hidden", !word);
      }
    },
  };
}
