"""70,000 handwritten digits of 28x28 pixels: the classic. Fetched by torchvision (12 MB)."""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset, Images, Split
from explorer.vision import torchvision_datasets

FILES = tuple(f"{part}-{what}-ubyte" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1"))
BYTES = 0x08  # what idx calls values of one unsigned byte


@dataclass(frozen=True)
class Mnist(Dataset):
    """LeCun, Cortes & Burges 1998; the split is theirs."""

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    size: ClassVar[str] = "60,000 + 10,000"
    licence: ClassVar[str] = "none stated"

    def here(self, root: Path) -> bool:
        """Return whether the four files are below `root`, packed or not."""
        return all(_find(root / "MNIST" / "raw", file) for file in FILES)

    def load(self, root: Path) -> Split:
        """Return the pictures from `root`/MNIST/raw; torchvision fetches them if they are not there.

        LookupError if they can be neither found nor fetched, ValueError if they are damaged. The files are only read.
        """
        if not self.here(root):
            _fetch(root)
        raw = root / "MNIST" / "raw"
        return Split(_images(raw, "train"), _images(raw, "t10k"))


def _images(raw: Path, part: str) -> Images:
    pixels, labels = (_read(raw, file) for file in FILES if file.startswith(part))
    return Images(pixels[:, None], labels.astype(np.int64), tuple("0123456789"))


def _fetch(root: Path) -> None:
    datasets = torchvision_datasets()
    try:
        datasets.MNIST(root, download=True)
    except (RuntimeError, OSError) as error:
        raise LookupError(
            f"MNIST could be neither found nor fetched: put {', '.join(f'{file}.gz' for file in FILES)} "
            f"into {root / 'MNIST' / 'raw'}, or name with --data-dir the folder that holds MNIST/raw."
        ) from error


def _find(raw: Path, name: str) -> Path | None:
    return next((file for file in (raw / name, raw / f"{name}.gz") if file.is_file()), None)


def _read(raw: Path, name: str) -> NDArray[np.uint8]:
    """Return the array of an idx file, packed or not: two zeros, a type, the number of sides, the sides, the values."""
    file = _find(raw, name)
    assert file is not None  # `here` saw it
    try:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(file, str(error)) from None
    sides = 3 if "images" in name else 1
    head = 4 + 4 * sides
    if len(data) < head or data[:4] != bytes((0, 0, BYTES, sides)):
        raise _damaged(file, "it does not begin as such a file does")
    shape = tuple(np.frombuffer(data, ">u4", sides, offset=4).tolist())
    if len(data) != head + math.prod(shape) or shape[1:] != (28, 28)[: sides - 1]:
        raise _damaged(file, f"it should hold {shape} values")
    return np.frombuffer(data, np.uint8, offset=head).reshape(shape).copy()  # torch wants an array it could write to


def _damaged(file: Path, problem: str) -> ValueError:
    return ValueError(f"{file} is damaged ({problem}): delete it, and it is fetched again, or put the original there.")
