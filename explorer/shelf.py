"""The runs on their shelf: what each takes and how it ended; renamed, thrown away, and taken back out of the bin.

.trash/TIME-NAME/run, and model where that went too: what was thrown away, for some days.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from explorer import mould, naming, places, run, trash
from explorer.run import Run
from explorer.trash import Thrown

LOGS = ".logs"  # beside the runs: what their trainers said in their terminals
TAIL = 4096  # bytes at the end of the metrics, which hold the last report


def size(run_folder: Path) -> int:
    """Return how many bytes a run takes on the disk, its model not counted."""
    total = 0
    for folder, _, files in os.walk(run_folder):
        for file in files:
            with suppress(OSError):  # a file that its trainer replaces meanwhile
                total += (Path(folder) / file).lstat().st_size
    return total


def last_report(found: Run) -> dict[str, float]:
    """Return the last line of a run's metrics, without reading all of them; empty if there is none."""
    file = found.folder / run.METRICS
    if not file.is_file():  # a pipe would be waited for
        return {}
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - TAIL))
            lines = stream.read().decode(errors="replace").splitlines()
    except OSError:
        return {}
    return next((report for report in map(run.report, reversed(lines)) if report), {})


def has_model(found: Run) -> bool:
    """Tell whether the model that a run made is there."""
    return found.owns and (found.model_folder / "config.json").is_file()


def rename(found: Run, name: str) -> Run:
    """Give a run and the model that it made another name. ValueError if it is at work, or if the name cannot be had."""
    folder = naming.asked(found.model_folder.parent, name, may_replace=False)
    with _resting(found), run.locked(folder):
        model = has_model(found)
        found.folder.rename(folder)
        new = run.read(folder)
        if model:
            found.model_folder.rename(new.model_folder)
    return new


def throw(found: Run, model: bool) -> Thrown:
    """Put a run into the bin, and with it, if that is wanted, the model that it made. ValueError if it is at work."""
    put = trash.room(found.folder.parent, found.name)
    with _resting(found):
        put.folder.mkdir()
        with_model = model and has_model(found)
        found.folder.rename(put.folder / "run")  # first: killed after it, the run comes back to the model that it left
        if with_model:
            found.model_folder.rename(put.folder / "model")
    return put


def thrown(runs: Path) -> list[Thrown]:
    """Return what is in the bin of a folder of runs, the latest first."""
    return [each for each in trash.listing(runs) if (each.folder / "run" / run.RUN).is_file()]


def take_back(runs: Path, bin_name: str) -> Run:
    """Take a run out of the bin; if its name is taken by now, it gets the next free one. LookupError if it is gone.

    The model that it made and that was left at its place does not take its name: they belong together again.
    """
    each = next((each for each in thrown(runs) if each.folder.name == bin_name), None)
    if each is None:
        raise LookupError("This run is no longer in the bin.")
    models = runs.parent
    taken = {folder.name for folder in runs.iterdir()}  # also by a run whose model is gone
    name = each.name if _is_awaited(runs, each) else naming.free(models, each.name, taken)
    with run.locked(runs / name):
        if (each.folder / "model").is_dir():
            (each.folder / "model").rename(models / name)
        (each.folder / "run").rename(runs / name)
    shutil.rmtree(each.folder, ignore_errors=True)
    return run.read(places.runs_dir(models) / name)


def _is_awaited(runs: Path, each: Thrown) -> bool:
    """Tell whether the model of a run in the bin is where it was, and no other run has taken the name."""
    if (runs / each.name).exists() or (each.folder / "model").exists():
        return False
    with suppress(ValueError):  # a damaged run comes back too, under a free name
        return run.read(each.folder / "run").owns and (runs.parent / each.name / "config.json").is_file()
    return False


def empty(runs: Path, days: float = trash.DAYS) -> None:
    """Remove for good what has been in the bin for some days, also what a killed process left without its run.

    Likewise what belonged to runs that are gone: their trainers' words, and moulds, which are made again if need be.
    """
    for each in trash.due(runs, days):
        shutil.rmtree(each.folder, ignore_errors=True)
    for log in _old(runs / LOGS, "*.log", days):
        with suppress(OSError):
            if not (runs / log.stem).exists():
                log.unlink()
    if moulds := _old(runs / mould.FOLDER, "[!.]*", days):
        used = {mould.key(each.spec) for each in run.listing(runs)[0]}
        for made in moulds:
            if made.name not in used:
                shutil.rmtree(made, ignore_errors=True)


def _old(folder: Path, pattern: str, days: float) -> list[Path]:
    """Return what has not been changed in a folder for some days."""
    found = []
    for each in folder.glob(pattern):
        with suppress(OSError):
            if trash.is_older(each.stat().st_mtime, days):
                found.append(each)
    return found


@contextmanager
def _resting(found: Run) -> Iterator[None]:
    """Keep a run's trainer away while its folder is moved. ValueError if one is at work."""
    with ExitStack() as held:
        try:
            held.enter_context(run.locked(found.folder))
        except ValueError:
            raise ValueError(f"{found.name} is at work: stop it first.") from None
        if found.status().alive:
            raise ValueError(f"{found.name} is at work: stop it first.")
        yield
