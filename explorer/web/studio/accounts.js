// What two losses are worth: in which units they may be told, and which beta a loss has that divides one of them and not the other.

// Let R be the reconstruction summed over the D = c h w values of a picture, K the KL summed over the d dimensions of z, both
// means over the n pictures of a batch: nats per image. We minimise R + w K. A program that scales them apart minimises
//
//   a R + b w K = a (R + (b/a) w K).
//
// The factor a in front changes the length of the gradient (Adam does not mind), never where the minimum lies. So the minimum
// is that of R + beta K with beta = w b/a, whatever is printed:
//
//   both summed                                   a = 1      b = 1      beta = w
//   R a mean over pixels (and batch)              a = 1/D    b = 1      beta = w D
//   the same, K summed over the batch, too        a = 1/D    b = n      beta = w D n
//   both means                                    a = 1/D    b = 1/d    beta = w D/d
//   R summed, K a mean over dimensions            a = 1      b = 1/d    beta = w/d
//
// This holds for the same likelihood. What it makes of R is another matter: the squared error is a Gaussian of its own sigma.

/**
 * @typedef {object} Scaling
 * @property {string} name
 * @property {number} a   of the reconstruction
 * @property {number} b   of the KL
 * @property {number} weighs   b/a: so many times as heavy as here the KL is
 */

/**
 * The sums, and what else is common.
 * @param {{shape: number[], latent: number, batch: number}} sizes   batch 0: nobody knows
 * @returns {Scaling[]}
 */
export function scalingsOf({ shape, latent: d, batch: n }) {
  const D = numbersOf(shape);
  const scaling = (name, a, b, weighs) => ({ name, a, b, weighs }); // b/a is written out, so that it is exact
  return [
    scaling("sums", 1, 1, 1),
    scaling("pixels", 1 / D, 1, D),
    ...(n ? [scaling("batch", 1 / D, n, D * n)] : []),
    scaling("means", 1 / D, 1 / d, D / d),
    scaling("dimensions", 1, 1 / d, 1 / d),
  ];
}

const WEIGHED = ["vae", "beta"]; // objectives whose regularization is the KL with a weight
const LEAST = 1e-6; // nats: of less nobody can tell what it was multiplied with

/**
 * w: what the KL is multiplied with now, warm-up included, seen from what was reported; null where it is not one number.
 * @param {{objective: {name: string, knobs: Record<string, any>}}} spec @param {{kl?: number, regularization: number}} report
 */
export function weightOf({ objective }, { kl, regularization }) {
  const plain = WEIGHED.includes(objective.name) && !objective.knobs.free_bits;
  return plain && kl > LEAST ? regularization / kl : null;
}

/** The Spec as it was at a step: what was turned later stands as it did before. */
export function specAt({ spec, changes }, step) {
  const later = changes.filter((change) => change.step >= step).reverse();
  const knobs = Object.assign({}, spec.objective.knobs, ...later.map(({ before }) => before));
  return { ...spec, objective: { ...spec.objective, knobs } };
}

/** The numbers that a shape has: D of a picture, three for each pixel of a coloured one; or those of a layer. @param {number[]} shape c, h, w */
export function numbersOf(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/** A loss per image, per number of a picture and per dimension. */
export function sharesOf(nats, { shape, latent }) {
  return [nats, nats / numbersOf(shape), nats / latent];
}
