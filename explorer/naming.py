"""The name of a new run and of its model: allowed, free, and held until the run is there."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from explorer import atomic, flags, places, run

ROOM = 1_000_000  # bytes that a run takes at least: where there are fewer it would end before it begins
LONGEST = 100  # bytes of a name: those of folders end at 255, and ours get longer while they are written


def check_writable(models: Path) -> None:
    """Say before the training, not after it, that its model cannot be kept. OSError, with what to do."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=models) as trial:
            trial.write(bytes(ROOM))
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        cure = "make room, or choose" if full else "choose"
        raise OSError(f"No model can be kept in {models} ({error.strerror}): {cure} another --models-dir.") from None


@contextmanager
def held(models: Path, values: Mapping[str, Any]) -> Iterator[Path]:
    """Give the folder of a new run, whose name nobody else can take meanwhile.

    The name is the one that was asked for, or the first free one that is made from what was chosen. ValueError if what
    was asked for is no name, or is taken and may not be replaced.
    """
    with ExitStack() as lock:
        if values["name"] is not None:
            yield _hold(lock, asked(models, values["name"], values["replace"]), values["replace"])
        else:
            yield _hold_made(lock, models, values)


def free(models: Path, first: str, taken: Collection[str] = ()) -> str:
    """Return the first name for a new run, beginning with one, that nobody has now; nor anybody of `taken`."""
    folders = atomic.names(places.runs_dir(models) / first)
    return next(each.name for each in folders if each.name not in taken and not _taken(models, each.name))


def _hold(lock: ExitStack, folder: Path, may_replace: bool) -> Path:
    """Lock a run's folder, and return it. ValueError if somebody else has it, or was quicker to take its name."""
    with ExitStack() as trial:
        trial.enter_context(run.locked(folder))
        if (why := _taken(folder.parent.parent, folder.name)) and not may_replace:
            raise ValueError(why)
        lock.enter_context(trial.pop_all())
    return folder


def asked(models: Path, name: str, may_replace: bool) -> Path:
    """Return the folder of a new run that is to have a name. ValueError if that is no name, or taken."""
    if not name or name != Path(name).name or name.startswith((".", "-")) or name.lower() == places.RUNS:
        raise ValueError(f"{name!r} cannot be a model's name: no path, no dot or dash in front, and not 'runs'.")
    odd = not name.isprintable() or name != name.strip() or set(name) & set('<>:"/\\|?*')
    if odd or len(os.fsencode(name)) > LONGEST:
        raise ValueError(f"{name!r} cannot be a model's name: up to {LONGEST} bytes that a folder may have anywhere.")
    if (why := _taken(models, name)) and not may_replace:
        raise ValueError(why)
    return places.runs_dir(models) / name


def _hold_made(lock: ExitStack, models: Path, values: Mapping[str, Any]) -> Path:
    """Lock the first free name that is made from what was chosen, or the first one if it may be replaced."""
    first = places.runs_dir(models) / (values.get("first") or made(values))
    if values["replace"]:
        return _hold(lock, first, may_replace=True)
    for folder in atomic.names(first):
        if not _taken(models, folder.name):
            with suppress(ValueError):  # somebody else begins a run of this name
                return _hold(lock, folder, may_replace=False)
    raise AssertionError  # the names never end


def made(values: Mapping[str, Any]) -> str:
    """Return a name that tells what was chosen."""
    objective, latent = values["objective"] or flags.USUAL.objective.name, values["latent"] or flags.USUAL.latent
    return f"{values['data']}-{objective}-{latent}d"


def _taken(models: Path, name: str) -> str:
    """Return a sentence that says why a new run cannot have a name, or nothing if it can."""
    folder = places.runs_dir(models) / name
    if (models / name).exists():
        return f"There is a model {name!r} in {models}: choose another --name, or --replace it."
    if not (folder / run.RUN).exists():
        return ""
    try:
        found = run.read(folder)
    except ValueError as error:
        return f"There is a run {name!r}, and {error} Choose another --name, or --replace it."
    now = found.status()
    if now.alive:
        return f"{name} is being trained by process {now.pid}: choose another --name."
    if now.state == "done":  # and somebody took its model away
        return ""
    return f"The run {name!r} is not at its end: `{found.command}` goes on with it, --replace begins anew."
