"""Factor-VAE: like beta-TC, but the total correlation is judged by a second network, a discriminator."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from explorer.catalog import knob
from explorer.objectives import Batch, Loss, Moment, Regularized, full_precision, together
from explorer.vae import VAE, Pass, kl_to_prior


@dataclass(frozen=True)
class Factor(Regularized):
    """E_q[-log p(x|z)] + KL(q(z|x) || p(z)) + gamma TC(z), TC(z) = E_q(z)[log D(z) - log(1 - D(z))].

    Kim & Mnih 2018, eq. 2 and 3, https://arxiv.org/abs/1802.05983. D tells draws of q(z) from draws whose dimensions
    were shuffled among the pictures of the batch; its logit is that difference of logs.
    """

    gamma: float = knob(10.0, 0.0, 1000.0, "weight of the total correlation; 0 is the plain VAE")
    hidden: int = knob(256, 4, 4096, "units in each layer of the discriminator (the paper: 1000)")
    layers: int = knob(3, 1, 8, "hidden layers of the discriminator (the paper: 6)")

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (the rest is in `loss`)
        """Return the KL, summed over dimensions."""
        return kl.sum()

    def loss(self, model: VAE, batch: Batch, now: Moment, discriminator: nn.Module | None = None) -> Loss:
        """Return the loss of a batch; without a discriminator the total correlation counts as 0."""
        out = together(model(*batch), *model.shard)
        with full_precision(out.z):
            kl = kl_to_prior(out.q).mean(dim=0)
            regularizer = self.regularizer(out, self.charged(kl), now)
            if discriminator is not None:
                regularizer = regularizer + self.gamma * discriminator(out.z).mean()
            return self.judge(out, kl, regularizer, now)

    def discriminator(self, latent: int) -> nn.Module:
        """Return D: from z (n, latent) to logits (n, 1), above 0 where z seems to be a draw of q(z)."""
        sizes = [latent, *[self.hidden] * self.layers]
        layers = [layer for size in pairwise(sizes) for layer in (nn.Linear(*size), nn.LeakyReLU(0.2))]
        return nn.Sequential(*layers, nn.Linear(self.hidden, 1))

    def discriminator_loss(self, discriminator: nn.Module, z: Tensor) -> Tensor:
        """Return the cross-entropy of telling z (n, latent) from z with shuffled dimensions, in nats: algorithm 2.

        The paper shuffles the draws of a second batch; here the same batch serves for both.
        """
        order = torch.rand_like(z).argsort(dim=0)  # an own permutation of the pictures for each dimension
        shuffled = z.gather(0, order)
        logits = discriminator(torch.cat([z, shuffled]))[:, 0]
        truth = torch.cat([z.new_ones(len(z)), z.new_zeros(len(z))])
        return binary_cross_entropy_with_logits(logits, truth)
