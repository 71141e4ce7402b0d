"""Strided convolutions: halve the picture until it is a few pixels wide, and back; for larger or coloured pictures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from explorer.catalog import knob
from explorer.networks import Network

SMALLEST = 4  # sides of at most this many pixels are not halved again
WIDEST = 8  # channels grow to at most this many times the first layer's


@dataclass(frozen=True)
class Conv(Network):
    """Channels double at each halving, up to eight times `channels`; one hidden layer of `width` units next to z."""

    channels: int = knob(32, 4, 256, "channels of the first convolution; they double at each halving")
    width: int = knob(256, 4, 4096, "units in the hidden layer next to z")

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent)."""
        stages = self._stages(shape)
        layers: list[nn.Module] = []
        for (before, _, _), (after, _, _) in pairwise(stages):
            layers += [nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1), nn.SiLU()]
        last, height, width = stages[-1]
        hidden = [nn.Linear(last * height * width, self.width), nn.SiLU()]
        return nn.Sequential(*layers, nn.Flatten(), *hidden, nn.Linear(self.width, 2 * latent))

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        stages = self._stages(shape)
        last, height, width = stages[-1]
        layers: list[nn.Module] = [nn.Linear(latent, self.width), nn.SiLU()]
        layers += [nn.Linear(self.width, last * height * width), nn.Unflatten(1, (last, height, width))]
        for small, large in pairwise(reversed(stages)):
            layers += [nn.SiLU(), _enlarge(small, large)]
        return nn.Sequential(*layers)

    def _stages(self, shape: tuple[int, int, int]) -> list[tuple[int, int, int]]:
        """Return (channels, height, width) from the picture to the smallest stage: at least one halving."""
        stages = [shape]
        channels, (height, width) = self.channels, shape[1:]
        while len(stages) == 1 or max(height, width) > 2 * SMALLEST - 1:
            height, width = -(-height // 2), -(-width // 2)  # rounded up, as a padded convolution does
            stages.append((channels, height, width))
            channels = min(2 * channels, WIDEST * self.channels)
        return stages


def _enlarge(small: tuple[int, int, int], large: tuple[int, int, int]) -> nn.Module:
    """Return the transposed convolution from one stage to the next: twice the size, or one less where that was odd."""
    odd = (large[1] % 2, large[2] % 2)  # kernel 4 gives 2 n; kernel 3 gives 2 n - 1
    return nn.ConvTranspose2d(small[0], large[0], kernel_size=(4 - odd[0], 4 - odd[1]), stride=2, padding=1)
