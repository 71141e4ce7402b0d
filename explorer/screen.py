"""What a person sees of a training in the terminal: a bar while it goes, and what came out of it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from rich.console import Console

from explorer import checkpoint, tables
from explorer.run import Run
from explorer.status import STATES

if TYPE_CHECKING:
    from explorer import train
    from explorer.plan import Plan


class Patient:
    """A stream that nobody may be reading any more: what is written to it is lost then, but never the training."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write, or do nothing if the terminal was closed or the pipe is broken."""
        try:
            return self.stream.write(text)
        except OSError:
            return self._let_go()

    def flush(self) -> None:
        """Flush, if there is still somebody to flush to."""
        try:
            self.stream.flush()
        except OSError:
            self._let_go()

    def _let_go(self) -> int:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # what is still in the buffer must go somewhere at exit
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)
        return 0


def console() -> Console:
    """Return where a training is shown."""
    shown = tables.console()
    shown.file = cast(TextIO, Patient(sys.stdout))
    return shown


@contextmanager
def bar(console: Console, how: Plan) -> Iterator[Callable[[str, train.Progress], None]]:
    """Give what shows the state of a run, and its latest report, on a progress bar.

    While the model is kept, which nobody knows the length of, the bar only moves, and names what is being done.
    """
    with tables.progress(console, transient=False, disable=how.rank > 0) as shown:
        training = shown.add_task("starting", total=1.0)
        keeping = shown.add_task("", total=None, visible=False)

        def watch(state: str, report: train.Progress) -> None:
            ended = state == "saving" or state not in STATES
            words = "paused" if state == "paused" else _line(report)
            shown.update(training, completed=report.done, description=words, visible=not ended)
            shown.update(keeping, description=f"keeping the model: {state}", visible=ended)

        yield watch


def plan(how: Plan) -> str:
    """Return how a training uses the machine, in words."""
    together = f", {how.world} processes together" if how.world > 1 else ""
    threads = "one thread" if how.threads == 1 else f"{how.threads} threads"
    return f"on {how.device} with {threads} in {how.precision}{together}"


def result(console: Console, found: Run, models_dir: Path | None) -> None:
    """Say what came out of a run, and how to look at it."""
    kept = checkpoint.read(found.model_folder)
    kl = f", KL {kept.measures['kl']:.1f}" if "kl" in kept.measures else ""
    tables.say(
        console,
        f"On {tables.count(int(kept.measures['pictures']), 'test picture')}, in nats per image: "
        f"reconstruction {kept.measures['reconstruction']:.1f}{kl}.\n"
        f"Kept as {kept.folder}\n"
        f"Open it: run `explorer{_where(models_dir)}` and choose {kept.name}; "
        "a page that is open lists it when it is reloaded.",
    )
    if words := _worse(kept.history):
        tables.say(console, words, style="yellow")
    if kept.note:
        tables.say(console, f"It has no browser decoder: {kept.note}", style="yellow")


def _worse(history: list[dict[str, float]]) -> str:
    """Return a sentence if the reconstruction ended worse than it began: too long a step, or a KL that was raised."""
    first, last = (each.get("reconstruction", 0.0) for each in (history[0], history[-1])) if history else (0.0, 0.0)
    if last <= first:
        return ""
    rose = f"The reconstruction loss rose from {first:,.1f} to {last:,.1f} nats per image"
    return f"{rose}: unless that was asked for, by a KL that weighs ever more, try a lower --rate."


def _where(models_dir: Path | None) -> str:
    return f" --models-dir {shlex.quote(str(models_dir))}" if models_dir else ""


def _line(progress: train.Progress) -> str:
    if not progress.parts:  # nothing was left to do
        return f"epoch {progress.epoch:.1f}"
    parts = " + ".join(f"{value:.1f} {name}" for name, value in progress.parts.items())
    return f"epoch {progress.epoch:.1f}: {progress.loss:.1f} = {parts}, {progress.images_per_second:,.0f}/s"
