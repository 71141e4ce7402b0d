"""Sharpness: the gradient energy of pictures, beside that of real ones."""

from __future__ import annotations

from torch import Tensor

from explorer.measures import UnmeasurableError


def sharpness(shown: Tensor, real: Tensor) -> float:
    """Return the mean gradient energy of `shown` divided by that of `real`: 1.0 is as sharp as the data.

    Both (n, c, h, w) in [0, 1]. UnmeasurableError if the real pictures have no edge at all.
    """
    energy = gradient_energy(real)
    if energy == 0:
        raise UnmeasurableError("the test pictures have no edge that a sharpness could be compared with")
    return gradient_energy(shown) / energy


def gradient_energy(x: Tensor) -> float:
    """Return the mean over pictures, channels and pixels of dx^2 + dy^2, differences of neighbouring pixels."""
    across, down = x.diff(dim=3).square(), x.diff(dim=2).square()
    return float(across.double().mean() + down.double().mean())
