"""1,797 handwritten digits of 8x8 pixels that come with scikit-learn: no download, trained in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from explorer.datasets import Dataset, Images, Report, Split, quiet, split


@dataclass(frozen=True)
class Digits(Dataset):
    """Test part of the Optical Recognition of Handwritten Digits data, Alpaydin & Kaynak 1998 (UCI)."""

    shape: ClassVar[tuple[int, int, int]] = (1, 8, 8)
    size: ClassVar[str] = "1,438 + 359"
    classes: ClassVar[int] = 10
    licence: ClassVar[str] = "CC BY 4.0"

    def here(self, root: Path) -> bool:  # noqa: ARG002  (it is always here)
        """Return True: scikit-learn carries it."""
        return True

    def load(self, root: Path, report: Report = quiet) -> Split:  # noqa: ARG002  (nothing is read from there)
        """Return the pictures; grey values 0 to 16 become 0 to 255."""
        from sklearn.datasets import load_digits  # takes half a second to import

        bunch = load_digits()
        pixels = np.round(bunch.images * (255 / 16)).astype(np.uint8)[:, None]  # (n, 1, 8, 8)
        return split(Images(pixels, bunch.target.astype(np.int64), tuple("0123456789")), test=0.2)
