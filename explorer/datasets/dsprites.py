"""737,280 white shapes of 64x64 pixels on black, the full grid of 5 factors, dSprites. Put its file there yourself."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer import cache
from explorer.datasets import Dataset, Report, Split, _files, held_out, quiet

FILE = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz"
ADDRESS = "https://github.com/google-deepmind/dsprites-dataset"
FACTORS = ("shape", "scale", "orientation", "x", "y")  # the first column of the file, colour, has one value
SHAPES = ("square", "ellipse", "heart")
SIDE, CHUNK, MOST = 64, 8192, 737_280  # pixels, pictures at a time, pictures in all


@dataclass(frozen=True)
class DSprites(Dataset):
    """Matthey, Higgins, Hassabis & Lerchner 2017. Labels are the shapes; a tenth is kept for testing."""

    shape: ClassVar[tuple[int, int, int]] = (1, SIDE, SIDE)
    size: ClassVar[str] = "663,552 + 73,728"
    classes: ClassVar[int] = len(SHAPES)
    licence: ClassVar[str] = "Apache-2.0"

    def here(self, root: Path) -> bool:
        """Return whether the official file is in `root`, or in a folder dsprites there."""
        return _find(root) is not None

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures; they are unpacked once and kept below `root` (3 GB).

        LookupError if the file is not there, ValueError if it is damaged.
        """
        file = _find(root)
        if file is None:
            raise LookupError(f"dSprites is not here: put {FILE} from {ADDRESS} into {root}.")
        key = cache.Key("dsprites", str(file), cache.state([file]), MOST * SIDE**2)
        return cache.keep(root / "cache", key, lambda sink: _build(file, sink, report))


def _find(root: Path) -> Path | None:
    return next((file for file in (root / FILE, root / "dsprites" / FILE) if file.is_file()), None)


def _build(file: Path, sink: cache.Sink, report: Report) -> cache.Words:
    try:
        with _opened(file) as archive:  # three of its arrays; the fourth holds pickled objects and stays shut
            classes = np.concatenate(list(_rows(archive, "latents_classes", (6,))))
            values = np.concatenate(list(_rows(archive, "latents_values", (6,))))
            if len(classes) != len(values) or not 0 <= classes[:, 1].min() <= classes[:, 1].max() < len(SHAPES):
                raise ValueError("its factors do not fit each other")
            if not np.isfinite(values).all():
                raise ValueError("a factor is not a finite number")
            held, start = held_out(len(values)), 0
            for pixels in _rows(archive, "imgs", (SIDE, SIDE)):
                here = slice(start, start + len(pixels))
                for part, mask in (("train", ~held[here]), ("test", held[here])):
                    chosen = (pixels[mask] > 0)[:, None].astype(np.uint8) * 255  # 0 and 1 become black and white
                    sink.add(part, chosen, classes[here][mask, 1].astype(np.int64), values[here][mask, 1:])
                start += len(pixels)
                report(start / len(values), "unpacking dSprites")
            if start != len(values):
                raise ValueError(f"it holds {start:,} pictures and the factors of {len(values):,}")
    except ValueError as error:
        raise ValueError(f"{file} is damaged ({error}): fetch it again from {ADDRESS}.") from None
    return cache.Words(SHAPES, FACTORS)


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except Exception as error:  # noqa: BLE001  (damaged bytes raise a dozen kinds here)
        raise ValueError(str(error)) from None


def _rows(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]) -> Iterator[NDArray[Any]]:
    """Yield an array of the archive in chunks of rows of the given shape. ValueError if it is damaged."""
    try:
        info = archive.getinfo(f"{name}.npy")
        if info.compress_type not in _files.BOUNDED:
            raise ValueError(f"{name} is packed in a way that is not read")
        with archive.open(info) as stream:
            version = np.lib.format.read_magic(stream)
            head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            (count, *rest), by_columns, kind = head(stream)
            if tuple(rest) != shape or by_columns or kind.kind not in "uif" or count > MOST:
                raise ValueError(f"{name} should be at most {MOST:,} rows of numbers of shape {shape}")
            for start in range(0, count, CHUNK):
                rows = min(CHUNK, count - start)
                data = _exactly(stream, rows * kind.itemsize * math.prod(shape))
                yield np.frombuffer(data, kind).reshape(rows, *shape)
    except Exception as error:  # noqa: BLE001  (as above; what is done with the rows is not caught here)
        raise ValueError(str(error)) from None


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise ValueError("it ends early")
    return data
