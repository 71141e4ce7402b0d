"""400 photos of 40 people's faces, grey, 64x64 pixels: the Olivetti faces. Fetched by scikit-learn (4 MB)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.catalog import knob
from explorer.datasets import Dataset, Images, Report, Split, _decode, _fetch, quiet, split

FILE = "olivetti_py3.pkz"
PEOPLE, SIDE = 40, 64
VALUES = 10 * PEOPLE * SIDE**2  # bytes: one for each pixel


@dataclass(frozen=True)
class Olivetti(Dataset):
    """Samaria & Harter 1994 (AT&T Laboratories Cambridge). Labels are the people; a tenth is kept for testing."""

    side: int = knob(64, 8, 64, "width and height in pixels")

    size: ClassVar[str] = "360 + 40"
    classes: ClassVar[int] = PEOPLE
    licence: ClassVar[str] = "none stated"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(1, side, side)."""
        return 1, self.side, self.side

    def here(self, root: Path) -> bool:
        """Return whether scikit-learn's file is in `root`/olivetti."""
        return (root / "olivetti" / FILE).is_file()

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/olivetti; scikit-learn fetches them if they are not there.

        LookupError if they can be neither found nor fetched, ValueError if the file is damaged.
        """
        folder = root / "olivetti"
        if not self.here(root):
            _get(folder, report)
        faces = read(folder / FILE)
        if self.side != SIDE:
            faces = np.stack([_smaller(face, self.side) for face in faces])
        people = np.repeat(np.arange(PEOPLE, dtype=np.int64), 10)
        names = tuple(f"person {number}" for number in range(1, PEOPLE + 1))
        return split(Images(faces[:, None], people, names))


def read(file: Path) -> NDArray[np.uint8]:
    """Return the faces (400, 64, 64) from scikit-learn's file. ValueError if it is damaged.

    The file is a packed pickle of one array of bytes, which stand at its end: they are taken from there, and the
    pickle, which could run code, is not opened.
    """
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(file.read_bytes(), 2 * VALUES)
    except zlib.error as error:
        raise _damaged(file, str(error)) from None
    head = data[: -VALUES - 1]
    if not packed.eof or b"NumpyArrayWrapper" not in head or b"u1" not in head or len(head) > 1000:
        raise _damaged(file, f"it should hold {VALUES:,} bytes of pictures")
    columns: NDArray[np.uint8] = np.frombuffer(data[-VALUES - 1 : -1], np.uint8).reshape(-1, SIDE, SIDE)
    return columns.transpose(0, 2, 1).copy()


def _smaller(face: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    png = BytesIO()
    Image.fromarray(face).save(png, "PNG")
    return _decode.picture(png, side, 1).squeeze(0)


def _get(folder: Path, report: Report) -> None:
    from sklearn.datasets import fetch_olivetti_faces

    remedy = f"put scikit-learn's {FILE} into {folder}, or name with --data-dir the folder that holds olivetti/{FILE}"
    with _fetch.fetching("Olivetti", remedy, report):
        fetch_olivetti_faces(data_home=folder, n_retries=1, delay=0.1)


def _damaged(file: Path, problem: str) -> ValueError:
    return ValueError(f"{file} is damaged ({problem}): delete it, and it is fetched again, or put the original there.")
