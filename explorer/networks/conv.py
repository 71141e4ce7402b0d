"""Strided convolutions: halve the picture until it is a few pixels wide, and back; for larger or coloured pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from explorer.catalog import knob
from explorer.networks import Network
from explorer.networks._scale import scaled
from explorer.networks._stages import enlarge, shrink, stages


@dataclass(frozen=True)
class Conv(Network):
    """Channels double at each halving, up to eight times `channels`; one hidden layer of `width` units next to z."""

    channels: int = knob(16, 4, 256, "channels of the first convolution; they double at each halving")
    depth: int = knob(1, 1, 4, "convolutions at each size")
    width: int = knob(256, 4, 4096, "units in the hidden layer next to z")

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent)."""
        sizes = stages(shape, self.channels)
        layers: list[nn.Module] = []
        for large, small in pairwise(sizes):
            layers += [shrink(large, small), nn.SiLU(), *self._more(small[0])]
        hidden = [nn.Linear(math.prod(sizes[-1]), self.width), nn.SiLU()]
        return scaled(nn.Sequential(*layers, nn.Flatten(), *hidden, nn.Linear(self.width, 2 * latent)))

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        sizes = stages(shape, self.channels)
        layers: list[nn.Module] = [nn.Linear(latent, self.width), nn.SiLU()]
        layers += [nn.Linear(self.width, math.prod(sizes[-1])), nn.Unflatten(1, sizes[-1]), nn.SiLU()]
        for small, large in pairwise(reversed(sizes)):
            layers += [*self._more(small[0]), *enlarge(small, large), nn.SiLU()]
        return scaled(nn.Sequential(*layers[:-1]))  # the last layer is linear

    def _more(self, channels: int) -> list[nn.Module]:
        """Return what follows a change of size: convolutions that keep it."""
        one = [nn.Conv2d(channels, channels, kernel_size=3, padding=1) for _ in range(self.depth - 1)]
        return [layer for convolution in one for layer in (convolution, nn.SiLU())]
