"""Your own pictures, kept: each set of them is a folder below the data, and a data set like any other.

DATA/own/NAME/pictures.zip   the pictures as they came, under their names; folders are labels
DATA/own/NAME/about.json     how many there are, with which labels, and what was left out
DATA/own/.trash/TIME-NAME/   what was deleted, for some days
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from explorer import atomic, packing, trash
from explorer.catalog import Choice
from explorer.datasets import folder as pictures_of
from explorer.trash import Thrown

FOLDER, PICTURES, ABOUT = "own", "pictures.zip", "about.json"
LONGEST = 40  # letters of a name
UNNAMED = "my-pictures"

_keeping = Lock()  # one set at a time: threads of a process would share a scratch folder


@dataclass(frozen=True)
class Kept:
    """A set of pictures that somebody kept."""

    folder: Path
    count: int
    labels: tuple[str, ...]
    size: int  # bytes
    left_out: tuple[str, ...]  # what was not kept of it, as `name: reason`: the first of so many
    others: int

    @property
    def name(self) -> str:
        """What it is called."""
        return self.folder.name

    @property
    def path(self) -> str:
        """What `explorer train folder --path` is told."""
        return str(self.folder / PICTURES)


def keep(root: Path, name: str, files: Sequence[tuple[str, IO[bytes]]]) -> Kept:
    """Keep pictures, or those of one zip archive, below `root`: under a name, or under the next free one after it.

    ValueError, in a sentence, if they cannot be pictures, or are too many or too large; OSError on a full disk. Either
    way nothing is kept.
    """
    folder = root / FOLDER / cleaned(name)
    try:
        with _keeping, atomic.scratch(folder) as scratch:
            packed = packing.pack(files, scratch / PICTURES)
            (scratch / ABOUT).write_text(json.dumps(asdict(packed)), encoding="utf-8")
            return read(atomic.place(folder, scratch))
    except OSError as error:
        raise atomic.not_written(folder, error) from None


def cleaned(name: str) -> str:
    """Return a name as a folder may have it anywhere: letters, digits, dashes."""
    return re.sub(r"[^\w]+", "-", name).strip("-_")[:LONGEST].rstrip("-_") or UNNAMED


def read(folder: Path) -> Kept:
    """Return a set that was kept. LookupError if it is not there, ValueError if it is damaged."""
    try:
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        labels, left_out = (tuple(map(str, told[key])) for key in ("labels", "left_out"))
        size = (folder / PICTURES).stat().st_size
        return Kept(folder, int(told["count"]), labels, size, left_out, int(told["others"]))
    except FileNotFoundError:
        raise LookupError(f"There are no pictures of yours in {folder}.") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(
            f"{folder / ABOUT} is damaged ({error}): remove that folder, and keep its pictures anew."
        ) from None


def listing(root: Path) -> tuple[list[Kept], list[str]]:
    """Return the sets that were kept, sorted by name, and a sentence for each that is damaged."""
    found, problems = [], []
    for folder in sorted((root / FOLDER).glob("[!.]*")):
        with suppress(LookupError):
            try:
                found.append(read(folder))
            except (ValueError, OSError) as error:
                problems.append(str(error))
    return found, problems


def at(path: str) -> Kept | None:
    """Return the set whose pictures lie at a path, or None if none of them does."""
    with suppress(LookupError, ValueError, OSError):
        return read(Path(path).parent) if Path(path).name == PICTURES else None
    return None


def title(data: Choice) -> str:
    """Return what a data set is called: own pictures as their set or folder is."""
    path = Path(str(data.knobs.get("path", "")))
    return (path.parent.name if path.name == PICTURES else path.stem) or data.name


def throw(kept: Kept) -> Thrown:
    """Put a set into the bin. OSError if it cannot be moved."""
    put = trash.room(kept.folder.parent, kept.name)
    kept.folder.rename(put.folder)
    return put


def thrown(root: Path) -> list[Thrown]:
    """Return the sets in the bin, the latest first."""
    return trash.listing(root / FOLDER)


def take_back(root: Path, bin_name: str) -> Kept:
    """Take a set out of the bin; if its name is taken by now, it gets the next free one. LookupError if it is gone."""
    each = next((each for each in thrown(root) if each.folder.name == bin_name), None)
    if each is None:
        raise LookupError("These pictures are no longer in the bin.")
    return read(atomic.place(root / FOLDER / each.name, each.folder))


def empty(root: Path, days: float = trash.DAYS) -> None:
    """Remove for good what has been in the bin for some days, and what a killed server left half written.

    With a set go the pictures that were decoded of it.
    """
    atomic.heal(root / FOLDER, ABOUT)
    for each in trash.due(root / FOLDER, days):
        shutil.rmtree(each.folder, ignore_errors=True)
        _forget(root, each.name)


def _forget(root: Path, name: str) -> None:
    """Remove the decoded pictures of a set that is gone, unless another one has its name by now: they may be its."""
    place = (root / FOLDER / name).absolute()
    for decoded in [] if place.exists() else pictures_of.caches(place / PICTURES, root):
        shutil.rmtree(decoded, ignore_errors=True)
