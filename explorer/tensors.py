"""safetensors files, looked at before they are trusted: names, shapes, types."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

Array = np.ndarray[Any, Any]


def check(file: Path, wanted: Mapping[str, tuple[int, ...]], kind: str = "F32") -> None:
    """Compare a file's header with the tensors that it must hold; nothing is loaded.

    ValueError if the file is missing or damaged, or a tensor is missing, unknown, or of another shape or type.
    """
    given = _header(file)
    for problem, names in (("lacks", set(wanted) - set(given)), ("has an unknown", set(given) - set(wanted))):
        if names:
            raise ValueError(f"{file} {problem} tensor {min(names)!r}: it does not belong to this model.")
    for name, shape in wanted.items():
        if given[name] != (shape, kind):
            raise ValueError(
                f"{file}: {name} must be {kind} of shape {shape}, it is {given[name][1]} {given[name][0]}."
            )


def read(file: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Return a file's arrays and its metadata. ValueError if it is missing or damaged."""
    try:
        with safe_open(file, framework="numpy") as opened:
            return {name: opened.get_tensor(name) for name in opened.keys()}, opened.metadata() or {}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError, AttributeError) as error:  # the last two: types that numpy lacks
        raise _unreadable(file, error) from None


def _header(file: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    try:
        with safe_open(file, framework="numpy") as opened:
            slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118  (it is no dictionary)
            return {name: (tuple(each.get_shape()), each.get_dtype()) for name, each in slices.items()}
    except (SafetensorError, OSError) as error:
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: Exception) -> ValueError:
    return ValueError(f"{file} cannot be read ({error}): it is missing, cut short or damaged. Train or copy it again.")
