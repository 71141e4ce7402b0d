"""The line of trainers: so many train at a time, the others wait in the order in which they came, and may leave it.

Each has a ticket, a small file beside the runs; the ticket of a process that is gone does not count, whoever left it.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from explorer import atomic, notes, status

FOLDER = ".line"
LOOK = 0.2  # seconds between two looks at who is ahead
_count = itertools.count()


@contextmanager
def ticket(runs: Path) -> Iterator[Path]:
    """Take the next ticket of a folder of runs; it is given back at the end. OSError if the disk is full."""
    mine = runs / FOLDER / f"{time.time_ns():020d}-{os.getpid()}-{next(_count)}"
    atomic.write(mine, json.dumps({"pid": os.getpid(), "born": status.born(os.getpid())}).encode())
    try:
        yield mine
    finally:
        mine.unlink(missing_ok=True)


def ahead(mine: Path) -> int:
    """Return how many trainers, at work or waiting, came before the holder of a ticket."""
    tickets = sorted(file for file in mine.parent.iterdir() if not file.name.startswith("."))
    return sum(_counts(other) for other in tickets if other.name < mine.name)


def wait(mine: Path, trainers: int, told: Callable[[int], bool]) -> bool:
    """Wait until so few are ahead that there is room for `trainers`; return False if somebody leaves the line.

    told: is told how many must end first, and whether that is new to it or not returns whether to go on waiting.
    """
    while (before := ahead(mine) - trainers + 1) > 0:
        if not told(before):
            return False
        time.sleep(LOOK)
    return True


def _counts(other: Path) -> bool:
    """Tell whether somebody still holds a ticket; one that nobody holds is thrown away."""
    try:
        holder = notes.read(other)
        if status.is_at_work(int(holder["pid"]), float(holder["born"])):
            return True
    except (ValueError, KeyError, TypeError, OverflowError):
        pass  # no ticket of ours, or one that was given back meanwhile
    with suppress(OSError):
        other.unlink()
    return False
