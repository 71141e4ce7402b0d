"""70,000 pieces of clothing of 28x28 pixels, Fashion-MNIST. Fetched by torchvision (31 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from explorer.datasets import Dataset, Report, Split, _fetch, _idx, quiet

NAMES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
SOURCE = _idx.usual("FashionMNIST", NAMES)


@dataclass(frozen=True)
class Fashion(Dataset):
    """Xiao, Rasul & Vollgraf 2017 (arXiv:1708.07747); the split is theirs."""

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    size: ClassVar[str] = "60,000 + 10,000"
    classes: ClassVar[int] = len(NAMES)
    licence: ClassVar[str] = "MIT"

    def here(self, root: Path) -> bool:
        """Return whether the four files are below `root`, packed or not."""
        return _idx.here(root, SOURCE)

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/FashionMNIST/raw; errors as in MNIST."""
        return _idx.load(
            root, SOURCE, lambda: _fetch.torchvision(SOURCE.name, root, _idx.missing(root, SOURCE), report)
        )
