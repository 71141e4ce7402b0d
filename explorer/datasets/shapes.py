"""Coloured shapes made by code, the full grid of 6 known factors: shape, scale, rotation, x, y, hue. No download."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer import cache
from explorer.catalog import knob
from explorer.datasets import Dataset, Report, Split, held_out, quiet

Floats = NDArray[np.float64]
FORMS = ("heart", "arrow", "moon")
FACTORS = ("shape", "scale", "rotation", "x", "y", "hue")
VERSION = 1  # of the drawing
MOST = 2_000_000  # pictures of a grid
SCALES = (0.16, 0.28)  # radius of the smallest and of the largest shape, as a share of the picture's side
MARGIN = 0.34  # how near to the border the centre of a shape comes: no shape is ever cut off
SATURATION = 0.7


@dataclass(frozen=True)
class Shapes(Dataset):
    """Antialiased shapes on black. Labels are the shapes; a tenth of the grid is kept for testing.

    No shape looks the same after a part of a turn, and the grid of rotations and of hues leaves out the full turn: each
    combination of factors is another picture.
    """

    side: int = knob(32, 8, 128, "width and height in pixels")
    positions: int = knob(8, 1, 32, "values of x, and as many of y")
    scales: int = knob(3, 1, 16, "values of the scale")
    rotations: int = knob(8, 1, 40, "values of the rotation, evenly over a full turn")
    hues: int = knob(6, 1, 32, "values of the hue, evenly round the colour wheel")

    classes: ClassVar[int] = len(FORMS)
    licence: ClassVar[str] = "CC0 1.0"

    def __post_init__(self) -> None:
        if self._count > MOST:
            raise ValueError(f"this grid has {self._count:,} pictures, of at most {MOST:,}: take fewer values.")

    @property
    def _count(self) -> int:
        return len(FORMS) * self.scales * self.rotations * self.positions**2 * self.hues

    @property
    def shape(self) -> tuple[int, int, int]:
        """(3, side, side)."""
        return 3, self.side, self.side

    @property
    def size(self) -> str:
        """Pictures for training + for testing."""
        test = max(1, round(0.1 * self._count))
        return f"{self._count - test:,} + {test:,}"

    def here(self, root: Path) -> bool:  # noqa: ARG002  (it is always here)
        """Return True: they are made by code."""
        return True

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures, drawn once and kept below `root`. Factors: number, radius, radians, x, y and hue."""
        key = cache.Key("shapes", repr(self), str(VERSION), self._count * 3 * self.side**2)
        return cache.keep(root / "cache", key, lambda sink: self._build(sink, report))

    def _build(self, sink: cache.Sink, report: Report) -> cache.Words:
        held, start = held_out(self._count), 0
        for pixels, factors in self._draw():
            here = held[start : start + len(pixels)]
            for part, mask in (("train", ~here), ("test", here)):
                sink.add(part, pixels[mask], factors[mask, 0].astype(np.int64), factors[mask])
            start += len(pixels)
            report(start / self._count, "drawing shapes")
        return cache.Words(FORMS, FACTORS)

    def _draw(self) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
        """Yield the pictures (n, 3, side, side) of a shape, scale and rotation, and their factors (n, 6)."""
        radii = np.linspace(*SCALES, self.scales) if self.scales > 1 else np.array([np.mean(SCALES)])
        turns = 2 * math.pi * np.arange(self.rotations) / self.rotations
        places = np.linspace(MARGIN, 1 - MARGIN, self.positions) if self.positions > 1 else np.array([0.5])
        hues = np.arange(self.hues) / self.hues
        colours = 255 * np.array([colorsys.hsv_to_rgb(hue, SATURATION, 1.0) for hue in hues])  # (hues, 3)
        for (form, _), radius, turn in product(enumerate(FORMS), radii, turns):
            covered = self._cover(form, radius, turn, places)  # (x, y, side, side)
            pixels = covered[:, :, None, None] * colours[:, :, None, None]  # (x, y, hues, 3, side, side)
            grid = np.array(list(product([form], [radius], [turn], places, places, hues)), np.float32)
            yield np.round(pixels).astype(np.uint8).reshape(-1, *self.shape), grid

    def _cover(self, form: int, radius: float, turn: float, places: Floats) -> Floats:
        """Return how much of each pixel the shape covers, 0 to 1, for all places: (x, y, side, side)."""
        pixel = (np.arange(self.side) + 0.5) / self.side
        across = (pixel - places[:, None])[:, None, None, :]  # (x, 1, 1, side)
        down = (pixel - places[:, None])[None, :, :, None]  # (1, y, side, 1)
        u = (math.cos(turn) * across + math.sin(turn) * down) / radius
        v = (math.cos(turn) * down - math.sin(turn) * across) / radius
        distance = (_heart, _arrow, _moon)[form](u, v) * radius * self.side  # in pixels, below 0 inside
        return np.clip(0.5 - distance, 0, 1)


def _heart(u: Floats, v: Floats) -> Floats:
    """Return the distance to a heart, its tip down. Two circles on a square that stands on its corner."""
    x, y = np.abs(u), -v + 0.1
    lobe = np.hypot(x - 0.42, y - 0.28) - 0.5
    point = (x + 0.06 - (y + 0.92) * 0.92) / math.hypot(1, 0.92)  # right of the line from the tip up
    return np.minimum(lobe, np.maximum(point, y - 0.28 - 0.16 * (0.42 - x)))


def _arrow(u: Floats, v: Floats) -> Floats:
    """Return the distance to an arrowhead that points up: a triangle with a notch."""
    x, y = np.abs(u), -v
    side = (x * 1.5 + (y - 0.95) * 0.72) / math.hypot(1.5, 0.72)
    notch = (-0.4 - y - 0.35 * x) / math.hypot(1, 0.35)
    return np.maximum(side, notch)


def _moon(u: Floats, v: Floats) -> Floats:
    """Return the distance to a crescent, open to the right: a circle without another one."""
    return np.maximum(np.hypot(u, v) - 0.9, 0.7 - np.hypot(u - 0.45, v))
