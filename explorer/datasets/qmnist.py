"""120,000 handwritten digits of 28x28 pixels: MNIST with a larger test part. Fetched by torchvision (20 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from explorer.datasets import Dataset, Report, Split, _fetch, _idx, quiet
from explorer.datasets._idx import Pair, Source

TRAIN, TEST = (Pair(f"qmnist-{part}-images-idx3-ubyte", f"qmnist-{part}-labels-idx2-int") for part in ("train", "test"))
SOURCE = Source("QMNIST", TRAIN, TEST, _idx.DIGITS)


@dataclass(frozen=True)
class Qmnist(Dataset):
    """Yadav & Bottou 2019 (arXiv:1905.10498); the split is theirs. The first 10,000 for testing are MNIST's."""

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    size: ClassVar[str] = "60,000 + 60,000"
    classes: ClassVar[int] = 10
    licence: ClassVar[str] = "BSD-style"

    def here(self, root: Path) -> bool:
        """Return whether the four files are below `root`, packed or not."""
        return _idx.here(root, SOURCE)

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/QMNIST/raw; errors as in MNIST."""

        def fetch() -> None:
            for part in ("train", "test"):
                _fetch.torchvision("QMNIST", root, _idx.missing(root, SOURCE), report, what=part)

        return _idx.load(root, SOURCE, fetch)
