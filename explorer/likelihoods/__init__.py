"""p(x|z): what the decoder's numbers mean. One file a likelihood; `distribution` is the one open method."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Distribution


class Likelihood:
    """A family of distributions over pictures with values in [0, 1]; its parameters are the decoder's logits."""

    def distribution(self, logits: Tensor) -> Distribution:
        """Return p(x|z) with event shape (c, h, w) for logits (n, c, h, w)."""
        raise NotImplementedError

    def picture(self, logits: Tensor) -> Tensor:
        """Return what a person is shown, (n, c, h, w) in [0, 1]."""
        return torch.sigmoid(logits)
