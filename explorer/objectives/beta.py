"""Beta-VAE: the KL weighted by beta; above 1 it orders the latent space at the price of detail."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from explorer.catalog import knob
from explorer.objectives import Moment, Regularized
from explorer.vae import Pass


@dataclass(frozen=True)
class Beta(Regularized):
    """E_q[-log p(x|z)] + beta KL(q(z|x) || p(z)): Higgins 2017, eq. 4, https://openreview.net/forum?id=Sy2fzU9gl."""

    beta: float = knob(4.0, 0.0, 1000.0, "weight of the KL; 1 is the plain VAE, more orders z and blurs pictures")

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (beta is constant)
        """Return beta times the KL."""
        return self.beta * kl.sum()
