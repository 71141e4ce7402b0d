"""What a person sees of a training in the terminal: a bar while it goes, and what came out of it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from explorer import checkpoint
from explorer.run import Run

if TYPE_CHECKING:
    from explorer import train
    from explorer.plan import Plan

STATES = {"paused": "paused", "saving": "keeping the model"}  # what the bar says of a run that does not run


@contextmanager
def bar(console: Console, how: Plan) -> Iterator[Callable[[str, train.Progress], None]]:
    """Give what shows the state of a run and its latest report on a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=how.rank > 0) as shown:
        task = shown.add_task("starting", total=1.0)

        def watch(state: str, report: train.Progress) -> None:
            with suppress(OSError):  # the terminal is gone: that is no reason to lose the training
                shown.update(task, completed=report.done, description=STATES.get(state) or _line(report))

        yield watch


def say(console: Console, sentence: str, style: str = "") -> None:
    """Print a sentence as it is, on as many lines as the terminal makes of it."""
    console.print(sentence, style=style, soft_wrap=True, highlight=False, markup=False)


def plan(how: Plan) -> str:
    """Return how a training uses the machine, in words."""
    together = f", {how.world} processes together" if how.world > 1 else ""
    threads = "one thread" if how.threads == 1 else f"{how.threads} threads"
    return f"on {how.device} with {threads} in {how.precision}{together}"


def result(console: Console, found: Run, models_dir: Path | None) -> None:
    """Say what came out of a run, and how to look at it."""
    kept = checkpoint.read(found.model_folder)
    kl = f", KL {kept.measures['kl']:.1f}" if "kl" in kept.measures else ""
    say(
        console,
        f"On {kept.measures['pictures']:,} test pictures, in nats per image: "
        f"reconstruction {kept.measures['reconstruction']:.1f}{kl}.\n"
        f"Kept as {kept.folder}\n"
        f"Open it: run `explorer{_where(models_dir)}` and choose {kept.name}; "
        "a page that is open lists it when it is reloaded.",
    )
    if kept.note:
        say(console, f"It has no browser decoder: {kept.note}", style="yellow")


def _where(models_dir: Path | None) -> str:
    return f" --models-dir {shlex.quote(str(models_dir))}" if models_dir else ""


def _line(progress: train.Progress) -> str:
    parts = " + ".join(f"{value:.1f} {name}" for name, value in progress.parts.items())
    return f"epoch {progress.epoch:.1f}: {progress.loss:.1f} = {parts}, {progress.images_per_second:,.0f}/s"
