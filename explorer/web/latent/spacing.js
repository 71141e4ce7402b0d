// How far the examples lie from one another: asked of the worker once, whoever wants to know.

const [MOST, LEAST, WORTH] = [1000, 300, 1e7]; // examples whose own spacing is known: each is compared with all

const known = new WeakMap(); // latents -> Promise of their spacing

/**
 * @param {import("../engine/background.js").Lane} lane @param {import("./latents.js").Latents} latents
 * @returns {Promise<{means: Float32Array, samples: Float32Array} | null>} sorted; null: it was overtaken, or cannot be known
 */
export function spacingOf(lane, latents) {
  if (!known.has(latents)) {
    const asked = lane.spacing(Math.round(Math.max(LEAST, Math.min(MOST, WORTH / latents.n))));
    known.set(latents, asked);
    asked.then((found) => found || known.delete(latents)); // whoever comes later may have more luck
  }
  return known.get(latents);
}
