"""Residual convolutions with GroupNorm: like `conv`, but deeper; sharper on faces and photographs, and slower."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from explorer.catalog import knob
from explorer.networks import Network
from explorer.networks._stages import enlarge, shrink, stages

GROUPS = 8  # in which the channels of a layer are normed; fewer if 8 does not divide them


@dataclass(frozen=True)
class Resnet(Network):
    """`blocks` residual blocks at each size below the picture's own, where they would cost the most."""

    channels: int = knob(16, 4, 256, "channels after the first halving; they double at each further one")
    blocks: int = knob(1, 1, 8, "residual blocks at each size")
    width: int = knob(256, 4, 4096, "units in the hidden layer next to z")

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent)."""
        sizes = stages(shape, self.channels)
        layers: list[nn.Module] = []
        for large, small in pairwise(sizes):
            layers += [shrink(large, small), *self._blocks(small[0])]
        hidden = [_norm(sizes[-1][0]), nn.SiLU(), nn.Flatten(), nn.Linear(math.prod(sizes[-1]), self.width), nn.SiLU()]
        return nn.Sequential(*layers, *hidden, nn.Linear(self.width, 2 * latent))

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        sizes = stages(shape, self.channels)
        layers: list[nn.Module] = [nn.Linear(latent, self.width), nn.SiLU()]
        layers += [nn.Linear(self.width, math.prod(sizes[-1])), nn.Unflatten(1, sizes[-1])]
        for small, large in pairwise(reversed(sizes)):
            layers += [*self._blocks(small[0]), _norm(small[0]), nn.SiLU(), *enlarge(small, large)]
        return nn.Sequential(*layers)

    def _blocks(self, channels: int) -> list[nn.Module]:
        return [_ResidualBlock(channels) for _ in range(self.blocks)]


class _ResidualBlock(nn.Module):
    """x + conv silu norm conv silu norm x: He et al. 2016, fig. 4e, https://arxiv.org/abs/1603.05027."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        first, second = (nn.Conv2d(channels, channels, kernel_size=3, padding=1) for _ in range(2))
        self.layers = nn.Sequential(_norm(channels), nn.SiLU(), first, _norm(channels), nn.SiLU(), second)

    def forward(self, x: Tensor) -> Tensor:
        """Return x (n, channels, h, w) with what the block adds to it."""
        return x + self.layers(x)  # type: ignore[no-any-return]  # a module call has no type


def _norm(channels: int) -> nn.Module:
    return nn.GroupNorm(math.gcd(GROUPS, channels), channels)
