// How far q(z|x) of one example is from the prior.

/**
 * KL(q(z|x) || N(0, I)) of one example, in nats: Kingma & Welling 2014, appendix B, https://arxiv.org/abs/1312.6114.
 * @param {{mean: Float32Array, std: Float32Array, d: number}} latents
 */
export function klOf({ mean, std, d }, index) {
  let sum = 0;
  for (let at = index * d; at < (index + 1) * d; at++) sum += (mean[at] ** 2 + std[at] ** 2 - 1) / 2 - Math.log(std[at]);
  return sum;
}
