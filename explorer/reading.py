"""A data set read for a command: with a progress bar, and with what a person should know of its pictures."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from explorer import catalog, tables
from explorer.catalog import Choice
from explorer.datasets import Dataset, Split
from explorer.spec import MENUS


def read(data: Choice, root: Path, console: Console) -> Split:
    """Return the pictures of a data set below `root`; a bar goes away when they are there, remarks stay.

    Raises what `Dataset.load` raises.
    """
    dataset: Dataset = catalog.make(MENUS["data"], data)
    with tables.progress(console) as bar:
        task = bar.add_task("reading the pictures", total=None)

        def report(done: float, what: str) -> None:
            bar.update(task, total=1.0 if done else None, completed=done, description=escape(what))

        split = dataset.load(root, report)
    for line in remarks(split):
        tables.say(console, line, "yellow")
    return split


def remarks(split: Split, most: int = 5) -> list[str]:
    """Return what a person should know of the pictures: which were skipped, at most `most` of them by name."""
    skipped = split.train.skipped
    lines = [f"{len(skipped):,} could not be read and are left out:"] if skipped else []
    lines += [f"  {each}" for each in skipped[:most]]
    lines += [f"  and {len(skipped) - most:,} more"] if len(skipped) > most else []
    return lines + ([split.train.note] if split.train.note else [])
