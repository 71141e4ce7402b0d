// The encoded pictures themselves, asked of the server where it has them, and kept for a while.

import { sizeOf } from "../engine/session.js";
import { createKept } from "./kept.js";
import { partsOf } from "./pixels.js";

const KEPT = 400; // pictures of a model
const known = new WeakMap(); // model -> its pictures as bytes, whoever asked for them
const lacking = new WeakSet(); // models whose pictures the server turned out not to have: it is not asked again

/** @param {import("../mount.js").Desk} desk */
export function createOriginals({ store }) {
  return {
    /**
     * @param {number[]} indices of examples
     * @returns {Promise<Float32Array | null>} (k, c, h, w) in [0, 1]; null where they cannot be had
     */
    async ask(indices) {
      const { model } = store.state;
      if (!model?.originals || lacking.has(model)) return null;
      if (!known.has(model)) known.set(model, createKept(KEPT));
      const found = await known.get(model).ask(indices, (missing) => fetchPictures(model, missing));
      return found && joined(found, sizeOf(model));
    },
  };
}

/** @param {Uint8Array[]} pictures @param {number} size of each */
function joined(pictures, size) {
  const all = new Float32Array(pictures.length * size);
  pictures.forEach((bytes, k) => bytes.forEach((byte, i) => (all[k * size + i] = byte / 255)));
  return all;
}

/** Raw bytes, (c, h, w) each; null if the server does not give them. @returns {Promise<Uint8Array[] | null>} */
async function fetchPictures(model, indices) {
  try {
    const answer = await fetch(`${model.originals}${indices.join(",")}`);
    if (answer.status === 404) lacking.add(model);
    const bytes = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    return bytes?.length === indices.length * sizeOf(model) ? partsOf(bytes, indices.length) : null;
  } catch {
    return null; // no network, or the page is being left: an original is an extra
  }
}
