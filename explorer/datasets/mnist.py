"""70,000 handwritten digits of 28x28 pixels: the classic. Fetched by torchvision (12 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from explorer.datasets import Dataset, Report, Split, _fetch, _idx, quiet

SOURCE = _idx.usual("MNIST")


@dataclass(frozen=True)
class Mnist(Dataset):
    """LeCun, Cortes & Burges 1998; the split is theirs."""

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    size: ClassVar[str] = "60,000 + 10,000"
    classes: ClassVar[int] = 10
    licence: ClassVar[str] = "none stated"

    def here(self, root: Path) -> bool:
        """Return whether the four files are below `root`, packed or not."""
        return _idx.here(root, SOURCE)

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/MNIST/raw; torchvision fetches them if they are not there.

        LookupError if they can be neither found nor fetched, ValueError if they are damaged. The files are only read.
        """
        return _idx.load(
            root, SOURCE, lambda: _fetch.torchvision(SOURCE.name, root, _idx.missing(root, SOURCE), report)
        )
