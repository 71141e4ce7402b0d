"""Many pictures decoded by several threads, in order, a chunk at a time: Pillow lets other threads run meanwhile."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Report

CHUNK = 256  # pictures at a time
VERSION = 1  # of how pictures are decoded; a cache of another version is built anew

Given = TypeVar("Given")
Made = TypeVar("Made")
Found = tuple[list[Given], NDArray[np.uint8], list[str]]


def workers() -> int:
    """Return how many threads decode: one for each CPU that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def outcomes(make: Callable[[Given], Made], given: Sequence[Given]) -> Iterator[tuple[Given, Made | str]]:
    """Yield each of `given`, in order, with what `make` made of it in a thread, or the reason why it could not."""
    ahead = 4 * workers()
    waiting: deque[tuple[Given, Future[Made | str]]] = deque()
    with warnings.catch_warnings(), ThreadPoolExecutor(workers()) as pool:
        warnings.simplefilter("ignore")  # Pillow's remarks on damaged pictures: what matters is said by its errors
        try:
            for each in given:
                waiting.append((each, pool.submit(_try, make, each)))
                if len(waiting) > ahead:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def pictures(
    decode: Callable[[Given], NDArray[np.uint8]], given: Sequence[Given], report: Report
) -> Iterator[Found[Given]]:
    """Yield chunks of what could be decoded: the entries, their pixels (n, c, h, w), and why others were skipped."""
    entries: list[Given] = []
    pixels: list[NDArray[np.uint8]] = []
    skipped: list[str] = []
    for number, (each, made) in enumerate(outcomes(decode, given), start=1):
        if isinstance(made, str):
            skipped.append(f"{getattr(each, 'name', each)}: {made}")
        else:
            entries.append(each)
            pixels.append(made)
        if len(pixels) == CHUNK or (number == len(given) and pixels):
            yield entries, np.stack(pixels), skipped
            entries, pixels, skipped = [], [], []
        if number % 32 == 0:
            report(number / len(given), f"decoding picture {number:,} of {len(given):,}")
    if skipped:
        yield [], np.empty((0, 1, 1, 1), np.uint8), skipped


def _try(make: Callable[[Given], Made], each: Given) -> Made | str:
    try:
        return make(each)
    except (ValueError, OSError) as error:
        return getattr(error, "strerror", None) or str(error)


def _first(waiting: deque[tuple[Given, Future[Made | str]]]) -> tuple[Given, Made | str]:
    each, future = waiting.popleft()
    return each, future.result()
