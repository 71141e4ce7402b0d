"""`explorer train` and `explorer resume`: from a choice to a trainer at work, with a progress bar."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from explorer import atomic, checkpoint, flags, places, reading, run, tables
from explorer.run import Run

if TYPE_CHECKING:
    from explorer import train as training
    from explorer.datasets import Split
    from explorer.plan import Plan

AGAIN = ("epochs", "minutes", "rate", "clip")  # what a run may be resumed with another value of


def train(values: Mapping[str, Any]) -> None:
    """Begin a run with what the options of `explorer train` say, and train it to its end.

    Interrupted (Ctrl-C), it keeps the model as far as it has come, and raises click.Abort.
    """
    console = tables.console()
    models, data_dir = places.models_dir(values["models_dir"]), places.data_dir(values["data_dir"])
    begun = split = None
    if _is_first():  # the run is there before torch is: from then on it cannot be lost
        data = flags.choice_from("data", values["data"], values)
        name = _free_name(models, values)
        _check_writable(models)
        split = reading.read(data, data_dir, console)
        spec = flags.spec_from(split.train, values)
        begun = run.create(places.runs_dir(models) / name, spec, data_dir)
    _go_on(begun, split, console, values)


def resume(name: str, values: Mapping[str, Any]) -> None:
    """Go on with a run that was stopped, killed or failed, or wake one that is paused. Ends as `train` does."""
    console, found = tables.console(), None
    if _is_first():
        found = run.find(name, places.runs_dir(places.models_dir(values["models_dir"])))
        if found.status().state == "paused":
            found.ask("go on")
            console.print(f"{name} goes on, in process {found.status().pid}.", markup=False)
            return
        found = _with_more(found, {key: values[key] for key in AGAIN if values[key] is not None})
    _go_on(found, None, console, values)


def _with_more(found: Run, turned: Mapping[str, Any]) -> Run:
    """Return the run with another budget or rate. ValueError if nothing is left to do, or somebody is doing it."""
    status = found.status()
    if status.state in run.ALIVE:
        raise ValueError(f"{found.name} is being trained by process {status.pid} already: there is nothing to resume.")
    if status.state == "done" and not turned:
        raise ValueError(f"{found.name} is done: give it more --epochs or --minutes, or open it with `explorer`.")
    if not turned:
        return found
    return run.change(found, spec=replace(found.spec, training=replace(found.spec.training, **turned)))


def _is_first() -> bool:
    """Tell whether this process is alone, or the first of those that torchrun started: it reads and writes."""
    return os.environ.get("RANK", "0") == "0"


def _go_on(begun: Run | None, split: Split | None, console: Console, values: Mapping[str, Any]) -> None:
    """Train a run, which the first process knows, to its end, and say what came out of it."""
    from explorer import plan, trainer

    how = plan.joined(values["device"])
    found = plan.shared(begun, how)
    assert found is not None
    split = split or reading.read(found.spec.data, Path(found.data_dir), console)
    if how.rank == 0 and not found.plan:
        with console.status("Timing a few steps, to use the machine well"):
            best = plan.choose(found.spec, split.train, how)
        chosen = {"threads": best.threads, "precision": best.precision}
        found = run.change(found, spec=found.spec.complete(), plan=chosen)
    found = plan.shared(found, how)
    how = how._replace(**found.plan)
    if how.rank == 0:
        _say(console, f"{len(split.train):,} pictures of {found.spec.data.name}; training {found.name} {_words(how)}")
    with _bar(console, how) as watch, _stops() as stopping:
        ended = trainer.carry_on(found, how, split, watch, stopping)
    if how.rank == 0:
        _report(console, found, values["models_dir"])
    if ended == "stopped":
        _say(console, f"Stopped before its end: `explorer resume {found.name}` goes on.")
        raise click.Abort


@contextmanager
def _bar(console: Console, how: Plan) -> Iterator[Callable[[training.Progress], None]]:
    """Give what shows each report of a training on a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=how.rank > 0) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda report: bar.update(task, completed=report.done, description=_line(report))


@contextmanager
def _stops() -> Iterator[Callable[[], bool]]:
    """Give what tells whether to stop: after the first Ctrl-C, or a polite kill. The second one ends at once."""
    asked: list[int] = []

    def ask(number: int, _: Any) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _line(progress: training.Progress) -> str:
    parts = " + ".join(f"{value:.1f} {name}" for name, value in progress.parts.items())
    return f"epoch {progress.epoch:.1f}: {progress.loss:.1f} = {parts}, {progress.images_per_second:,.0f}/s"


def _words(how: Plan) -> str:
    together = f", {how.world} processes together" if how.world > 1 else ""
    threads = "one thread" if how.threads == 1 else f"{how.threads} threads"
    return f"on {how.device} with {threads} in {how.precision}{together}"


def _check_writable(models: Path) -> None:
    """Say before the training, not after it, that its model cannot be kept. OSError, with what to do."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=models):
            pass
    except OSError as error:
        raise OSError(f"No model can be kept in {models} ({error.strerror}): choose another --models-dir.") from None


def _free_name(models: Path, values: Mapping[str, Any]) -> str:
    """Return the name of the new run and model. ValueError if one was asked for that is taken, or is none."""
    name, may_replace = values["name"], values["replace"]
    if name is None:
        objective, latent = values["objective"] or flags.USUAL.objective.name, values["latent"] or flags.USUAL.latent
        usual = models / f"{values['data']}-{objective}-{latent}d"
        return next(each.name for each in atomic.names(usual) if not _taken(models, each.name) or may_replace)
    if not name or Path(name).name != name or name.startswith(".") or name == places.RUNS:
        raise ValueError(f"{name!r} cannot be a model's name: it must not hold a path, begin with a dot, or be 'runs'.")
    if (taken := _taken(models, name)) and not may_replace:
        raise ValueError(taken)
    return str(name)


def _taken(models: Path, name: str) -> str:
    """Return a sentence that says why a new run cannot have a name, or nothing if it can."""
    folder = places.runs_dir(models) / name
    if (folder / run.RUN).exists():
        status = run.read(folder).status()
        if status.state in run.ALIVE:
            raise ValueError(f"{name} is being trained by process {status.pid}: choose another --name.")
        if status.state != "done":
            return f"The run {name!r} is not at its end: `explorer resume {name}` goes on, --replace begins anew."
    return (
        f"There is a model {name!r} in {models}; choose another --name, or --replace it."
        if (models / name).exists()
        else ""
    )


def _report(console: Console, found: Run, models_dir: Path | None) -> None:
    kept = checkpoint.read(found.model_folder)
    kl = f", KL {kept.measures['kl']:.1f}" if "kl" in kept.measures else ""
    where = f" --models-dir {models_dir}" if models_dir else ""
    _say(
        console,
        f"On {kept.measures['pictures']:,} test pictures, in nats per image: "
        f"reconstruction {kept.measures['reconstruction']:.1f}{kl}.\n"
        f"Kept as {kept.folder}\n"
        f"Open it: run `explorer{where}` and choose {kept.name}; a page that is open lists it when it is reloaded.",
    )
    if kept.note:
        console.print(f"It has no browser decoder: {kept.note}", style="yellow", soft_wrap=True, markup=False)


def _say(console: Console, sentence: str) -> None:
    console.print(sentence, soft_wrap=True, highlight=False, markup=False)
