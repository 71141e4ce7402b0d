"""99,289 colour photos of house numbers, 32x32 pixels around a digit, SVHN. Fetched by torchvision (246 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from explorer import cache
from explorer.datasets import Dataset, Report, Split, _fetch, quiet

FILES = {"train": "train_32x32.mat", "test": "test_32x32.mat"}


@dataclass(frozen=True)
class Svhn(Dataset):
    """Netzer et al. 2011; the split is theirs, without the extra pictures."""

    shape: ClassVar[tuple[int, int, int]] = (3, 32, 32)
    size: ClassVar[str] = "73,257 + 26,032"
    classes: ClassVar[int] = 10
    licence: ClassVar[str] = "for non-commercial use only"

    def here(self, root: Path) -> bool:
        """Return whether the two files are in `root`/SVHN."""
        return all((root / "SVHN" / file).is_file() for file in FILES.values())

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/SVHN; torchvision fetches them if they are not there.

        LookupError if they can be neither found nor fetched.
        """
        folder = root / "SVHN"
        remedy = f"put {' and '.join(FILES.values())} into {folder}"

        def read(part: str) -> Any:
            return _fetch.torchvision("SVHN", folder, remedy, report, split=part)

        def build(sink: cache.Sink) -> cache.Words:
            for part in FILES:
                found = read(part)
                sink.add(part, found.data, found.labels)  # (n, 3, 32, 32); torchvision turns their class 10 into 0
            return cache.Words(label_names=tuple("0123456789"))

        if not self.here(root):
            read("train"), read("test")
        state = cache.state(folder / file for file in FILES.values())
        return cache.keep(root / "cache", cache.Key("svhn", str(root), state, 99_289 * 3072), build)
