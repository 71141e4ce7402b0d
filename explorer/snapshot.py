"""A snapshot on disk: all that a training needs to go on, checked before anything trusts it."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from explorer import atomic

if TYPE_CHECKING:
    from explorer.learner import State

CHECKSUM = "checksum"  # of the numbers: a file whose bits have changed still looks like one of numbers


def write(file: Path, state: State) -> None:
    """Replace the snapshot; killed, or on a full disk (OSError), the old one stays whole."""
    from safetensors.torch import save

    atomic.write(file, save(state, metadata={CHECKSUM: _checksum(state)}))


def read(file: Path) -> State | None:
    """Return the snapshot, or None if there is none. ValueError if it is damaged, or no file of ours."""
    from safetensors import SafetensorError, safe_open

    if not file.exists():
        return None
    try:
        with safe_open(file, framework="pt") as opened:
            state: State = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118  (no dictionary)
            promised = (opened.metadata() or {}).get(CHECKSUM)
        if promised != _checksum(state):
            raise ValueError("its numbers have changed since they were written")
    except (SafetensorError, OSError, ValueError, TypeError, RuntimeError) as error:  # the last two: types unknown here
        raise ValueError(f"{file} is damaged ({error}): delete it, and `explorer resume` begins anew.") from None
    return state


def _checksum(state: State) -> str:
    """Return a short text that changes with any name, type, shape or number of the state."""
    found = 0
    for name, value in sorted(state.items()):
        found = zlib.crc32(f"{name} {value.dtype} {tuple(value.shape)}".encode(), found)
        found = zlib.crc32(value.numpy().tobytes(), found)
    return f"{found:08x}"
