"""A training run on disk: a folder that any process may watch, and that one trainer at a time goes on with.

run.json               what is trained, on which data, and how the machine is used: all that is needed to go on
state.json             where it stands, and whose process trains it
metrics.jsonl          a line for each report: step, epoch, seconds, the parts of the loss; tensorboard/ has them too
snapshot.safetensors   weights, optimizer, steps: the latest that was whole
film/                  what it looked like at some of its steps
closeup.safetensors    the last step that was seen from near
knobs.json             what may be turned while it is trained, from where to where, and how it stands
blueprint.json         what a drawing of its network shows
wishes/                what people ask of the trainer: to pause, to go slowly, to stop ...; it obeys at its next report
"""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import atomic, notes, places, snapshot, status, wishes
from explorer.catalog import Value
from explorer.spec import PRECISIONS, Spec
from explorer.status import Status
from explorer.wishes import Wish

if TYPE_CHECKING:  # watching needs neither torch nor numpy
    from explorer.datasets import Images
    from explorer.learner import State

RUN, STATE, METRICS, SNAPSHOT = "run.json", "state.json", "metrics.jsonl", "snapshot.safetensors"
FILM, WISHES, KNOBS, CLOSEUP = "film", "wishes", "knobs.json", "closeup.safetensors"
BLUEPRINT = "blueprint.json"
RESERVE = "reserve"  # a few kilobytes, given up on a full disk so that the last words can still be written
FORMAT = 1
DEVICES = ("cpu", "cuda", "mps")
LATER = {"changes": [], "parent": ""}  # what run.json of older runs does not have
NOTHING = object()
SAMPLE = 64  # pictures by which a data set is known again


@dataclass(frozen=True)
class Run:
    """A run's folder, read and found whole."""

    folder: Path
    spec: Spec
    data_dir: str
    fingerprint: str  # of the pictures that it began with
    created: str
    plan: dict[str, Any]  # threads and precision, chosen by time at the first start and kept; empty before that; and
    # on which device (cpu, cuda or mps) by how many processes (world) it was trained last, which older runs do not know
    owns: bool  # whether a model of its name is its own, and may be replaced
    # of its knobs while it was trained: each with the step, the seconds and the values, and the Spec before it (spec)
    changes: list[dict[str, Any]] = field(default_factory=list)
    parent: str = ""  # the run that it went on from, and from which step, as NAME@STEP

    @property
    def name(self) -> str:
        """The folder's name, which is also that of the model that it makes."""
        return self.folder.name

    @property
    def model_folder(self) -> Path:
        """Where the finished model goes: beside the folder of runs."""
        return self.folder.parent.parent / self.name

    @property
    def command(self) -> str:
        """The command that goes on with it."""
        models = self.folder.parent.parent
        place = [] if models == places.models_dir() else ["--models-dir", str(models)]
        return shlex.join(["explorer", "resume", self.name, *place])

    def status(self) -> Status:
        """Return where the run stands; `died` if its process is gone without a word."""
        return status.read(self.folder / STATE)

    def metrics(self) -> list[dict[str, float]]:
        """Return the reports so far, each with step, epoch, seconds and the parts of the loss in nats per image.

        A last line that was cut short by a kill, and whatever else is no report, is left out.
        """
        try:
            lines = (self.folder / METRICS).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        return [report for report in map(report, lines) if report]

    def ask(self, do: str, **values: Value) -> None:
        """Ask the trainer for something that it knows (wishes.py). ValueError if nobody is there to hear it."""
        wish = Wish(do, values)
        if not (now := self.status()).alive:
            raise ValueError(f"{self.name} is not being trained: it is {now.state}.")
        wishes.ask(self.folder / WISHES, wish)

    def heard(self) -> list[Wish]:
        """Return what was asked of the trainer and not yet heard, the earliest first. For the trainer."""
        return wishes.heard(self.folder / WISHES)

    @contextmanager
    def trained(self) -> Iterator[None]:
        """Be the run's one trainer, and leave word of how it ended if an error is raised. ValueError if another is."""
        with locked(self.folder):
            self._tidy()
            self.say("starting")
            reserve = self.folder / RESERVE
            try:
                atomic.write(reserve, bytes(16_384))
                yield
                reserve.unlink(missing_ok=True)
            except BaseException as error:
                stopped = isinstance(error, KeyboardInterrupt)
                with suppress(OSError):
                    reserve.unlink(missing_ok=True)
                    self.say("stopped" if stopped else "failed", words="Interrupted." if stopped else str(error))
                raise

    def _tidy(self) -> None:
        """Remove what a killed trainer left behind: files half written, and a wish that nobody heard."""
        for file in self.folder.glob(f".*{atomic.NEW}*"):
            file.unlink(missing_ok=True)
        self.heard()

    def say(self, state: str, step: int | None = None, done: float | None = None, words: str = "") -> None:
        """Write where the run stands; the step and share that are done stay if they are not given. For the trainer."""
        last = self.status()
        step, done = last.step if step is None else step, last.done if done is None else done
        status.write(self.folder / STATE, state, step, done, words)

    def append(self, report: dict[str, float]) -> None:
        """Add a line to the metrics, without what is no number. For the trainer. OSError if the disk is full."""
        known, file = {key: value for key, value in report.items() if math.isfinite(value)}, self.folder / METRICS
        with atomic.stated(file), file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(known) + "\n")

    def keep(self, state: State) -> None:
        """Replace the snapshot; killed or on a full disk (OSError), the old one stays whole. For the trainer."""
        snapshot.write(self.folder / SNAPSHOT, state)

    def snapshot(self) -> State | None:
        """Return the latest snapshot, or None if there is none yet. ValueError if it is damaged."""
        return snapshot.read(self.folder / SNAPSHOT)

    def rewind(self, step: int) -> None:
        """Forget what the metrics tell of steps after `step`: they will be done again. For the trainer."""
        lines = [json.dumps(report) + "\n" for report in self.metrics() if report["step"] <= step]
        atomic.write(self.folder / METRICS, "".join(lines).encode())

    def check_data(self, images: Images) -> None:
        """Raise a ValueError if these are not the pictures that the run began with."""
        if fingerprint(images) != self.fingerprint:
            raise ValueError(
                f"The pictures of {self.spec.data.name} have changed since {self.name} began with them "
                f"({self.fingerprint}, now {fingerprint(images)}): put them back, or train a new model."
            )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only process that makes a run's folder, or writes into it. ValueError if another one is.

    A dead process does not count. The lock lies beside the folder, so that it holds while the folder is replaced.
    """
    from filelock import FileLock, Timeout

    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f".{folder.name}.lock"), timeout=0.5, is_singleton=True)  # may be taken twice
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(f"{folder.name} is being trained by another process already ({folder}).") from None
    try:
        yield
    finally:
        lock.release()


def create(folder: Path, spec: Spec, data_dir: Path, images: Images, *, owns: bool = False) -> Run:
    """Make the folder of a new run, as one: it is there whole, or not at all. A run of this name is replaced.

    owns: a model of this name may be replaced too. ValueError if another process trains a run of this name.
    """
    run = Run(folder, spec, str(data_dir), fingerprint(images), now(), {}, owns)
    with locked(folder):
        with atomic.stated(folder), atomic.scratch(folder) as scratch:
            lay_out(run, scratch)
        atomic.replace(folder, scratch)
    return run


def lay_out(run: Run, scratch: Path) -> None:
    """Write the settings of a new run into a folder that becomes its own, and that it is about to start."""
    (scratch / RUN).write_bytes(_settings(run))
    status.write(scratch / STATE, "starting")


def now() -> str:
    """Return the time as a run keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def fingerprint(images: Images) -> str:
    """Return a short text by which pictures are known again: their number, and a digest of some, and of all labels."""
    import numpy as np

    some = images.pixels[np.linspace(0, len(images) - 1, SAMPLE).astype(np.int64)]
    labels = b"" if images.labels is None else np.asarray(images.labels, np.int64).tobytes()
    digest = sha256(some.tobytes() + labels + repr(images.label_names).encode()).hexdigest()
    return f"{len(images)} of {'x'.join(map(str, images.shape))}, {digest[:12]}"


def read(folder: Path) -> Run:
    """Read a run's folder. LookupError if it is not there, ValueError if it is damaged."""
    file = folder / RUN
    if not folder.name.isprintable():  # no page could show it
        raise ValueError(f"{folder.name!a} in {folder.parent} cannot be a run's name: rename that folder.")
    if not file.is_file():
        raise LookupError(f"There is no run in {folder}: it has no {RUN}.")
    try:
        return _checked(folder, notes.read(file))
    except (ValueError, LookupError) as error:
        raise ValueError(f"{file} is damaged: {str(error).rstrip('.')}. Mend it, or delete that folder.") from None


def change(run: Run, **changes: Any) -> Run:
    """Return the run with other settings (a larger budget, a smaller rate), kept. ValueError if they are not valid."""
    changed = _settings(replace(read(run.folder), **changes))
    checked = _checked(run.folder, json.loads(changed))  # before it replaces what is there
    atomic.write(run.folder / RUN, changed)
    return checked


def listing(parent: Path) -> tuple[list[Run], list[str]]:
    """Return the runs in a folder, sorted by name, and a sentence for each that is damaged."""
    runs, problems = [], []
    atomic.heal(parent, RUN)
    for folder in sorted(folder for folder in parent.glob("[!.]*") if folder.is_dir()):
        try:
            runs.append(read(folder))
        except (ValueError, LookupError) as error:
            problems.append(str(error))
    return runs, problems


def find(name: str, parent: Path) -> Run:
    """Return the run called `name`. LookupError with the names there are."""
    atomic.heal(parent, RUN)
    with suppress(OSError):  # a name longer than a file system has
        if Path(name).name == name and not name.startswith(".") and (parent / name / RUN).is_file():
            return read(parent / name)
    known = ", ".join(run.name for run in listing(parent)[0]) or "none"
    raise LookupError(f"There is no run {name!r} in {parent}; the runs are: {known}.")


def _settings(run: Run) -> bytes:
    """Return what run.json holds."""
    told = {key: value for key, value in vars(run).items() if key != "folder" and value != LATER.get(key, NOTHING)}
    return json.dumps(told | {"format": FORMAT, "spec": run.spec.to_json()}, indent=1).encode()


def _checked(folder: Path, settings: Any) -> Run:
    """Build a Run from what run.json holds. ValueError if that is not all of it, in the right types and ranges."""
    texts, keys = ("data_dir", "fingerprint", "created"), {"format", "spec", "plan", "owns"}
    if (
        not isinstance(settings, dict)
        or set(settings) - set(LATER) != keys | set(texts)
        or settings["format"] != FORMAT
    ):
        raise ValueError(f"it must hold {', '.join(sorted(keys | set(texts)))}, in format {FORMAT}.")
    settings = {**LATER, **settings}
    if not all(isinstance(settings[key], str) for key in texts) or not isinstance(settings["owns"], bool):
        raise ValueError(f"{', '.join(texts)} must be texts, and owns true or false.")
    plan = settings["plan"]
    if plan != {} and not _is_plan(plan):
        raise ValueError(
            f"plan must hold threads from 1 to 1024 and a precision of {', '.join(PRECISIONS[1:])}; and may hold "
            f"a device of {', '.join(DEVICES)} and a world of 1 or more."
        )
    if not isinstance(settings["parent"], str) or not _are_changes(settings["changes"]):
        raise ValueError("parent must be a text, and changes a list of steps, seconds, values and Specs.")
    rest = {key: settings[key] for key in (*texts, "plan", "owns", *LATER)}
    return Run(folder, Spec.from_json(settings["spec"]), **rest)


def _are_changes(changes: Any) -> bool:
    """Tell whether this is a list of changes; a Spec in it is looked at when somebody goes back to it."""
    types = {"step": int, "seconds": float, "values": dict, "spec": dict}
    return isinstance(changes, list) and all(
        isinstance(each, dict) and {key: type(value) for key, value in each.items()} == types for each in changes
    )


def _is_plan(plan: Any) -> bool:
    return (
        isinstance(plan, dict)
        and set(plan) in ({"threads", "precision"}, {"threads", "precision", "device", "world"})
        and type(plan["threads"]) is int
        and 1 <= plan["threads"] <= 1024
        and plan["precision"] in PRECISIONS[1:]
        and plan.get("device", "cpu") in DEVICES
        and type(plan.get("world", 1)) is int
        and plan.get("world", 1) >= 1
    )


def report(line: str) -> dict[str, float] | None:
    """Return what a line of the metrics tells, or None if it is no report."""
    try:
        found = notes.parse(line)
    except ValueError:
        return None
    if not isinstance(found, dict) or "step" not in found or {type(value) for value in found.values()} - {int, float}:
        return None
    return {name: float(value) for name, value in found.items()} | {"step": int(found["step"])}
