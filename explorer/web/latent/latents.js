// The encoded examples, read from latents.safetensors into typed arrays, and refused in a sentence if they are damaged.

import { createMap } from "./plane.js";
import { readSafetensors } from "./safetensors.js";

/**
 * @typedef {object} Latents
 * @property {number} n
 * @property {number} d
 * @property {Float32Array} mean           (n, d)
 * @property {Float32Array} std            (n, d)
 * @property {Int32Array | null} labels    (n), -1: no label
 * @property {Float32Array | null} error   (n)
 * @property {Float32Array | null} kl      (d), in nats
 * @property {Float32Array | null} drift   (n): |mu(decode(mean)) - mean|
 * @property {import("./mixture.js").Mixture | null} mixture   where the codes of all examples lie
 * @property {Float32Array | null} factors  (n, f): what the maker of the pictures varied
 * @property {string[]} factorNames        (f)
 * @property {string[]} labelNames
 * @property {import("./plane.js").PlaneMap[]} maps   in menu order
 * @property {(index: number) => number[]} meanOf
 * @property {(index: number | null) => number | null} classOf   null: no example, or its class is not known
 * @property {(index: number) => string | null} labelOf           the class's name
 * @property {(label: number) => string} nameOf                   of a class
 */

/** @param {string} url @param {number} d @returns {Promise<Latents>} */
export async function fetchLatents(url, d) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the server answered ${answer.status} to latents.safetensors`);
  return readLatents(await answer.arrayBuffer(), d);
}

/** @param {ArrayBuffer} buffer @param {number} d @returns {Latents} */
function readLatents(buffer, d) {
  const { tensors, metadata } = readSafetensors(buffer, "latents.safetensors");
  const n = tensors.mean?.shape[0] ?? 0;
  const mean = expect(tensors, "mean", [n, d]);
  if (n === 0) throw new Error("latents.safetensors holds no examples");
  const labels = optional(tensors, "labels", [n]);
  const labelNames = readJson(metadata, "label_names");
  const factorNames = readJson(metadata, "factor_names");
  const maps = readJson(metadata, "maps").map((entry) => readMap(tensors, entry, mean, n, d));
  const classOf = (index) => (labels && index !== null && labels[index] >= 0 ? labels[index] : null);
  const nameOf = (label) => labelNames[label] ?? String(label);
  return {
    n,
    d,
    mean,
    std: expect(tensors, "std", [n, d]),
    labels,
    error: optional(tensors, "error", [n]),
    kl: optional(tensors, "kl", [d]),
    drift: optional(tensors, "drift", [n]),
    mixture: readMixture(tensors, d),
    factors: optional(tensors, "factors", [n, factorNames.length]),
    factorNames,
    labelNames,
    maps,
    meanOf: (index) => Array.from(mean.subarray(index * d, (index + 1) * d)),
    classOf,
    labelOf: (index) => (classOf(index) === null ? null : nameOf(classOf(index))),
    nameOf,
  };
}

/**
 * The example whose mean is z to five decimals (what a link keeps), or null.
 * @param {Latents} latents @param {number[]} z
 */
export function findExample({ n, d, mean }, z) {
  for (let i = 0; i < n; i++) {
    let k = 0;
    while (k < d && Math.abs(mean[i * d + k] - z[k]) <= 1e-5) k++;
    if (k === d) return i;
  }
  return null;
}

/**
 * Where an example is: its mean, and what a conditional model is told to paint it as it is, its class or else that of now.
 * @param {import("../state.js").State} state @returns {{z: number[], label: number | null}} label: null for any other model
 */
export function placeOfExample({ latents, label }, index) {
  return { z: latents.meanOf(index), label: label === null ? null : (latents.classOf(index) ?? label) };
}

function readMap(tensors, { name, title, about, axes, trustworthiness, continuity }, mean, n, d) {
  const about_ = { name, title: title ?? name, about: about ?? "", axes: axes ?? ["", ""], trustworthiness, continuity };
  const linear = `map.${name}.basis` in tensors;
  if (!linear) return createMap(about_, { xy: expect(tensors, `map.${name}.xy`, [n, 2]), mean });
  const basis = expect(tensors, `map.${name}.basis`, [2, d]);
  const origin = expect(tensors, `map.${name}.origin`, [d]);
  return createMap(about_, { basis, origin, mean });
}

function readMixture(tensors, d) {
  const k = tensors["mixture.weights"]?.shape[0];
  if (k === undefined) return null;
  return {
    weights: expect(tensors, "mixture.weights", [k]),
    means: expect(tensors, "mixture.means", [k, d]),
    factors: expect(tensors, "mixture.factors", [k, d, d]),
  };
}

function optional(tensors, name, shape) {
  return name in tensors ? expect(tensors, name, shape) : null;
}

function expect(tensors, name, shape) {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`latents.safetensors holds no “${name}”`);
  if (String(tensor.shape) !== String(shape)) {
    throw new Error(`latents.safetensors holds “${name}” of shape (${tensor.shape}), but (${shape}) is needed`);
  }
  if (!tensor.array.every(Number.isFinite)) throw new Error(`latents.safetensors holds a “${name}” that is no number`);
  return tensor.array;
}

function readJson(metadata, key) {
  if (!(key in metadata)) return [];
  let found = null;
  try {
    found = JSON.parse(metadata[key]);
  } catch (cause) {
    throw new Error(`latents.safetensors is damaged: its “${key}” is not JSON`, { cause });
  }
  if (!Array.isArray(found)) throw new Error(`latents.safetensors is damaged: its “${key}” is not a list`);
  return found;
}
