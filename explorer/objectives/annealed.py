"""Annealed capacity: the KL is held at a capacity that grows during the training, one factor after the other."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from explorer.catalog import knob
from explorer.objectives import Moment, Regularized
from explorer.vae import Pass


@dataclass(frozen=True)
class Annealed(Regularized):
    """E_q[-log p(x|z)] + gamma |KL(q(z|x) || p(z)) - C|, C growing from 0: Burgess 2018, eq. 8.

    https://arxiv.org/abs/1804.03599
    """

    gamma: float = knob(30.0, 0.0, 10_000.0, "price of each nat between the KL and the capacity C")
    capacity: float = knob(25.0, 0.0, 500.0, "nats of KL that C grows to")
    growth: float = knob(0.5, 0.01, 1.0, "share of the training in which C grows, on a line")

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (the KL says it all)
        """Return gamma times the distance of the KL from the capacity of this moment."""
        return self.gamma * (kl.sum() - self.capacity * min(1.0, now.done / self.growth)).abs()
