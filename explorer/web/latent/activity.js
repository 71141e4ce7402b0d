// Which dimensions tell the decoder most: by their KL, and where there is no posterior by how much the codes vary.

import { activities } from "./ranges.js";

export const UNUSED_NATS = 0.01; // a dimension whose KL is below this tells the decoder nothing

const known = new WeakMap(); // latents -> {order, used}

/** Codes without a posterior have no KL. @returns {Float32Array | null} */
export function klPerDimension(model, latents) {
  return model.stochastic ? (latents?.kl ?? null) : null;
}

export function isUnused(kl) {
  return kl < UNUSED_NATS;
}

/**
 * All dimensions, the most active first, as far as that is known, and how many of them are in use.
 * @param {{stochastic: boolean, latent: number}} model @param {import("./latents.js").Latents | null} latents
 * @returns {{order: readonly number[], used: number}}
 */
export function byActivity(model, latents) {
  if (!latents) return { order: counted(model.latent), used: model.latent };
  if (!known.has(latents)) known.set(latents, ordered(klPerDimension(model, latents), latents));
  return known.get(latents);
}

function ordered(kl, latents) {
  const active = kl ?? activities(latents);
  const order = counted(latents.d).sort((one, other) => active[other] - active[one]);
  return { order, used: kl ? order.filter((k) => !isUnused(kl[k])).length : latents.d };
}

const counted = (d) => Array.from({ length: d }, (_, k) => k);
