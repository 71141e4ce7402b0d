"""60,000 colour photos of 32x32 pixels in 10 classes, CIFAR-10. Fetched by torchvision (170 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from explorer import cache
from explorer.datasets import Dataset, Report, Split, _fetch, quiet

FOLDER = "cifar-10-batches-py"
FILES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")
NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@dataclass(frozen=True)
class Cifar10(Dataset):
    """Krizhevsky 2009; the split is his."""

    shape: ClassVar[tuple[int, int, int]] = (3, 32, 32)
    size: ClassVar[str] = "50,000 + 10,000"
    classes: ClassVar[int] = len(NAMES)
    licence: ClassVar[str] = "none stated"

    def here(self, root: Path) -> bool:
        """Return whether the files are below `root`, unpacked."""
        return all((root / FOLDER / file).is_file() for file in FILES)

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/cifar-10-batches-py; torchvision fetches them if they are not there.

        The files are pickles: torchvision opens them only if their MD5 is the official one. LookupError if they can be
        neither found nor fetched.
        """
        remedy = (
            f"put cifar-10-python.tar.gz into {root}, or name with --data-dir the folder that holds it unpacked, "
            f"as {FOLDER}"
        )

        def read(train: bool) -> Any:
            return _fetch.torchvision("CIFAR10", root, remedy, report, train=train)

        def build(sink: cache.Sink) -> cache.Words:
            for part in ("train", "test"):
                found = read(part == "train")
                pixels = np.asarray(found.data).transpose(0, 3, 1, 2)  # (n, 3, 32, 32)
                sink.add(part, pixels, np.asarray(found.targets))
            return cache.Words(label_names=NAMES)

        if not self.here(root):
            read(train=True)
        state = cache.state(root / FOLDER / file for file in FILES)
        return cache.keep(root / "cache", cache.Key("cifar10", str(root), state, 60_000 * 3072), build)
