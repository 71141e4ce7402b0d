"""Fully connected layers: the network of the first VAE; best on small grey pictures, and the fastest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from explorer.catalog import knob
from explorer.networks import Network


@dataclass(frozen=True)
class Mlp(Network):
    """`depth` hidden layers of `width` units with SiLU on each side."""

    width: int = knob(512, 4, 8192, "units in a hidden layer")
    depth: int = knob(1, 1, 8, "hidden layers on each side")

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent)."""
        return nn.Sequential(nn.Flatten(), *self._layers(math.prod(shape), 2 * latent))

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        return nn.Sequential(*self._layers(latent, math.prod(shape)), nn.Unflatten(1, shape))

    def _layers(self, start: int, end: int) -> list[nn.Module]:
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise([start, *[self.width] * self.depth, end]):
            layers += [nn.Linear(inputs, outputs), nn.SiLU()]
        return layers[:-1]  # the last layer is linear
