"""MNIST and its kin: arrays in idx files, packed by gzip or not, as torchvision lays them out in NAME/raw."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Images, Split

KINDS: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(np.uint8),
    0x0C: np.dtype(">i4"),
}  # how idx numbers the types of values
SIDE = 28  # pixels
LARGEST = 1_000_000  # pictures in a file; the largest known has 814,255
DIGITS = tuple("0123456789")


class Pair(NamedTuple):
    """The files of one part."""

    images: str
    labels: str


class Source(NamedTuple):
    """Where the files of a data set lie, and what its labels mean."""

    name: str  # the folder below the data, and torchvision's name for the data set
    train: Pair
    test: Pair
    label_names: tuple[str, ...]
    first: int = 0  # the number of the first label
    transposed: bool = False  # whether rows and columns of the pictures are swapped

    @property
    def files(self) -> tuple[str, ...]:
        """The four files."""
        return (*self.train, *self.test)


def usual(name: str, label_names: tuple[str, ...] = DIGITS) -> Source:
    """Return a source whose files are called as MNIST's are."""
    train, test = (Pair(f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte") for part in ("train", "t10k"))
    return Source(name, train, test, label_names)


def here(root: Path, source: Source) -> bool:
    """Return whether the four files are below `root`, packed or not."""
    return all(_find(root / source.name / "raw", file) for file in source.files)


def load(root: Path, source: Source, fetch: Callable[[], Any]) -> Split:
    """Return the pictures from `root`/NAME/raw after `fetch`, if they are not there. The files are only read.

    LookupError if they can be neither found nor fetched, ValueError if they are damaged.
    """
    raw = root / source.name / "raw"
    if not here(root, source):
        fetch()
    return Split(_images(raw, source, source.train), _images(raw, source, source.test))


def missing(root: Path, source: Source) -> str:
    """Return what to do where the files are missing and cannot be fetched."""
    files = ", ".join(f"{file}.gz" for file in source.files)
    folder = f"{source.name}/raw"
    return f"put {files} into {root / folder}, or name with --data-dir the folder that holds {folder}"


def _images(raw: Path, source: Source, pair: Pair) -> Images:
    pixels, labels = read(raw, pair.images), read(raw, pair.labels)
    if labels.ndim == 2:  # more is known of each picture than its class, which comes first
        labels = labels[:, 0]
    marks = labels.astype(np.int64) - source.first
    if len(marks) != len(pixels) or not 0 <= marks.min() <= marks.max() < len(source.label_names):
        raise _damaged(raw / pair.labels, f"it should hold {len(pixels)} labels of {len(source.label_names)} classes")
    if source.transposed:
        pixels = np.ascontiguousarray(pixels.transpose(0, 2, 1))
    return Images(pixels[:, None], marks, source.label_names)


def _find(raw: Path, name: str) -> Path | None:
    return next((file for file in (raw / name, raw / f"{name}.gz") if file.is_file()), None)


def read(raw: Path, name: str) -> NDArray[Any]:
    """Return the array of an idx file, packed or not: two zeros, a type, the number of sides, the sides, the values.

    ValueError if it is damaged. No more is unpacked than such a file may hold.
    """
    file = _find(raw, name)
    assert file is not None  # `here` saw it
    sides = int(name[name.index("idx") + 3])
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            head = stream.read(4 + 4 * sides)
            if len(head) < 4 + 4 * sides or head[:2] != b"\0\0" or head[2] not in KINDS or head[3] != sides:
                raise _damaged(file, "it does not begin as such a file does")
            kind = KINDS[head[2]]
            shape = tuple(np.frombuffer(head, ">u4", sides, offset=4).tolist())
            if (
                not 0 < shape[0] <= LARGEST
                or (sides == 3 and shape[1:] != (SIDE, SIDE))
                or max(shape[1:], default=0) > SIDE
            ):
                raise _damaged(file, f"it says that it holds {shape} values")
            wanted = math.prod(shape) * kind.itemsize
            data = stream.read(wanted + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(file, str(error)) from None
    if len(data) != wanted:
        raise _damaged(file, f"it should hold {shape} values")
    return np.frombuffer(bytearray(data), kind).reshape(shape)  # an array that could be written to, as torch wants


def _damaged(file: Path, problem: str) -> ValueError:
    return ValueError(f"{file} is damaged ({problem}): delete it, and it is fetched again, or put the original there.")
