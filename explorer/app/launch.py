"""Starts what outlives the server: trainers, and what fetches data sets. Their words go into files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from explorer import choices, fetch, naming, own, places, run, shelf, status
from explorer.app import lowly, previews
from explorer.catalog import Choice, Value

LONGEST = 20_000  # bytes of a log that are looked at
COMMAND = (sys.executable, "-m", "explorer")
_started: dict[str, subprocess.Popen[Any]] = {}  # a run's name: the trainer that this server started
_getting: dict[str, subprocess.Popen[Any]] = {}  # a data set: what fetches it
_choosing = Lock()


def trainers() -> int:
    """Return how many trainers work at a time; the others wait in line."""
    given = os.environ.get("EXPLORER_TRAINERS", "")
    return max(1, int(given)) if given.isdecimal() else 1


def train(chosen: Sequence[Mapping[str, Value]]) -> list[str]:
    """Start a training for each set of values, and return the names of the runs.

    The values must be checked (choices.read). ValueError or OSError, in a sentence, if they cannot be kept.
    """
    models = places.models_dir()
    with _choosing:
        return [_train(dict(values), models) for values in chosen]


def _train(values: dict[str, Value], models: Path) -> str:
    taken = {name for name in _started if is_starting(name)}
    command = choices.command(values)
    data = own.title(Choice(str(values["data"]), values))
    name = naming.free(models, naming.made({"objective": None, "latent": None, **values, "data": data}), taken)
    _start(name, [*command, "--name", name])
    return name


def resume(name: str) -> None:
    """Let a run go on that was stopped or is paused, or whose trainer died. ValueError if it goes on already."""
    with _choosing:
        found = run.find(name, places.runs_dir(places.models_dir()))
        now, begun = found.status(), _started.get(name)
        if now.state == "paused":
            return found.ask("go on")
        unheard = begun is not None and begun.poll() is None and begun.pid != now.pid  # its trainer loads torch
        if now.alive or unheard:
            raise ValueError(f"{name} goes on already: somebody else was quicker, or it has not ended yet.")
        return _start(name, ["resume", name])


def branch(name: str, step: object = None) -> str:
    """Begin a run that goes on from a moment of another, or from its last, and return its name."""
    at = ["--step", str(step)] if isinstance(step, int) and step >= 0 else []
    with _choosing:
        new = naming.free(places.models_dir(), name, {each for each in _started if is_starting(each)})
        _start(new, ["branch", name, "--name", new, *at])
    return new


def _start(name: str, words: Sequence[str]) -> None:
    naming.check_writable(places.models_dir())  # on a full disk nobody would hear what the trainer says
    command = [*words, "--in-line", str(trainers())]
    log(name).parent.mkdir(parents=True, exist_ok=True)
    _started[name] = previews.become(command, log(name)) or _detached([*COMMAND, *command], log(name))


def _detached(command: Sequence[str], words: Path) -> subprocess.Popen[Any]:
    """Start a process that goes on when this one ends, and whose words go into a file."""
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}  # it is the server's
    with words.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603  (our own command, of checked words)
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True,
            env=environment | {"PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    lowly.step_back(process)
    return process


def log(name: str) -> Path:
    """Return the file with what a run's trainer said in its terminal."""
    return places.runs_dir(places.models_dir()) / shelf.LOGS / f"{name}.log"


def last_words(name: str, lines: int = 3) -> list[str]:
    """Return the last lines that a run's trainer said; none if it said nothing, or if nobody knows such a run."""
    if Path(name).name != name:
        return []
    with suppress(OSError, ValueError), log(name).open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - LONGEST))
        said = stream.read().decode(errors="replace").splitlines()
        return [line.strip() for line in said if line.strip()][-lines:]
    return []


def is_starting(name: str) -> bool:
    """Tell whether a trainer that this server started for a run is at work."""
    process = _started.get(name)
    return process is not None and process.poll() is None


def get(data: str) -> None:
    """Fetch a data set in another process. LookupError if the menu does not have it."""
    if data not in choices.entries("data") or data == choices.OWN:
        raise LookupError(f"There is no data set {data!r} to fetch.")
    root = places.data_dir()
    if (now := fetched(data)) is None or not now.alive:
        fetch.forget(data, root)
        (root / fetch.FOLDER).mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "explorer.fetch", data]
        _getting[data] = _detached(command, root / fetch.FOLDER / f"{data}.log")


def fetched(data: str) -> fetch.Fetched | None:
    """Return how far a data set has been fetched, or None if nobody tried since it was wanted last."""
    process, told = _getting.get(data), fetch.read(data, places.data_dir())
    if told is None and process is not None and process.poll() is None:
        return fetch.Fetched("A process begins to fetch it", 0.0, os.getpid(), status.born(os.getpid()))
    return told
