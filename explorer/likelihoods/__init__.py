"""p(x|z): what the decoder's numbers mean. One file a likelihood; `distribution` is the one open method."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Distribution


@dataclass(eq=False, repr=False)
class Likelihood(nn.Module):
    """A family of distributions over pictures with values in [0, 1]. Its fields are its knobs.

    It is a module, so that a variant can own what is learned beside the networks (the sigma of a Gaussian).
    """

    def __post_init__(self) -> None:
        super().__init__()
        self.world = 1  # processes that share each batch

    def distribution(self, logits: Tensor) -> Distribution:
        """Return p(x|z) with event shape (c, h, w) for what the decoder gave, (n, c, h, w)."""
        raise NotImplementedError

    def see(self, x: Tensor, logits: Tensor) -> None:
        """Look at pictures x and what the decoder gave for them, each (n, c, h, w), in training; most need not."""

    def picture(self, logits: Tensor) -> Tensor:
        """Return what a person is shown, (n, c, h, w) in [0, 1]."""
        return torch.sigmoid(logits)
