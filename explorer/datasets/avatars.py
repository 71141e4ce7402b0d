"""20,000 pixel-art faces of 16x16 pixels in colour, with 11 known factors: no download. Glasses, hats, beards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from explorer.catalog import knob
from explorer.datasets import Dataset, Images, Report, Split, quiet, split

FILE = Path(__file__).with_suffix(".npz")
SIDE = 16
LABELS = {  # factors whose values fall into few kinds, by their names without numbers: that many
    "glasses": 3,
    "mouth": 2,
    "hair": 2,
    "beard": 2,
    "hat": 2,
    "skin": 8,
    "hair colour": 11,
    "clothing colour": 12,
}
KINDS = {  # what the source calls otherwise
    ("glasses", "light"): "light glasses",
    ("glasses", "dark"): "dark glasses",
    ("beard", "variant"): "beard",
    ("hat", "variant"): "hat",
}


@dataclass(frozen=True)
class Avatars(Dataset):
    """Drawings by Florian Körner (DiceBear "pixel-art"), put together at random; a tenth is kept for testing.

    In the file a palette, the palette's index of each pixel, and the factors, sorted so that it is small.
    """

    label: str = knob("glasses", choices=tuple(LABELS), help="what of a face is its label: which kind of it is there")

    shape: ClassVar[tuple[int, int, int]] = (3, SIDE, SIDE)
    size: ClassVar[str] = "18,000 + 2,000"
    licence: ClassVar[str] = "CC0 1.0"

    @property
    def classes(self) -> int:
        """Number of kinds of what is the label."""
        return LABELS[self.label]

    def here(self, root: Path) -> bool:  # noqa: ARG002  (it is always here)
        """Return True: the package carries it."""
        return True

    def load(self, root: Path, report: Report = quiet) -> Split:  # noqa: ARG002  (nothing is read from there)
        """Return the pictures. A factor is the number of a value, whose name is given; a colour is called RRGGBB."""
        with np.load(FILE, allow_pickle=False) as file:
            pixels = file["colours"][file["index"].T]  # (n, 256, 3)
            factors = file["factors"].T  # (n, 11)
            values: dict[str, list[str]] = json.loads(str(file["values"]))
        pictures = np.ascontiguousarray(pixels.reshape(-1, SIDE, SIDE, 3).transpose(0, 3, 1, 2))
        names = tuple(values)
        kinds = [_kind(self.label, value) for value in values[self.label]]
        found = tuple(dict.fromkeys(kinds))
        labels = np.array([found.index(kind) for kind in kinds], np.int64)[factors[:, names.index(self.label)]]
        known = tuple(map(tuple, values.values()))
        return split(Images(pictures, labels, found, factors.astype(np.float32), names, known))


def _kind(label: str, value: str) -> str:
    """Return what a value is without its number: happy for happy03; a colour stays itself."""
    if label.endswith("colour") or label == "skin":
        return f"#{value}"
    word = value.rstrip("0123456789")
    return f"no {label}" if word == "none" else KINDS.get((label, word), word)
