// Pictures of encoded examples: the original where it is at hand, else the reconstruction, decode(mu).

import { createOriginals } from "./originals.js";
import { decodePlaces } from "../engine/places.js";
import { sizeOf } from "../engine/session.js";
import { placeOfExample } from "../latent/latents.js";

const KEPT = 300; // pictures: going back and forth asks for none twice

/**
 * @typedef {object} Examples
 * @property {(indices: number[]) => Promise<{pictures: Float32Array[], original: boolean} | null>} ask   null: they cannot be had
 */

/** @param {import("../mount.js").Desk} desk @param {number} priority @returns {Examples} */
export function createExamples(desk, priority) {
  const { store } = desk;
  const lane = desk.lane(priority);
  const originals = createOriginals(desk);
  let owner = null; // the latents whose pictures are kept
  let [kept, original] = [new Map(), false];

  async function fetchThem(indices, state) {
    const { model, latents } = state;
    const found = model.originals ? await originals.ask(indices) : null;
    if (found || store.state.latents !== latents) return { found, real: true };
    return { found: await decodePlaces(lane, indices.map((index) => placeOfExample(state, index))), real: false }; // prettier-ignore
  }

  /** What is asked for again goes last. @returns {number[]} what is not there */
  function missingOf(indices) {
    for (const index of indices) {
      const picture = kept.get(index);
      if (kept.delete(index)) kept.set(index, picture);
    }
    return indices.filter((index) => !kept.has(index));
  }

  /** Originals and reconstructions never stand side by side: where the kind has changed, all are asked for. */
  async function fetchAlike(missing, indices, state) {
    const answer = await fetchThem(missing, state);
    const alike = answer.real === original || missing.length === indices.length;
    return alike || !answer.found ? { ...answer, asked: missing } : { ...(await fetchThem(indices, state)), asked: indices };
  }

  function keep(indices, found, size) {
    indices.forEach((index, i) => kept.set(index, found.slice(i * size, (i + 1) * size)));
    for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - Math.max(KEPT, indices.length)))) kept.delete(old);
  }

  return {
    async ask(indices) {
      const { latents, model } = store.state;
      if (owner !== latents) [owner, kept, original] = [latents, new Map(), false];
      const missing = missingOf(indices);
      if (missing.length) {
        const { found, real, asked } = await fetchAlike(missing, indices, store.state);
        if (!found || owner !== latents || store.state.latents !== latents) return null;
        if (real !== original) [kept, original] = [new Map(), real];
        keep(asked, found, sizeOf(model));
      }
      const pictures = indices.map((index) => kept.get(index));
      return pictures.every(Boolean) ? { pictures, original } : null;
    },
  };
}
