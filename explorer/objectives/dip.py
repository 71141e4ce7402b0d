"""DIP-VAE: the covariance of the codes is drawn towards the identity, so that dimensions do not repeat each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.catalog import knob
from explorer.objectives import Moment, Regularized
from explorer.vae import Pass


@dataclass(frozen=True)
class Dip(Regularized):
    """E_q[-log p(x|z)] + KL + off sum_{i != j} C_ij^2 + on sum_i (C_ii - 1)^2: Kumar 2018, eq. 6 and 7.

    https://arxiv.org/abs/1711.00848. C is the covariance of mu(x) (DIP-VAE-I), or of z: that of mu(x) plus the mean
    of sigma^2(x) (DIP-VAE-II).
    """

    kind: str = knob("II", help="covariance of mu (I) or of z (II)", choices=("I", "II"))
    off: float = knob(10.0, 0.0, 10_000.0, "price of the squared covariances of two dimensions")
    on: float = knob(10.0, 0.0, 10_000.0, "price of the squared distances of the variances from 1")

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (both prices are constant)
        """Return the KL plus the price of the covariance."""
        covariance = torch.cov(out.q.loc.T, correction=0).reshape(len(kl), len(kl))
        if self.kind == "II":
            covariance = covariance + torch.diag(out.q.variance.mean(dim=0))
        diagonal = torch.diagonal(covariance)
        crossed = covariance.square().sum() - diagonal.square().sum()
        return kl.sum() + self.off * crossed + self.on * (diagonal - 1).square().sum()
