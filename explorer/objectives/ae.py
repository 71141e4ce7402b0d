"""Plain autoencoder: reconstruction alone; z is a code, not a distribution, and nothing shapes the space between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from explorer.objectives import Moment, Objective
from explorer.vae import Pass


@dataclass(frozen=True)
class Ae(Objective):
    """-log p(x|z) at z = mu(x): Hinton & Salakhutdinov 2006, https://doi.org/10.1126/science.1127647."""

    stochastic: ClassVar[bool] = False

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (nothing is regularized)
        """Return zero."""
        return out.z.new_zeros(())
