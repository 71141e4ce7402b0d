"""`python -m explorer.fetch NAME`: a data set is fetched in a process of its own, which any page can watch.

What it has come to stands in a small file below the data, and stays there if it failed.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

from explorer import atomic, catalog, places, status
from explorer.catalog import Choice

FOLDER = ".fetching"
LOOK = 0.5  # seconds between two looks at what has come
UNITS = {"KB": 1e3, "MB": 1e6, "GB": 1e9}


@dataclass(frozen=True)
class Fetched:
    """How far a data set has been fetched."""

    words: str
    share: float  # of what is to come, 0 to 1
    pid: int = 0  # of the process that fetches it; 0 at the end
    born: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether it is being fetched."""
        return self.pid > 0 and status.is_at_work(self.pid, self.born)


def main(name: str, root: Path) -> int:
    """Fetch a data set, and write down how far it has come. Returns the exit code."""
    data = catalog.make("datasets", Choice(name))
    ended = Event()
    watcher = Thread(target=_watch, args=(name, root, _bytes(root), ended))
    watcher.start()
    try:
        data.load(root)
        last = Fetched("It is here.", 1.0)
    except (LookupError, ValueError, OSError, MemoryError) as error:
        last = Fetched(str(error), 0.0)
    ended.set()
    watcher.join()
    _write(name, root, last)
    return int(last.share < 1)


def read(name: str, root: Path) -> Fetched | None:
    """Return how far a data set has been fetched, or None if nobody tried."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        found = Fetched(**json.loads(_file(name, root).read_text(encoding="utf-8")))
        lost = found.pid and not found.alive
        return Fetched("Fetching it ended without a word.", 0.0) if lost else found
    return None


def forget(name: str, root: Path) -> None:
    """Forget how an earlier attempt ended."""
    _file(name, root).unlink(missing_ok=True)


def size(name: str) -> float:
    """Return about how many bytes are fetched for a data set, as its line in the menu says; 0 if it does not."""
    found = re.search(r"\((\d[\d.]*) ([KMG]B)\)", catalog.summary("datasets", name))
    return float(found[1]) * UNITS[found[2]] if found else 0.0


def _watch(name: str, root: Path, before: int, ended: Event) -> None:
    """Tell how many bytes have come; torchvision and scikit-learn tell nobody."""
    whole, start = size(name), time.monotonic()
    while not ended.wait(LOOK):
        came = max(0, _bytes(root) - before)
        share = min(0.99, came / whole) if whole else 0.0  # what is unpacked counts too: the end is said by `main`
        about = f" of about {whole / 1e6:,.0f}" if whole else ""
        words = f"{came / 1e6:,.0f}{about} MB in {time.monotonic() - start:.0f} s"
        _write(name, root, Fetched(words, share, os.getpid(), status.born(os.getpid())))


def _bytes(root: Path) -> int:
    found = 0
    for folder, _, files in os.walk(root):
        for file in files:
            with suppress(OSError):
                found += (Path(folder) / file).stat().st_size
    return found


def _write(name: str, root: Path, now: Fetched) -> None:
    with suppress(OSError):  # a full disk is told by the fetching itself
        atomic.write(_file(name, root), json.dumps(asdict(now)).encode())


def _file(name: str, root: Path) -> Path:
    return root / FOLDER / f"{name}.json"


if __name__ == "__main__":
    if sys.argv[1] not in catalog.names("datasets"):
        sys.exit(f"There is no data set {sys.argv[1]!r}.")
    sys.exit(main(sys.argv[1], places.data_dir()))
