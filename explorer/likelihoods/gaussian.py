"""Gaussian: each pixel is normal around the decoder's picture, all with one sigma that is found in training."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Independent, Normal
from torch.nn.functional import softplus

from explorer.catalog import knob
from explorer.likelihoods import Likelihood

LOWEST = -6.0  # log sigma: a quarter of a percent of the grey scale, below what 8 bits can show
MEMORY = 0.99  # share of the old sigma^2 that each batch leaves


@dataclass(eq=False, repr=False)
class Gaussian(Likelihood):
    """p(x|z) = N(x; y, sigma^2), y = sigmoid(logits), sigma shared by all pixels.

    optimal: sigma^2 is the mean squared error, the value of highest likelihood (Rybkin, Daniilidis & Levine, Simple and
    Effective VAE Training with Calibrated Decoders, 2021, eq. 6, https://arxiv.org/abs/2006.13202): of the batch in
    training, of a moving average over batches afterwards. learned: sigma is a weight like any other (eq. 4).
    """

    sigma: str = knob("optimal", help="how sigma is found: from the error of the batch, or as a weight",
                      choices=("optimal", "learned"))  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sigma == "learned":
            self.log_sigma = nn.Parameter(torch.zeros(()))
        else:
            self.register_buffer("variance", torch.ones(()))
            self.register_buffer("batches", torch.zeros(()))
            self._of_batch: Tensor | None = None

    def see(self, x: Tensor, logits: Tensor) -> None:
        """Take sigma^2 from the error of logits for pictures x, each (n, c, h, w): no gradient goes through it."""
        if self.sigma == "learned":
            return
        with torch.no_grad():
            error = (x - torch.sigmoid(logits)).square().mean()
            if self.world > 1:
                torch.distributed.all_reduce(error)
                error /= self.world
            batches = self.get_buffer("batches").add_(1)
            keep = torch.clamp(1 - 1 / batches, max=MEMORY)  # a plain mean at first
            self.get_buffer("variance").lerp_(error, 1 - keep)
            self._of_batch = error

    def distribution(self, logits: Tensor) -> Distribution:
        """Return p(x|z), a density: its log can be above 0."""
        scale = self._log_sigma().exp()
        return Independent(Normal(torch.sigmoid(logits), scale, validate_args=False), 3, validate_args=False)

    def _log_sigma(self) -> Tensor:
        if self.sigma == "learned":
            return LOWEST + softplus(self.get_parameter("log_sigma") - LOWEST)  # a bound that it can leave again
        of_batch = self._of_batch if self.training else None
        variance = self.get_buffer("variance") if of_batch is None else of_batch
        return (0.5 * torch.log(variance)).clamp(min=LOWEST)
