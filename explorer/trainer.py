"""`explorer train`: from a choice to a kept model, with a progress bar."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from explorer import atomic, catalog, checkpoint, flags, places, tables
from explorer.spec import MENUS, Spec

SHAPE_TO_COME = (1, 8, 8)  # stands in a Spec until the data set is read

if TYPE_CHECKING:
    from explorer import train as training
    from explorer.datasets import Dataset, Split
    from explorer.vae import VAE


def run(values: Mapping[str, Any]) -> None:
    """Train what the options of `explorer train` say, keep it, and say how to open it.

    Interrupted (Ctrl-C), it keeps the model as far as it has come, and raises click.Abort.
    """
    console = tables.console()
    models = places.models_dir(values["models_dir"])
    chosen = flags.spec_from(SHAPE_TO_COME, values)
    folder = _free_folder(models, chosen, values["name"], values["replace"])
    _check_writable(models)
    split = _load(chosen, places.data_dir(values["data_dir"]), console)
    spec = replace(chosen, shape=split.train.shape)
    console.print(
        f"{len(split.train):,} pictures of {spec.data.name}; training {folder.name}", soft_wrap=True, markup=False
    )
    for line in remarks(split):
        console.print(line, style="yellow", soft_wrap=True, highlight=False, markup=False)
    model, history, interrupted = _train(spec, split, console)
    with console.status("Encoding the test pictures, exporting, saving"):
        kept = checkpoint.save(folder, model, split.test, history, replace=values["replace"])
    _report(console, kept, values["models_dir"])
    if interrupted:
        raise click.Abort


def _load(spec: Spec, root: Path, console: Console) -> Split:
    """Read the pictures, with a bar that goes away when they are there."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    dataset: Dataset = catalog.make(MENUS["data"], spec.data)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading the pictures", total=None)

        def report(done: float, what: str) -> None:
            bar.update(task, total=1.0 if done else None, completed=done, description=escape(what))

        return dataset.load(root, report)


def remarks(split: Split, most: int = 5) -> list[str]:
    """Return what a person should know of the pictures: which were skipped, at most `most` of them by name."""
    skipped = split.train.skipped
    lines = [f"{len(skipped):,} could not be read and are left out:"] if skipped else []
    lines += [f"  {each}" for each in skipped[:most]]
    lines += [f"  and {len(skipped) - most:,} more"] if len(skipped) > most else []
    return lines + ([split.train.note] if split.train.note else [])


def _train(spec: Spec, split: Split, console: Console) -> tuple[VAE, list[dict[str, float]], bool]:
    from explorer.train import train

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    history: list[dict[str, float]] = []
    latest = None
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("starting", total=1.0)
        try:
            for latest in train(spec, split.train):
                bar.update(task, completed=latest.done, description=_line(latest))
                history.append({"step": latest.step, "epoch": round(latest.epoch, 3), **latest.parts})
        except KeyboardInterrupt:
            if latest is None:
                raise
    assert latest is not None  # a training yields at least once
    return latest.model, thin(history), latest.done < 1


def thin(history: list[dict[str, float]], most: int = 200) -> list[dict[str, float]]:
    """Return at most `most` entries, evenly chosen, the last one always."""
    stride = -(-len(history) // most)
    return history[::-1][::stride][::-1]


def _line(progress: training.Progress) -> str:
    parts = " + ".join(f"{value:.1f} {name}" for name, value in progress.parts.items())
    return f"epoch {progress.epoch:.1f}: {progress.loss:.1f} = {parts}, {progress.images_per_second:,.0f}/s"


def _check_writable(models: Path) -> None:
    """Say before the training, not after it, that its model cannot be kept. OSError, with what to do."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=models):
            pass
    except OSError as error:
        raise OSError(f"No model can be kept in {models} ({error.strerror}): choose another --models-dir.") from None


def _free_folder(models: Path, spec: Spec, name: str | None, may_replace: bool) -> Path:
    """Return the folder for the new model. ValueError if a name was asked for that is taken, or is none."""
    if name is None:
        usual = models / f"{spec.data.name}-{spec.objective.name}-{spec.latent}d"
        return next(folder for folder in atomic.names(usual) if may_replace or not folder.exists())
    if not name or Path(name).name != name or name.startswith("."):
        raise ValueError(f"{name!r} cannot be a model's name: it must not hold a path or begin with a dot.")
    if (models / name).exists() and not may_replace:
        raise ValueError(f"There is a model {name!r} in {models}; choose another --name, or --replace it.")
    return models / name


def _report(console: Console, kept: checkpoint.Checkpoint, models_dir: Path | None) -> None:
    measures = kept.measures
    kl = f", KL {measures['kl']:.1f}" if "kl" in measures else ""
    where = f" --models-dir {models_dir}" if models_dir else ""
    console.print(
        f"On {measures['pictures']:,} test pictures, in nats per image: "
        f"reconstruction {measures['reconstruction']:.1f}{kl}.\n"
        f"Kept as {kept.folder}\n"
        f"Open it: run `explorer{where}` and choose {kept.name}; a page that is open lists it when it is reloaded.",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    if kept.note:
        console.print(f"It has no browser decoder: {kept.note}", style="yellow", soft_wrap=True, markup=False)
