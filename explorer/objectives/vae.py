"""Variational autoencoder: reconstruction plus KL to the prior, the negative ELBO."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from explorer.objectives import Moment, Regularized
from explorer.vae import Pass


@dataclass(frozen=True)
class Vae(Regularized):
    """-ELBO = E_q[-log p(x|z)] + KL(q(z|x) || p(z)): Kingma & Welling 2014, eq. 3, https://arxiv.org/abs/1312.6114."""

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (the ELBO knows no moment)
        """Return the KL, summed over dimensions."""
        return kl.sum()
