"""Where pictures come from: one file a data set; `load` is the one open method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Images:
    """Pictures with what is known of them. ValueError if the arrays do not fit each other."""

    pixels: NDArray[np.uint8]  # (n, c, h, w), c = 1 (grey) or 3 (RGB)
    labels: NDArray[np.int64] | None = None  # (n,): a class, from 0
    label_names: tuple[str, ...] = ()
    factors: NDArray[np.float32] | None = None  # (n, f): what the maker of the pictures varied
    factor_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 4 or self.pixels.shape[1] not in (1, 3):
            given = f"{self.pixels.dtype} {self.pixels.shape}"
            raise ValueError(f"Pictures must be uint8 of shape (n, 1 or 3, height, width), not {given}.")
        if len(self.pixels) == 0:
            raise ValueError("There is no picture in this data set.")
        for name, array in (("labels", self.labels), ("factors", self.factors)):
            if array is not None and len(array) != len(self.pixels):
                raise ValueError(f"There are {len(self.pixels)} pictures but {len(array)} {name}.")
        if self.labels is not None and not 0 <= self.labels.min() <= self.labels.max() < len(self.label_names):
            raise ValueError(f"Labels must lie from 0 to {len(self.label_names) - 1}, one for each name.")

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of each picture."""
        _, channels, height, width = self.pixels.shape
        return channels, height, width

    def take(self, index: NDArray[np.int64] | slice) -> Images:
        """Return the pictures at `index`, with their labels and factors."""
        labels = None if self.labels is None else self.labels[index]
        factors = None if self.factors is None else self.factors[index]
        return replace(self, pixels=self.pixels[index], labels=labels, factors=factors)


class Split(NamedTuple):
    """What a model is trained on, and what it is judged and mapped by."""

    train: Images
    test: Images


class Dataset:
    """A source of pictures. Its fields are its knobs."""

    shape: ClassVar[tuple[int, int, int]]  # (channels, height, width)
    size: ClassVar[str]  # pictures for training + for testing
    licence: ClassVar[str]  # as its source states it

    def here(self, root: Path) -> bool:
        """Return whether `load` needs no download."""
        raise NotImplementedError

    def load(self, root: Path) -> Split:
        """Return the pictures, from below `root`; fetch them if they are not there.

        Raises LookupError, with the files to put where, if they can be neither found nor fetched.
        """
        raise NotImplementedError


def split(images: Images, test: float = 0.1, seed: int = 0) -> Split:
    """Cut off a share `test` of the pictures, chosen by a fixed seed, for sources that have no split of their own."""
    order: NDArray[Any] = np.random.default_rng(seed).permutation(len(images))
    cut = max(1, round(test * len(images)))
    return Split(images.take(np.sort(order[cut:])), images.take(np.sort(order[:cut])))
