"""`explorer evaluate`: a model's measures as a table or as JSON, kept with the model."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from explorer import atomic, checkpoint, places, reading, tables
from explorer.datasets import Split
from explorer.measures import table

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint
    from explorer.measures.batches import Step
    from explorer.measures.suite import Measures

STDOUT = "-"


def run(values: Mapping[str, Any]) -> None:
    """Measure the model that the options of `explorer evaluate` name, print the measures, and keep them with it.

    LookupError, after what is known without them, if the pictures are not here. OSError, before anything is measured,
    if the file for the JSON cannot be written.
    """
    found = checkpoint.find(values["model"], places.models_dir(values["models_dir"]), places.gallery_dir())
    if values["json"] not in (None, STDOUT):
        _check_target(Path(values["json"]).absolute())
    errors = Console(stderr=True)  # what is printed to stdout may be JSON that somebody else reads
    root = places.data_dir(values["data_dir"])
    try:
        split = reading.read(found.spec.data, root, errors)
    except LookupError as error:
        _report(found, _stored(found), values, f"{found.name}: what is stored with it")
        raise LookupError(f"{error} Without the pictures only what is stored with the model could be shown.") from None
    split = Split(*(reading.as_told(found, each) for each in split))
    measures = _measure(found, split, root, values, errors)
    notes = measures.notes + _keep(found, measures)  # first: a report that fails must not cost them
    _report(found, measures, values, f"{found.name} on {found.spec.data.name}")
    for note in notes:
        tables.say(errors, note, "yellow")


def _check_target(file: Path) -> None:
    """Make the folder that a file is to be written to. OSError if it cannot be written there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise atomic.not_written(file, error) from None
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise OSError(f"{file} cannot be written: choose another --json.")


def _stored(found: Checkpoint) -> Measures:
    """Return what is known of a model without its data set, from the codes that are stored with it."""
    from explorer.measures.activity import active
    from explorer.measures.suite import Measures

    codes, _ = found.latents()
    kl = [] if codes.kl is None else codes.kl.tolist()
    return Measures(found.measures | {"active_units": int(active(codes.mean).sum())}, kl)


def _measure(found: Checkpoint, split: Split, root: Path, values: Mapping[str, Any], errors: Console) -> Measures:
    from explorer.measures.suite import evaluate

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    knobs = {name: values[name] for name in ("samples", "pictures", "binarize")}
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:

        def told(steps: Sequence[Step], /, *, description: str) -> Iterable[Step]:
            tables.say(errors, f"{found.name}: {description}")
            return steps

        return evaluate(found, split, cache=root, track=bar.track if errors.is_terminal else told, **knobs)


def _report(found: Checkpoint, measures: Measures, values: Mapping[str, Any], title: str) -> None:
    """Print the measures, and write them as JSON where that was asked for: into a file, or alone to stdout."""
    if values["json"] != STDOUT:
        _show(measures, title)
    if values["json"]:
        text = _as_json(found, measures, values)
        click.echo(text) if values["json"] == STDOUT else atomic.write(Path(values["json"]), f"{text}\n".encode())


def _as_json(found: Checkpoint, measures: Measures, values: Mapping[str, Any]) -> str:
    settings = {name: values[name] for name in ("samples", "pictures", "binarize")}
    units = {key: table.TABLE[key].unit for key in measures.figures if key in table.TABLE}
    whole = {"model": found.name, "data": found.spec.data.name, "settings": settings, **asdict(measures)}
    return json.dumps(whole | {"units": units}, indent=1, allow_nan=False, ensure_ascii=False)


def _show(measures: Measures, title: str) -> None:
    console = tables.console()
    tables.show_measures(title, table.rows(measures.figures))
    if measures.kl_per_dimension:
        dimensions = "  ".join(f"{kl:.2f}" for kl in measures.kl_per_dimension)
        console.print(f"KL of each dimension, in nats: {dimensions}", soft_wrap=True, highlight=False)
    if measures.nll_pictures_per_second:
        speed = f"{measures.nll_pictures_per_second:,.1f} pictures/s"
        console.print(f"The NLL was sampled at {speed}.", highlight=False)
    for what, reason in measures.missing.items():
        tables.say(console, f"No {what}: {reason}.", "dim")


def _keep(found: Checkpoint, measures: Measures) -> list[str]:
    """Store the figures with the model; return a sentence if its folder may not be written, or holds another now."""
    try:
        checkpoint.add_measures(found, measures.figures)
    except (OSError, ValueError, LookupError) as error:
        return [f"The measures are only shown, because they cannot be stored with the model: {error}"]
    return []
