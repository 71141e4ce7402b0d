"""What the terminal shows: tables of models, data sets and measures, sentences, and progress bars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from explorer import catalog, own
from explorer.catalog import Choice
from explorer.checkpoint import Checkpoint
from explorer.datasets import Dataset
from explorer.run import Run

PIPED = 200  # columns where the output goes into a file or another program: nothing is cut off


def show_models(models: Sequence[Checkpoint]) -> None:
    """Print a line for each model, folder by folder."""
    for folder, group in groupby(models, key=lambda model: model.folder.parent):
        header = ("model", "data", "picture", "objective", "network", "latent", "reconstruction", "KL")
        _print(str(folder), header, [_model_row(each) for each in group])
    if models:
        console().print("Reconstruction and KL are in nats per image, over the encoded test pictures.", style="dim")
    else:
        console().print("There is no model yet: `explorer train digits` makes one in seconds.")


def show_runs(runs: Sequence[Run]) -> None:
    """Print a line for each run that is not at its end, and how to go on with one."""
    rows = [(run, now) for run in runs if (now := run.status()).state != "done"]
    if not rows:
        return
    lines = [(run.name, now.state, f"{now.done:.0%}", f"{now.step:,}", now.words) for run, now in rows]
    _print(str(rows[0][0].folder.parent), ("run", "state", "done", "step", ""), lines)
    console().print("Go on with a run that is not at work by `explorer resume NAME`.", style="dim")


def show_datasets(root: Path) -> None:
    """Print a line for each data set of the menu; `root` is where they are looked for."""
    made = {name: catalog.make("datasets", Choice(name)) for name in catalog.names("datasets")}
    header = ("data set", "train + test", "picture", "classes", "licence", "here")
    _print(str(root), header, [_dataset_row(name, each, root) for name, each in made.items()])
    _show_own(root)
    for name in made:
        console().print(f" [bold]{name}[/bold]: {catalog.summary('datasets', name)}", highlight=False)


def _show_own(root: Path) -> None:
    """Print a line for each set of pictures that somebody kept on the page."""
    kept, problems = own.listing(root)
    rows = [(each.name, f"{each.count:,}", ", ".join(each.labels) or "none", each.path) for each in kept]
    if rows:
        _print("Your own: explorer train folder --path PATH", ("set", "pictures", "classes", "path"), rows)
    for problem in problems:
        say(console(), problem, "yellow")


def _dataset_row(name: str, dataset: Dataset, root: Path) -> tuple[str, ...]:
    shape = shape_text(dataset.shape) if dataset.shape else "as found"
    classes = "as found" if dataset.classes is None else str(dataset.classes or "none")
    return name, dataset.size, shape, classes, dataset.licence, "yes" if dataset.here(root) else "no"


def show_measures(title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    """Print a line for each measure: its title, number and sentence."""
    _print(title, ("measure", "value", ""), rows)


def shape_text(shape: tuple[int, int, int]) -> str:
    """Return a picture's shape as people say it: 28x28 grey."""
    channels, height, width = shape
    return f"{width}x{height} {'grey' if channels == 1 else 'colour'}"


def _model_row(model: Checkpoint) -> tuple[str, ...]:
    spec, measures = model.spec, model.measures
    kl = f"{measures['kl']:.1f}" if "kl" in measures else "none"
    names = (spec.data.name, shape_text(spec.shape), spec.objective.name, spec.network.name)
    return (model.name, *names, str(spec.latent), f"{measures['reconstruction']:.1f}", kl)


def _print(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*header, box=box.SIMPLE_HEAD, title=escape(title), title_justify="left", title_style="dim")
    for row in rows:
        table.add_row(*map(escape, row))
    console().print(table)


def console() -> Console:
    """Return where to print: as wide as the terminal, or wide enough for everything where there is none."""
    usual = Console()
    return usual if usual.is_terminal else Console(width=PIPED)


def count(number: int, what: str) -> str:
    """Return how many there are of something: 1 picture, 1,200 pictures."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def say(console: Console, sentence: str, style: str = "") -> None:
    """Print a sentence as it is, on as many lines as the terminal makes of it."""
    console.print(sentence, style=style, soft_wrap=True, highlight=False, markup=False)


def progress(console: Console, *, transient: bool = True, disable: bool | None = None) -> Progress:
    """Return a bar that says what is done, how far it is, and how long it will take; usually only on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    hidden = not console.is_terminal if disable is None else disable
    return Progress(*columns, console=console, transient=transient, disable=hidden)
