// Pictures of encoded examples: the original where it is at hand, else the reconstruction, decode(mu).

import { decodePlaces } from "../engine/places.js";
import { placeOfExample } from "../latent/latents.js";
import { createKept } from "./kept.js";
import { createOriginals } from "./originals.js";
import { partsOf } from "./pixels.js";

const KEPT = 300; // reconstructions: going back and forth asks for none twice

/**
 * @typedef {object} Examples   originals and reconstructions never stand side by side
 * @property {(indices: number[]) => Promise<{pictures: Float32Array[], original: boolean} | null>} ask   null: they cannot be had
 */

/** @param {import("../mount.js").Desk} desk @param {number} priority @returns {Examples} */
export function createExamples(desk, priority) {
  const { store } = desk;
  const lane = desk.lane(priority);
  const originals = createOriginals(desk);
  let [of, kept] = [null, createKept(KEPT)]; // the latents whose reconstructions are kept

  function reconstructed(indices, state) {
    if (of !== state.latents) [of, kept] = [state.latents, createKept(KEPT)];
    return kept.ask(indices, async (missing) => {
      const pixels = await decodePlaces(lane, missing.map((index) => placeOfExample(state, index))); // prettier-ignore
      return pixels && partsOf(pixels, missing.length);
    });
  }

  return {
    async ask(indices) {
      const { state } = store;
      const overtaken = () => store.state.latents !== state.latents;
      const found = await originals.ask(indices);
      if (overtaken()) return null;
      const pictures = found ? partsOf(found, indices.length) : await reconstructed(indices, state);
      return pictures && !overtaken() ? { pictures, original: found !== null } : null;
    },
  };
}
