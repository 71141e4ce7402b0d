"""The sizes that a picture goes through in a convolutional network, and the ways from one to the next."""

from __future__ import annotations

from torch import nn

SMALLEST = 4  # sides of at most this many pixels are not halved again
WIDEST = 8  # channels grow to at most this many times the first layer's

Stage = tuple[int, int, int]  # (channels, height, width)


def stages(shape: Stage, channels: int) -> list[Stage]:
    """Return (channels, height, width) from the picture to the smallest stage: at least one halving."""
    found = [shape]
    widest, (height, width) = WIDEST * channels, shape[1:]
    while len(found) == 1 or max(height, width) > 2 * SMALLEST - 1:
        height, width = -(-height // 2), -(-width // 2)  # rounded up, as a padded convolution does
        found.append((channels, height, width))
        channels = min(2 * channels, widest)
    return found


def shrink(large: Stage, small: Stage) -> nn.Module:
    """Return the strided convolution from one stage to the next, half the size."""
    return nn.Conv2d(large[0], small[0], kernel_size=3, stride=2, padding=1)


def enlarge(small: Stage, large: Stage) -> nn.Module:
    """Return the transposed convolution from one stage to the next: twice the size, or one less where that was odd."""
    odd = (large[1] % 2, large[2] % 2)  # kernel 4 gives 2 n; kernel 3 gives 2 n - 1
    return nn.ConvTranspose2d(small[0], large[0], kernel_size=(4 - odd[0], 4 - odd[1]), stride=2, padding=1)
