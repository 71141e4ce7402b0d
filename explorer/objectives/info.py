"""Info-VAE: the codes of all pictures together are to look like the prior, those of each picture need not."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.catalog import knob
from explorer.objectives import Moment, Regularized
from explorer.vae import Pass


@dataclass(frozen=True)
class Info(Regularized):
    """E_q[-log p(x|z)] + (1 - alpha) KL(q(z|x) || p(z)) + (alpha + lambda - 1) MMD(q(z) || p(z)).

    Zhao, Song & Ermon 2017, section 3, https://arxiv.org/abs/1706.02262. MMD is not in nats: `mmd`,
    the paper's lambda, brings it to their size.
    """

    alpha: float = knob(0.5, 0.0, 1.0, "how much of the KL is left out; 1 leaves all of it to the MMD")
    mmd: float = knob(500.0, 1.0, 100_000.0, "weight of the MMD, the distance of all codes from the prior")

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:  # noqa: ARG002  (both weights are constant)
        """Return what is left of the KL, plus the weighted MMD between the draws and as many from the prior."""
        prior = torch.randn_like(out.z)
        return (1 - self.alpha) * kl.sum() + (self.alpha + self.mmd - 1) * mmd(out.z, prior)


def mmd(a: Tensor, b: Tensor) -> Tensor:
    """Return an estimate of the squared maximum mean discrepancy, a scalar, of draws a (n, d) and b (m, d).

    E k(a, a') + E k(b, b') - 2 E k(a, b): Gretton 2012, eq. 3, https://jmlr.org/papers/v13/gretton12a.html, with the
    kernel exp(-|a - b|^2 / (2 d)), as wide as the prior is. It is about 0, on both sides of it, where a and b come from
    the same distribution, in batches of any size from two on; a single draw is compared with itself.
    """
    return _others(_kernel(a, a)) + _others(_kernel(b, b)) - 2 * _kernel(a, b).mean()


def _others(kernel: Tensor) -> Tensor:
    """Return the mean of k (n, n) over pairs of two draws; of a single draw, with itself."""
    n = len(kernel)
    return (kernel.sum() - kernel.diagonal().sum()) / (n * (n - 1)) if n > 1 else kernel.mean()


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    """Return k (n, m) of a (n, d) and b (m, d)."""
    distance = a.square().sum(dim=1)[:, None] + b.square().sum(dim=1) - 2 * a @ b.T  # |a - b|^2
    return torch.exp(-distance.clamp(min=0) / (2 * a.shape[1]))
