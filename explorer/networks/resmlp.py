"""Fully connected residual blocks with LayerNorm and SiLU: trains deeper than `mlp`, for small pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

from explorer.catalog import knob
from explorer.networks import Network


@dataclass(frozen=True)
class Resmlp(Network):
    """A linear layer to `width` units, `blocks` residual blocks, and a linear layer out, on each side."""

    width: int = knob(512, 4, 8192, "units in each layer")
    blocks: int = knob(1, 1, 16, "residual blocks on each side")

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent)."""
        return nn.Sequential(nn.Flatten(), *self._layers(math.prod(shape), 2 * latent))

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        return nn.Sequential(*self._layers(latent, math.prod(shape)), nn.Unflatten(1, shape))

    def _layers(self, start: int, end: int) -> list[nn.Module]:
        blocks = [_Block(self.width) for _ in range(self.blocks)]
        return [nn.Linear(start, self.width), *blocks, nn.LayerNorm(self.width), nn.SiLU(), nn.Linear(self.width, end)]


class _Block(nn.Module):
    """x + W2 silu(W1 silu(norm(x))): He et al. 2016, https://arxiv.org/abs/1603.05027 (the identity is kept free)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return x (n, width) with what the block adds to it."""
        return x + self.layers(x)  # type: ignore[no-any-return]  # a module call has no type
