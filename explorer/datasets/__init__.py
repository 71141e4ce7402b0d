"""Where pictures come from: one file a data set; `load` is the one open method."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

Report = Callable[[float, str], None]  # told the share done, 0 to 1, and what is being done


@dataclass(frozen=True)
class Images:
    """Pictures with what is known of them. ValueError if the arrays do not fit each other."""

    pixels: NDArray[np.uint8]  # (n, c, h, w), c = 1 (grey) or 3 (RGB); may be a read-only np.memmap
    labels: NDArray[np.int64] | None = None  # (n,): a class, from 0
    label_names: tuple[str, ...] = ()
    factors: NDArray[np.float32] | None = None  # (n, f): what the maker of the pictures varied
    factor_names: tuple[str, ...] = ()
    factor_values: tuple[tuple[str, ...], ...] = ()  # a name for each value of each factor, where they are categories
    skipped: tuple[str, ...] = ()  # what could not be read, and why, each as `name: reason`
    note: str = ""  # a sentence on how they were read, where a person should know

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
        if self.factors is not None and self.factors.shape != (len(self.pixels), len(self.factor_names)):
            raise ValueError(f"Factors of shape {self.factors.shape} do not fit {len(self.factor_names)} factor names.")
        if self.factors is not None and not np.isfinite(self.factors).all():
            raise ValueError("A factor of a picture is not a finite number.")

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of each picture."""
        _, channels, height, width = self.pixels.shape
        return channels, height, width

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Images:
        """Return the pictures at `index`, with their labels and factors."""
        labels = None if self.labels is None else self.labels[index]
        factors = None if self.factors is None else self.factors[index]
        return replace(self, pixels=self.pixels[index], labels=labels, factors=factors)


class Split(NamedTuple):
    """What a model is trained on, and what it is judged and mapped by."""

    train: Images
    test: Images


def quiet(done: float, what: str) -> None:
    """Report nothing."""


class Dataset:
    """A source of pictures. Its fields are its knobs; what is None here is known when the pictures are read."""

    licence: ClassVar[str]  # as its source states it

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """(channels, height, width) of a picture."""
        raise NotImplementedError

    @property
    def size(self) -> str:
        """Pictures for training + for testing, as a person reads it."""
        raise NotImplementedError

    @property
    def classes(self) -> int | None:
        """Number of label names; 0 where there are no labels."""
        raise NotImplementedError

    @property
    def weight(self) -> int:
        """About how many bytes are read before its pictures are there; 0 where nobody knows beforehand."""
        count = sum(int(part.replace(",", "")) for part in self.size.split("+") if part.strip(" ,0123456789") == "")
        return count * math.prod(self.shape or (0,))

    def found(self) -> str:
        """Return what is said of the pictures as they were found, before they are read; often nothing."""
        return ""

    def here(self, root: Path) -> bool:
        """Return whether `load` needs no download."""
        raise NotImplementedError

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures, from below `root`; fetch them if they are not there.

        Raises LookupError, with the files to put where, if they can be neither found nor fetched.
        """
        raise NotImplementedError


def held_out(n: int, test: float = 0.1, seed: int = 0) -> NDArray[np.bool_]:
    """Return which of n pictures are for testing: a share `test`, at least one, chosen by a fixed seed."""
    chosen = np.zeros(n, bool)
    chosen[np.random.default_rng(seed).permutation(n)[: max(1, round(test * n))]] = True
    return chosen


def split(images: Images, test: float = 0.1, seed: int = 0) -> Split:
    """Cut off a share `test` of the pictures, chosen by a fixed seed, for sources that have no split of their own."""
    chosen = held_out(len(images), test, seed)
    return Split(images.take(~chosen), images.take(chosen))


def some(images: Images, most: int, seed: int = 0) -> Images:
    """Return `most` pictures chosen by a fixed seed, in their order; all of them if there are no more.

    Not the first ones: a folder is sorted by class, and the first half of MNIST's test digits is the easier one.
    """
    return images if len(images) <= most else images.take(which(len(images), most, seed))


def which(n: int, most: int, seed: int = 0) -> NDArray[np.int64]:
    """Return which of n pictures `some` takes, in their order."""
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False)) if n > most else np.arange(n)
