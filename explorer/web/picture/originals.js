// The encoded pictures themselves, asked of the server where it has them, and kept for a while.

import { sizeOf } from "../engine/session.js";

const KEPT = 400; // pictures of a model
const lacking = new WeakSet(); // models whose pictures the server turned out not to have: it is not asked again

/** @param {import("../mount.js").Desk} desk */
export function createOriginals({ store }) {
  let [of, kept] = [null, new Map()]; // the model, and its pictures by index

  function turnTo(model) {
    if (model !== of) [of, kept] = [model, new Map()];
    return kept;
  }

  return {
    /**
     * @param {number[]} indices of examples
     * @returns {Promise<Float32Array | null>} (k, c, h, w) in [0, 1]; null where they cannot be had
     */
    async ask(indices) {
      const { model } = store.state;
      if (!model?.originals || lacking.has(model)) return null;
      const own = turnTo(model);
      const missing = [...new Set(indices)].filter((index) => !own.has(index));
      const found = new Map(indices.map((index) => [index, own.get(index)]));
      const bytes = missing.length ? await fetchPictures(model, missing) : new Uint8Array();
      if (!bytes) return null;
      const size = sizeOf(model);
      missing.forEach((index, k) => found.set(index, bytes.subarray(k * size, (k + 1) * size)));
      for (const index of missing) own.set(index, found.get(index));
      while (own.size > KEPT) own.delete(own.keys().next().value);
      const pictures = new Float32Array(indices.length * size);
      indices.forEach((index, k) => pictures.set(Float32Array.from(found.get(index), (byte) => byte / 255), k * size));
      return pictures;
    },
  };
}

/** Raw bytes, (k, c, h, w); null if the server does not give them. */
async function fetchPictures(model, indices) {
  try {
    const answer = await fetch(`${model.originals}${indices.join(",")}`);
    if (answer.status === 404) lacking.add(model);
    const bytes = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    return bytes?.length === indices.length * sizeOf(model) ? bytes : null;
  } catch {
    return null; // no network, or the page is being left: an original is an extra
  }
}
