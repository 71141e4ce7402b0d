"""Importance-weighted autoencoder: k draws for each picture give a tighter bound than the ELBO."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Normal

from explorer.catalog import knob
from explorer.objectives import Batch, Loss, Moment, Objective
from explorer.vae import VAE, kl_to_prior


@dataclass(frozen=True)
class Iwae(Objective):
    """-E[log 1/k sum_i w_i], w_i = p(x|z_i) p(z_i) / q(z_i|x): Burda 2016, eq. 8, https://arxiv.org/abs/1509.00519.

    With k = 1 it is the negative ELBO, its KL taken from the draw.
    """

    k: int = knob(5, 1, 500, "draws for each picture; 1 is the plain VAE, and k of them take k times as long")

    def loss(self, model: VAE, batch: Batch, now: Moment, discriminator: nn.Module | None = None) -> Loss:  # noqa: ARG002
        """Return the loss of a batch.

        The log of the mean weight is split by the normalized weights v_i = w_i / sum w: reconstruction is
        -sum_i v_i log p(x|z_i), and regularization is the rest.
        """
        q = model.encode(*batch)
        mu, sigma = (side[:, None].expand(-1, self.k, -1) for side in (q.loc, q.scale))
        each = Normal(mu, sigma, validate_args=False)  # q(z|x), k times for each picture
        z = model.draw(each)  # (n, k, latent)
        x, y = (None if side is None else side.repeat_interleave(self.k, dim=0) for side in batch)
        assert x is not None
        seen = model.reconstruct(x, z.flatten(0, 1), y).log_prob(x).view(-1, self.k)  # (n, k): log p(x|z_i)
        weights = seen + log_ratio(each, z)  # log w_i
        total = math.log(self.k) - torch.logsumexp(weights, dim=1).mean()
        reconstruction = -(weights.softmax(dim=1) * seen).sum(dim=1).mean()
        parts = {"reconstruction": reconstruction, "regularization": total - reconstruction}
        return Loss(total, parts, kl_to_prior(q).mean(dim=0).detach(), z[:, 0].detach())


def log_ratio(q: Normal, z: Tensor) -> Tensor:
    """Return log p(z) - log q(z|x), of shape (...), of z (..., latent) drawn from q (..., latent), p = N(0, 1)."""
    prior = Normal(torch.zeros_like(z), torch.ones_like(z), validate_args=False)
    ratio: Tensor = (prior.log_prob(z) - q.log_prob(z)).sum(dim=-1)
    return ratio
