"""What the fully connected networks share: a picture is a row of numbers."""

from __future__ import annotations

import math

from torch import nn

from explorer.networks import Network


class Flat(Network):
    """A network whose two halves are the same stack of layers between different numbers of units."""

    def layers(self, start: int, end: int) -> list[nn.Module]:
        """Return modules from (n, start) to (n, end), the last one linear: the one open method."""
        raise NotImplementedError

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent)."""
        return nn.Sequential(nn.Flatten(), *self.layers(math.prod(shape), 2 * latent))

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        return nn.Sequential(*self.layers(latent, math.prod(shape)), nn.Unflatten(1, shape))
