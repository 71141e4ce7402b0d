"""70,000 handwritten digits of 28x28 pixels: the classic. Fetched by torchvision (12 MB)."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from explorer.datasets import Dataset, Images, Split
from explorer.vision import torchvision_datasets

FILES = tuple(f"{part}-{what}-ubyte" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1"))


@dataclass(frozen=True)
class Mnist(Dataset):
    """LeCun, Cortes & Burges 1998; the split is theirs."""

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    size: ClassVar[str] = "60,000 + 10,000"
    licence: ClassVar[str] = "none stated"

    def here(self, root: Path) -> bool:
        """Return whether the four files are below `root`, packed or not."""
        raw = root / "MNIST" / "raw"
        return all((raw / file).is_file() or (raw / f"{file}.gz").is_file() for file in FILES)

    def load(self, root: Path) -> Split:
        """Return the pictures from `root`/MNIST/raw; torchvision fetches them if they are not there.

        LookupError if they can be neither found nor fetched, ValueError if they are damaged.
        """
        return self._read_files(root / "MNIST" / "raw") if self.here(root) else self._fetch(root)

    def _read_files(self, raw: Path) -> Split:
        with tempfile.TemporaryDirectory() as scratch:  # torchvision unpacks beside the files; `raw` stays as it is
            links = Path(scratch, "MNIST", "raw")
            links.mkdir(parents=True)
            for file in raw.iterdir():
                (links / file.name).symlink_to(file.resolve())
            try:
                return _read(Path(scratch))
            except (
                AssertionError,
                KeyError,
                ValueError,
                RuntimeError,
                EOFError,
                OSError,
            ) as error:  # all seen of it
                raise ValueError(
                    f"The MNIST files in {raw} are damaged ({error or 'wrong format'}): delete them, so that they are "
                    "fetched again, or put the original ones there."
                ) from error

    def _fetch(self, root: Path) -> Split:
        try:
            return _read(root)
        except (RuntimeError, OSError) as error:
            raise LookupError(
                f"MNIST could be neither found nor fetched: put {', '.join(f'{file}.gz' for file in FILES)} "
                f"into {root / 'MNIST' / 'raw'}, or name with --data-dir the folder that holds MNIST/raw."
            ) from error


def _read(root: Path) -> Split:
    train, test = (torchvision_datasets().MNIST(root, train=part, download=True) for part in (True, False))
    return Split(_images(train), _images(test))


def _images(source: Any) -> Images:
    labels = source.targets.numpy().astype(np.int64)
    return Images(source.data.numpy()[:, None], labels, tuple("0123456789"))
