"""A training run on disk: a folder that any process may watch, and that one trainer at a time goes on with.

run.json               what is trained, on which data, and how the machine is used: all that is needed to go on
state.json             where it stands, and whose process trains it
metrics.jsonl          a line for each report: step, epoch, seconds, the parts of the loss
snapshot.safetensors   weights, optimizer, steps: the latest that was whole
wish                   what somebody asks of the trainer: pause, go on or stop; it obeys at its next report
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from explorer import atomic
from explorer.spec import Spec

if TYPE_CHECKING:  # watching needs no torch
    from explorer.learner import State

RUN, STATE, METRICS, SNAPSHOT, WISH, LOCK = (
    "run.json", "state.json", "metrics.jsonl", "snapshot.safetensors", "wish", "lock"
)  # fmt: skip
RESERVE = "reserve"  # a few kilobytes, given up on a full disk so that the last words can still be written
FORMAT = 1
ALIVE = ("starting", "running", "paused", "saving")  # states in which a process must be at work
ENDED = ("stopped", "failed", "died", "done")
STATES, WISHES = (*ALIVE, *ENDED), ("pause", "go on", "stop")


@dataclass(frozen=True)
class Status:
    """Where a run stands, as a watcher sees it."""

    state: str  # one of STATES; `died` if its process is gone without a word
    step: int = 0
    done: float = 0.0  # share of the budget used, 0 to 1
    words: str = ""  # why it ended
    pid: int = 0
    born: float = 0.0  # when that process began, which tells it from a later one of the same number


@dataclass(frozen=True)
class Run:
    """A run's folder, read and found whole."""

    folder: Path
    spec: Spec
    plan: dict[str, Any]  # threads and precision, chosen by time at the first start and kept; empty before that
    data_dir: str
    created: str

    @property
    def name(self) -> str:
        """The folder's name, which is also that of the model that it makes."""
        return self.folder.name

    @property
    def model_folder(self) -> Path:
        """Where the finished model goes: beside the folder of runs."""
        return self.folder.parent.parent / self.name

    def status(self) -> Status:
        """Return where the run stands. ValueError if state.json is damaged."""
        status = _status(_json(self.folder / STATE), self.folder / STATE)
        if status.state in ALIVE and not _is_alive(status):
            return replace(
                status, state="died", words="Its process ended without a word: it was killed, or it crashed."
            )
        return status

    def metrics(self) -> list[dict[str, float]]:
        """Return the reports so far, each with step, epoch, seconds and the parts of the loss in nats per image.

        A last line that was cut short by a kill is left out.
        """
        lines = []
        with suppress(FileNotFoundError):
            for line in (self.folder / METRICS).read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError):
                    found = json.loads(line)
                    if isinstance(found, dict):
                        lines.append(found)
        return lines

    def ask(self, wish: str) -> None:
        """Ask the trainer to pause, to go on or to stop. ValueError if nobody is there to hear it."""
        if wish not in WISHES:
            raise ValueError(f"A trainer can be asked to {', '.join(WISHES)}, not {wish!r}.")
        status = self.status()
        if status.state not in ALIVE:
            raise ValueError(f"{self.name} is not being trained: it is {status.state}.")
        atomic.write(self.folder / WISH, wish.encode())

    def heard(self) -> str:
        """Return what was asked of the trainer and not yet heard, or nothing. For the trainer."""
        try:
            wish = (self.folder / WISH).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        (self.folder / WISH).unlink(missing_ok=True)
        return wish if wish in WISHES else ""

    @contextmanager
    def trained(self) -> Iterator[None]:
        """Be the run's one trainer. ValueError if another process is; a dead process does not count.

        The run ends as `failed`, with the words of the error, if one is raised.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / LOCK, timeout=0.5)
        try:
            lock.acquire()
        except Timeout:
            raise ValueError(f"{self.name} is being trained by process {self.status().pid} already.") from None
        try:
            (self.folder / WISH).unlink(missing_ok=True)
            (self.folder / RESERVE).write_bytes(bytes(16_384))
            yield
        except BaseException as error:
            with suppress(OSError):
                (self.folder / RESERVE).unlink(missing_ok=True)
                self.say("failed", words=str(error) or type(error).__name__)
            raise
        finally:
            lock.release()

    def say(self, state: str, step: int = 0, done: float = 0.0, words: str = "") -> None:
        """Write where the run stands. For the trainer."""
        status = {
            "state": state,
            "step": step,
            "done": done,
            "words": words,
            "pid": os.getpid(),
            "born": _born(os.getpid()),
        }
        atomic.write(self.folder / STATE, json.dumps(status).encode())

    def append(self, report: dict[str, float]) -> None:
        """Add a line to the metrics. For the trainer."""
        with (self.folder / METRICS).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(report) + "\n")

    def keep(self, state: State) -> None:
        """Replace the snapshot; killed or on a full disk, the old one stays whole. For the trainer."""
        from safetensors.torch import save

        atomic.write(self.folder / SNAPSHOT, save(state))

    def snapshot(self) -> State | None:
        """Return the latest snapshot, or None if there is none yet. ValueError if it is damaged.

        What the metrics tell of later steps is forgotten: the trainer will do them again.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        file = self.folder / SNAPSHOT
        try:
            state = load_file(file) if file.exists() else None
        except (SafetensorError, OSError) as error:
            raise ValueError(f"{file} is damaged ({error}): delete it, and the run begins anew.") from None
        step = int(state["step"]) if state else 0
        lines = [json.dumps(line) + "\n" for line in self.metrics() if line.get("step", math.inf) <= step]
        atomic.write(self.folder / METRICS, "".join(lines).encode())
        return state


def create(folder: Path, spec: Spec, data_dir: Path) -> Run:
    """Make the folder of a new run, as one: it is there whole, or not at all. A folder of this name is replaced."""
    with atomic.scratch(folder) as scratch:
        created = datetime.now(UTC).isoformat(timespec="seconds")
        settings = {"format": FORMAT, "spec": spec.to_json(), "plan": {}, "data_dir": str(data_dir), "created": created}
        (scratch / RUN).write_text(json.dumps(settings, indent=1), encoding="utf-8")
        (scratch / STATE).write_text(json.dumps(vars(Status("died", words="It has not begun."))), encoding="utf-8")
    atomic.replace(folder, scratch)
    return read(folder)


def read(folder: Path) -> Run:
    """Read a run's folder. LookupError if it is not there, ValueError if it is damaged."""
    file = folder / RUN
    if not file.is_file():
        raise LookupError(f"There is no run in {folder}: it has no {RUN}.")
    settings = _json(file)
    keys = {"format", "spec", "plan", "data_dir", "created"}
    if not isinstance(settings, dict) or set(settings) != keys or settings["format"] != FORMAT:
        raise ValueError(f"{file} is damaged: it must hold {', '.join(sorted(keys))}, in format {FORMAT}.")
    if not isinstance(settings["plan"], dict) or not all(
        isinstance(settings[key], str) for key in ("data_dir", "created")
    ):
        raise ValueError(f"{file} is damaged: plan must be a dictionary, data_dir and created texts.")
    try:
        spec = Spec.from_json(settings["spec"])
    except (ValueError, LookupError) as error:
        raise ValueError(f"{file} is damaged: {error}") from None
    return Run(folder, spec, settings["plan"], settings["data_dir"], settings["created"])


def change(run: Run, *, spec: Spec | None = None, plan: dict[str, Any] | None = None) -> Run:
    """Return the run with another Spec (a later budget, a smaller rate) or another plan, kept."""
    settings = _json(run.folder / RUN)
    settings |= {} if spec is None else {"spec": spec.to_json()}
    settings |= {} if plan is None else {"plan": plan}
    atomic.write(run.folder / RUN, json.dumps(settings, indent=1).encode())
    return read(run.folder)


def listing(parent: Path) -> tuple[list[Run], list[str]]:
    """Return the runs in a folder, sorted by name, and a sentence for each that is damaged."""
    runs, problems = [], []
    atomic.heal(parent, RUN)
    for file in sorted(parent.glob(f"[!.]*/{RUN}")):
        try:
            runs.append(read(file.parent))
        except (ValueError, LookupError) as error:
            problems.append(str(error))
    return runs, problems


def find(name: str, parent: Path) -> Run:
    """Return the run called `name`. LookupError with the names there are."""
    atomic.heal(parent, RUN)
    if Path(name).name == name and not name.startswith(".") and (parent / name / RUN).is_file():
        return read(parent / name)
    known = ", ".join(run.name for run in listing(parent)[0]) or "none"
    raise LookupError(f"There is no run {name!r} in {parent}; the runs are: {known}.")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{file} cannot be read as JSON ({error}): the run is damaged.") from None


def _status(found: Any, file: Path) -> Status:
    try:
        status = Status(**found)
        numbers = (status.step, status.done, status.pid, status.born)
        right = status.state in STATES and isinstance(status.words, str) and all(math.isfinite(n) for n in numbers)
    except TypeError:
        right = False
    if not right:
        raise ValueError(f"{file} is damaged: it must tell the state of a run ({', '.join(STATES)}).")
    return status


def _is_alive(status: Status) -> bool:
    return status.pid > 0 and psutil.pid_exists(status.pid) and abs(_born(status.pid) - status.born) < 1


def _born(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0
