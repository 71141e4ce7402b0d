// Where each part of the drawing of a network stands: numbers only, from left to right as a picture goes through it.

import { numbersOf } from "./accounts.js";

export const [WIDTH, HEIGHT, MIDDLE] = [900, 260, 112]; // WIDTH: of most; a deep network takes more
export const LOWER = 170; // the height of sigma
export const LOWEST = 224; // that of epsilon, and of the class
export const SIDE = 84; // the longer one of a picture
export const HEAD = { width: 40, height: 34 };
export const RADIUS = { z: 20, epsilon: 15, sign: 9 };

const EDGE = 14;
const [TALL, LOW] = [128, 26]; // of the bars of the largest layer, and of one with a single number
const [NARROW, BROAD] = [53, 92]; // room of a layer
const ONE_LINE = 76; // room of a layer, from which its shape fits into one line
const BETWEEN = 8; // two layers
const GAP = 26; // an arrow between two parts
const [TO_SIGN, TO_Z] = [40, 56]; // from the heads to the + of mu and sigma epsilon, and on to z
const RUN = 3; // so many layers that are the same are drawn one by one, more as one with their number

/**
 * @typedef {object} Layer   @property {string} name @property {string} kind @property {string[]} then
 * @property {number[]} shape @property {number} weights @property {number} [times]   how many of them are drawn as one
 * @typedef {object} Blueprint   what the server tells of a network
 * @property {[number, number, number]} shape @property {number} latent @property {number} classes @property {boolean} stochastic
 * @property {Layer[]} encoder @property {Layer[]} decoder @property {Record<string, Layer>} heads
 * @property {{name: string, about: string}} likelihood
 * @property {Record<string, number>} weights @property {number} total @property {number} discriminator
 * @typedef {{layer: Layer, left: number, right: number, from: number, to: number}} Bar   from, to: its height at both ends
 * @typedef {object} Plan
 * @property {number} width @property {boolean} oneLine   shapes fit into one line
 * @property {{left: number, width: number, height: number}} x @property {{left: number, width: number, height: number}} picture
 * @property {Bar[]} encoder @property {Bar[]} decoder
 * @property {number} heads   their left edge
 * @property {number} sign    the middle of + and of what stands below it
 * @property {number} z       its middle
 */

/** @param {Blueprint} blueprint @returns {Plan} */
export function planOf(blueprint) {
  const { shape, latent, classes, stochastic } = blueprint;
  const [encoder, decoder] = [gathered(blueprint.encoder), gathered(blueprint.decoder)];
  const heightOf = heights([shape, ...encoder.map((layer) => layer.shape), ...decoder.map((layer) => layer.shape)]);
  const face = faceOf(shape);
  const middle = HEAD.width + (stochastic ? TO_SIGN : 0) + TO_Z + RADIUS.z;
  const fixed = 2 * (EDGE + face.width) + middle + 4 * GAP;
  const bars = encoder.length + decoder.length;
  const room = Math.max(NARROW, Math.min(BROAD, (WIDTH - fixed) / bars));
  const air = Math.max(0, (WIDTH - fixed - bars * room) / 5); // what is left goes into the five gaps
  const gap = GAP + air;

  let at = EDGE;
  const step = (by) => (at += by) - by; // where it was
  const rowOf = (layers, size) => {
    let from = heightOf(size);
    return layers.map((layer) => {
      const [left, to] = [step(room) + BETWEEN / 2, heightOf(numbersOf(layer.shape))];
      const bar = { layer, left, right: at - BETWEEN / 2, from, to };
      from = to;
      return bar;
    });
  };

  const x = { left: step(face.width + gap), ...face };
  const drawn = rowOf(encoder, numbersOf(shape) + (classes ? shape[1] * shape[2] : 0));
  step(gap);
  const heads = step(HEAD.width);
  const sign = heads + HEAD.width + TO_SIGN + air / 2;
  const z = stochastic ? sign + TO_Z + air / 2 : heads + HEAD.width + TO_Z + air;
  at = z + RADIUS.z + gap;
  const painted = rowOf(decoder, latent + classes);
  step(gap);
  const picture = { left: step(face.width), ...face };
  return { width: at + EDGE, oneLine: room >= ONE_LINE, x, encoder: drawn, heads, sign, z, decoder: painted, picture };
}

export const shapeWords = (shape) => shape.join(" × ");

/** The height of a bar for a number of numbers, on a log scale. */
function heights(shapes) {
  const most = Math.log(Math.max(...shapes.map(numbersOf)));
  return (size) => LOW + (TALL - LOW) * Math.min(1, Math.log(size) / most);
}

function faceOf([, height, width]) {
  const scale = SIDE / Math.max(height, width);
  return { width: scale * width, height: scale * height };
}

/** Long runs of layers that are the same become one. @param {Layer[]} layers @returns {Layer[]} */
function gathered(layers) {
  const key = ({ kind, shape }) => `${kind} ${shape}`;
  const runs = [];
  for (const layer of layers) {
    if (runs.length && key(runs.at(-1)[0]) === key(layer)) runs.at(-1).push(layer);
    else runs.push([layer]);
  }
  return runs.flatMap((run) => (run.length > RUN ? [{ ...run.at(-1), times: run.length, weights: run.reduce((sum, { weights }) => sum + weights, 0) }] : run));
}
