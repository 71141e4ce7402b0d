"""A latent table for other programs: .npz, .csv or .safetensors, by the ending of the file's name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from explorer import atomic, latent
from explorer.latent import LatentTable
from explorer.projections import Projection

Maps = Mapping[str, Projection]


def write(file: Path, table: LatentTable, maps: Maps) -> None:
    """Write mean, std, error, and what else is known, one row a picture; places on the maps too.

    ValueError for an ending that is not the endings in WRITERS.
    """
    check(file)
    with atomic.file(file) as fresh:
        WRITERS[file.suffix.lower()](fresh, table, maps)


def check(file: Path) -> None:
    """ValueError if a file's name does not end in the endings in WRITERS."""
    if file.suffix.lower() not in WRITERS:
        raise ValueError(f"{file.name} must end in {', '.join(WRITERS)}: the ending says how the table is written.")


def _npz(file: Path, table: LatentTable, maps: Maps) -> None:
    arrays: dict[str, Any] = {name: getattr(table, name) for name in latent.ARRAYS if getattr(table, name) is not None}
    arrays |= {name: np.array(getattr(table, name), np.str_) for name in latent.NAMES if getattr(table, name)}
    arrays |= {f"map.{name}": each.xy for name, each in maps.items()}
    with file.open("wb") as stream:  # numpy would add an ending to a name
        np.savez_compressed(stream, **arrays)


def _csv(file: Path, table: LatentTable, maps: Maps) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header(table, maps))
        writer.writerows(_rows(table, maps))


def header(table: LatentTable, maps: Maps) -> list[str]:
    """Return the names of the columns: picture, label, error, mean_1 ..., std_1 ..., factors, NAME_x, NAME_y."""
    dimensions = range(1, table.mean.shape[1] + 1)
    labels = [] if table.labels is None else ["label"]
    codes = [f"{what}_{i}" for what in ("mean", "std") for i in dimensions]
    places = [f"{name}_{axis}" for name in maps for axis in "xy"]
    return ["picture", *labels, "error", *codes, *table.factor_names, *places]


def _rows(table: LatentTable, maps: Maps) -> Iterator[list[str]]:
    """Yield the rows; pictures are counted from 0, and nine digits are enough to restore a float32."""
    known = [table.error[:, None], table.mean, table.std, table.factors, *(each.xy for each in maps.values())]
    numbers = [each for each in known if each is not None]
    for i in range(len(table.mean)):
        label = [] if table.labels is None else [table.label_names[table.labels[i]]]
        yield [str(i), *label, *(f"{value:.9g}" for part in numbers for value in part[i].tolist())]


def _safetensors(file: Path, table: LatentTable, maps: Maps) -> None:
    latent.write(file, table, dict(maps))


WRITERS = {".npz": _npz, ".csv": _csv, ".safetensors": _safetensors}
