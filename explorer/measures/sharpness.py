"""Sharpness: the gradient energy of pictures, beside that of real ones."""

from __future__ import annotations

from torch import Tensor

from explorer.measures import UnmeasurableError


def sharpness(shown: Tensor, real: Tensor) -> float:
    """Return the mean of the gradient energies `shown` (n,) over that of `real` (m,): 1.0 is as sharp as the data.

    UnmeasurableError if the real pictures have no edge at all.
    """
    if not real.any():
        raise UnmeasurableError("the test pictures have no edge that a sharpness could be compared with")
    return float(shown.double().mean() / real.double().mean())


def gradient_energy(x: Tensor) -> Tensor:
    """Return the mean over channels and pixels of dx^2 + dy^2, differences of neighbouring pixels, of each picture.

    x (n, c, h, w) in [0, 1]; the energies are (n,).
    """
    across, down = x.diff(dim=3).square(), x.diff(dim=2).square()
    return across.mean(dim=(1, 2, 3)) + down.mean(dim=(1, 2, 3))
