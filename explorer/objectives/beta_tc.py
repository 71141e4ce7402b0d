"""Beta-TC-VAE: only the total correlation is weighted by beta, so that dimensions part without losing detail."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Normal

from explorer.catalog import knob
from explorer.objectives import Moment, Regularized
from explorer.vae import Pass


@dataclass(frozen=True)
class BetaTc(Regularized):
    """E_q[-log p(x|z)] + I(x; z) + beta TC(z) + sum_j KL(q(z_j) || p(z_j)): Chen 2018, eq. 4.

    https://arxiv.org/abs/1802.04942. As the three terms with weight 1 are the KL, the regularizer is
    KL + (beta - 1) TC, and only the total correlation has to be estimated from the batch.
    """

    beta: float = knob(6.0, 0.0, 1000.0, "weight of the total correlation; 1 is the plain VAE")
    estimator: str = knob("weighted", help="q(z) from a batch: all pictures weigh the same, or as in all the data",
                          choices=("weighted", "stratified"))  # fmt: skip

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:
        """Return KL + (beta - 1) TC."""
        weights = log_weights(out.z, max(now.pictures, len(out.z)), self.estimator)
        return kl.sum() + (self.beta - 1) * total_correlation(out.q, out.z, weights)


def total_correlation(q: Normal, z: Tensor, log_weights: Tensor) -> Tensor:
    """Return KL(q(z) || prod_j q(z_j)) in nats, a scalar, from one z (n, latent) drawn from each q (n, latent).

    log_weights (n, n): the log weight of picture j in the q(z) of draw i; each row's weights add up to 1, so that
    independent dimensions have a total correlation of 0. Chen 2018, section 4.1.
    """
    each = Normal(q.loc[None], q.scale[None], validate_args=False).log_prob(z[:, None])  # (draws, pictures, latent)
    joint = torch.logsumexp(log_weights + each.sum(dim=2), dim=1)  # (n,): log q(z)
    marginals = torch.logsumexp(log_weights[:, :, None] + each, dim=1)  # (n, latent): log q(z_j)
    return (joint - marginals.sum(dim=1)).mean()


def log_weights(z: Tensor, pictures: int, estimator: str) -> Tensor:
    """Return the log weights (n, n) of an estimator of q(z) from the n pictures of a batch, out of so many in all.

    weighted: the same for each picture of the batch. Chen's weight 1 / (n pictures), eq. 3, is smaller, which moves the
    total correlation by the constant (latent - 1) log pictures: it has no gradient, and is left out here.
    stratified: 1 / pictures for the picture that z came from, and the rest shared evenly by the others. The mean over
    batches is q(z); Chen, appendix C.2, gives one of the others less than its share, with the same mean.
    """
    n = len(z)
    if estimator == "weighted" or n == 1:
        return z.new_full((n, n), -math.log(n))
    return z.new_full((n, n), math.log((1 - 1 / pictures) / (n - 1))).fill_diagonal_(-math.log(pictures))
