"""Continuous Bernoulli: a true density on grey values from 0 to 1; gives sharper pictures than Bernoulli."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.distributions import ContinuousBernoulli as GreyCoin
from torch.distributions import Distribution, Independent

from explorer.likelihoods import Likelihood


@dataclass(eq=False, repr=False)
class ContinuousBernoulli(Likelihood):
    """The Bernoulli likelihood with its normalizer over [0, 1]: p(x) = C(y) y^x (1 - y)^(1 - x), y = sigmoid(logits).

    Loaiza-Ganem & Cunningham, The continuous Bernoulli (2019), eq. 4 and 7, https://arxiv.org/abs/1907.06845.
    A person is shown y, the density's parameter, and not its mean, which is never quite black or white.
    """

    def distribution(self, logits: Tensor) -> Distribution:
        """Return p(x|z), a density: its log can be above 0."""
        return Independent(GreyCoin(logits=logits, validate_args=False), 3, validate_args=False)
