"""What people ask of a trainer: each wish is a small file in a folder, heard once, in the order in which they came.

Any number of people may ask at once, from any process: no wish overwrites another.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer import atomic, notes
from explorer.catalog import Value

PLAIN = ("pause", "go on", "stop", "step")  # step: take one more, seen from near, and pause
SLOW, CHANGE = "slow", "change"
SECONDS = (0.5, 60.0)  # that one step may take in slow motion
LARGEST = 10_000  # bytes of a wish; ours have less than a hundred
_count = itertools.count()


@dataclass(frozen=True)
class Wish:
    """One thing that somebody asks of a trainer. ValueError if it is none that a trainer knows."""

    do: str  # one of PLAIN; SLOW: go on, each step seen from near; or CHANGE: turn knobs
    values: Mapping[str, Value] = field(default_factory=dict)  # of SLOW: seconds for a step; of CHANGE: knobs

    def __post_init__(self) -> None:
        if self.do not in (*PLAIN, SLOW, CHANGE):
            raise ValueError(f"A trainer can be asked to {', '.join((*PLAIN, SLOW, CHANGE))}, not {self.do!r}.")
        if self.do in PLAIN and self.values:
            raise ValueError(f"To {self.do} needs nothing more, not {', '.join(self.values)}.")
        if self.do == SLOW and not (set(self.values) == {"seconds"} and _between(self.values["seconds"], *SECONDS)):
            raise ValueError(f"Slow motion needs the seconds of a step, from {SECONDS[0]:g} to {SECONDS[1]:g}.")
        if self.do == CHANGE and not self.values:
            raise ValueError("A change needs at least one knob with its value.")


def ask(folder: Path, wish: Wish) -> None:
    """Put a wish into a folder, which is made if it is not there. OSError, with what to do, if the disk is full."""
    name = f"{time.time_ns():020d}-{os.getpid()}-{next(_count)}.json"
    atomic.write(folder / name, json.dumps({"do": wish.do, "values": dict(wish.values)}).encode())


def heard(folder: Path) -> list[Wish]:
    """Take the wishes out of a folder, the earliest first; what is none is taken out too, and not heard."""
    try:
        files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    except OSError:  # nobody ever asked for anything
        return []
    wishes = [_taken(file) for file in files]
    return [wish for wish in wishes if wish]


def _taken(file: Path) -> Wish | None:
    wish = None
    with suppress(ValueError, TypeError, KeyError):
        found = notes.read(file, LARGEST)
        wish = Wish(found["do"], _values(found["values"]))
    with suppress(OSError):
        file.unlink()
    return wish


def _values(found: Any) -> dict[str, Value]:
    if not isinstance(found, dict) or not all(isinstance(each, bool | int | float | str) for each in found.values()):
        raise ValueError("Values are numbers, texts, true or false.")
    return found


def _between(value: Value, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low <= value <= high  # no NaN is, and an integer of any length compares
