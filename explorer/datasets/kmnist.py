"""70,000 handwritten Japanese letters (hiragana) of 28x28 pixels, Kuzushiji-MNIST. Fetched by torchvision (21 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from explorer.datasets import Dataset, Report, Split, _fetch, _idx, quiet

NAMES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
SOURCE = _idx.usual("KMNIST", NAMES)


@dataclass(frozen=True)
class Kmnist(Dataset):
    """Clanuwat et al. 2018 (arXiv:1812.01718); the split is theirs."""

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    size: ClassVar[str] = "60,000 + 10,000"
    classes: ClassVar[int] = len(NAMES)
    licence: ClassVar[str] = "CC BY-SA 4.0"

    def here(self, root: Path) -> bool:
        """Return whether the four files are below `root`, packed or not."""
        return _idx.here(root, SOURCE)

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/KMNIST/raw; errors as in MNIST."""
        return _idx.load(
            root, SOURCE, lambda: _fetch.torchvision(SOURCE.name, root, _idx.missing(root, SOURCE), report)
        )
