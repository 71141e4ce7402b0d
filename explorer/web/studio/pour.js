// Decoders of moments: the network comes once, as a mould; the weights of a moment are poured into it here.

import { readSafetensors } from "../latent/safetensors.js";

/** @typedef {[name: string, offset: number, turned: boolean][]} Places   of each weight in the file, in bytes */

/** @param {import("./feed.js").Feed} feed */
export function createPour(feed) {
  let [of, mould] = [0, null]; // the version of the mould that we have, and a Promise of it

  async function fetchMould(version) {
    const at = `${feed.url}/mould/${version}/`;
    const [network, places] = await Promise.all(["decoder.onnx", "places.json"].map((file) => bytesOf(at + file)));
    return { network, places: JSON.parse(new TextDecoder().decode(places)).decoder };
  }

  /** @param {string} url   of a moment's files, ends in "/" @returns {Promise<Uint8Array>} its decoder.onnx */
  return async function pour(url) {
    const { version } = feed.state.mould;
    if (version !== of) [of, mould] = [version, fetchMould(version)];
    mould.catch(() => (of = 0)); // the next picture tries again
    const [{ network, places }, weights] = await Promise.all([mould, bytesOf(`${url}weights.safetensors`)]);
    return filled(network, places, readSafetensors(weights.buffer, "The weights of this moment").tensors);
  };
}

/** @param {Uint8Array} network @param {Places} places @param {Record<string, import("../latent/safetensors.js").Tensor>} weights */
export function filled(network, places, weights) {
  const bytes = network.slice();
  for (const [name, offset, turned] of places) {
    const { array, shape } = weights[name] ?? {};
    if (!array || offset + 4 * array.length > bytes.length) throw new Error(`its weights do not fit into the network (${name})`);
    bytes.set(new Uint8Array(Float32Array.from(turned ? transposed(array, shape) : array).buffer), offset);
  }
  return bytes;
}

function transposed(array, [rows, columns]) {
  const found = new Float32Array(array.length);
  for (let row = 0, from = 0; row < rows; row++) for (let to = row; to < found.length; to += rows) found[to] = array[from++];
  return found;
}

async function bytesOf(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(await answer.text());
  return new Uint8Array(await answer.arrayBuffer());
}
