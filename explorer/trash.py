"""The bin: what was thrown away lies in a folder of it for some days, and can be taken back.

PLACE/.trash/TIME-NAME/
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

FOLDER = ".trash"
DAY = 86_400  # seconds
DAYS = 7.0  # for which what was thrown away can be taken back


class Thrown(NamedTuple):
    """Something in the bin."""

    folder: Path
    name: str
    when: float  # seconds since 1970


def room(place: Path, name: str) -> Thrown:
    """Return where something that is thrown away now will lie. The folder is not made, that around it is."""
    when = time.time_ns()
    folder = place / FOLDER / f"{when}-{name}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    return Thrown(folder, name, when / 1e9)


def listing(place: Path) -> list[Thrown]:
    """Return all that lies in the bin of a folder, the latest first."""
    parts = [(folder, *folder.name.partition("-")[::2]) for folder in (place / FOLDER).glob("*-*")]
    found = [Thrown(folder, name, int(when) / 1e9) for folder, when, name in parts if when.isdecimal()]
    return sorted(found, key=lambda each: -each.when)


def due(place: Path, days: float) -> list[Thrown]:
    """Return what has been in the bin for longer than that."""
    return [each for each in listing(place) if is_older(each.when, days)]


def is_older(when: float, days: float) -> bool:
    """Tell whether so many days have passed since then, in seconds since 1970."""
    return time.time() - when > days * DAY


def days_left(each: Thrown) -> int:
    """Return for how many days something in the bin can still be taken back, about; 1 also of what is due."""
    return max(1, round(DAYS - (time.time() - each.when) / DAY))
