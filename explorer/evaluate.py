"""`explorer evaluate`: a model's measures as a table or as JSON, kept with the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from explorer import checkpoint, places, reading, tables
from explorer.measures import table

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint
    from explorer.datasets import Split
    from explorer.measures.suite import Measures

STDOUT = "-"


def run(values: Mapping[str, Any]) -> None:
    """Measure the model that the options of `explorer evaluate` name, print the measures, and keep them with it.

    LookupError, after what is known without them, if the pictures are not here.
    """
    found = checkpoint.find(values["model"], places.models_dir(values["models_dir"]), places.gallery_dir())
    errors = Console(stderr=True)  # what is printed to stdout may be JSON that somebody else reads
    root = places.data_dir(values["data_dir"])
    try:
        split = reading.read(found.spec.data, root, errors)
    except LookupError as error:
        _report(found, _stored(found), values, f"{found.name}: what is stored with it")
        raise LookupError(f"{error} Without the pictures only what is stored with the model could be shown.") from None
    measures = _measure(found, split, root, values, errors)
    _report(found, measures, values, f"{found.name} on {found.spec.data.name}")
    for note in measures.notes + _keep(found, measures):
        tables.say(errors, note, "yellow")


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
    with Progress(*columns, console=errors, transient=True) as bar:
        knobs = {name: values[name] for name in ("samples", "pictures", "binarize")}
        return evaluate(found, split, cache=root, track=bar.track, **knobs)


def _report(found: Checkpoint, measures: Measures, values: Mapping[str, Any], title: str) -> None:
    """Print the measures, and write them as JSON where that was asked for: into a file, or alone to stdout."""
    if values["json"] != STDOUT:
        _show(measures, title)
    if values["json"]:
        text = _as_json(found, measures, values)
        click.echo(text) if values["json"] == STDOUT else Path(values["json"]).write_text(text + "\n", "utf-8")


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
    """Store the figures with the model; return a sentence if its folder may not be written."""
    try:
        checkpoint.add_measures(found, measures.figures)
    except OSError as error:
        return [f"The measures are only shown, because they cannot be stored with the model: {error}"]
    return []
