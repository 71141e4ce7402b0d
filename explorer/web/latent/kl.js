// How far q(z|x) of one example is from the prior.

/** KL(N(mu, sigma) || N(0, 1)) in nats: Kingma & Welling 2014, appendix B, https://arxiv.org/abs/1312.6114. */
export const klTo = (mu, sigma) => (mu ** 2 + sigma ** 2 - 1) / 2 - Math.log(sigma);

/**
 * KL(q(z|x) || N(0, I)) of one example, in nats: the sum over its dimensions.
 * @param {{mean: Float32Array, std: Float32Array, d: number}} latents
 */
export function klOf({ mean, std, d }, index) {
  let sum = 0;
  for (let at = index * d; at < (index + 1) * d; at++) sum += klTo(mean[at], std[at]);
  return sum;
}
