// Where new z are drawn from: the prior N(0, I), or a mixture of Gaussians fitted to where the data are.

import { normal } from "./random.js";

/** @typedef {{weights: Float32Array, means: Float32Array, factors: Float32Array}} Mixture   (K), (K, d), (K, d, d) lower Cholesky factors */

/** @param {number} d @param {number} temperature the prior’s standard deviation @param {() => number} random @returns {number[]} */
function fromPrior(d, temperature, random) {
  return Array.from({ length: d }, () => temperature * normal(random));
}

/** @param {Mixture} mixture @param {number} d @param {number} temperature widens each Gaussian @param {() => number} random */
function fromMixture({ weights, means, factors }, d, temperature, random) {
  const one = chosen(weights, random());
  const noise = fromPrior(d, temperature, random);
  return noise.map((_, row) => {
    let sum = means[one * d + row];
    for (let column = 0; column <= row; column++) sum += factors[(one * d + row) * d + column] * noise[column];
    return sum;
  });
}

function chosen(weights, share) {
  const all = weights.reduce((sum, weight) => sum + weight, 0); // one, but for rounding
  let left = share * all;
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? weights.length - 1 : found;
}

/** Why nothing can be drawn from there, in a sentence; "": it can. @param {import("../state.js").State} state @param {"prior" | "mixture"} draws */
export function whyNot({ model, latents }, draws) {
  if (draws === "mixture") return latents?.mixture ? "" : `No mixture is fitted to this model’s data yet. Encode the model again: explorer encode ${model?.name}`;
  return model?.stochastic === false ? "A plain autoencoder has no prior: nothing in its training says where its codes lie." : "";
}

/** What is drawn from: as chosen, else what there is, else null. @param {import("../state.js").State} state */
export function drawsOf(state) {
  return [state.draws, "prior", "mixture"].find((draws) => !whyNot(state, draws)) ?? null;
}

/** One new z, or null where nothing can be drawn. @param {import("../state.js").State} state @param {() => number} [random] */
export function draw(state, random = Math.random, draws = drawsOf(state)) {
  const { model, latents, temperature } = state;
  if (draws === null) return null;
  return draws === "prior" ? fromPrior(model.latent, temperature, random) : fromMixture(latents.mixture, model.latent, temperature, random);
}
