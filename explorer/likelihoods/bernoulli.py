"""Bernoulli: each pixel is a coin, and its grey value the chance of white (binary cross-entropy)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.distributions import Bernoulli as Coin
from torch.distributions import Distribution, Independent

from explorer.likelihoods import Likelihood


@dataclass(eq=False, repr=False)
class Bernoulli(Likelihood):
    """log p(x|z) = sum over pixels of x log y + (1 - x) log(1 - y), y = sigmoid(logits).

    Kingma & Welling 2014, appendix C.1, https://arxiv.org/abs/1312.6114. A grey x in (0, 1) is read as a chance.
    """

    def distribution(self, logits: Tensor) -> Distribution:
        """Return p(x|z); grey pixels are allowed in log_prob, so arguments are not checked."""
        return Independent(Coin(logits=logits, validate_args=False), 3, validate_args=False)
