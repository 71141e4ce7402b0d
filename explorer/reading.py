"""A data set read for a command: with a progress bar, and with what a person should know of its pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.markup import escape

from explorer import catalog, tables
from explorer.catalog import Choice
from explorer.datasets import Dataset, Images, Split
from explorer.spec import MENUS

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint


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


def remarks(split: Split, most: int = 50) -> list[str]:
    """Return what a person should know of the pictures: which were skipped, at most `most` of them by name."""
    skipped = split.train.skipped
    are = "is" if len(skipped) == 1 else "are"
    lines = [f"{len(skipped):,} could not be read and {are} left out:"] if skipped else []
    lines += [f"  {each}" for each in skipped[:most]]
    lines += [f"  and {len(skipped) - most:,} more"] if len(skipped) > most else []
    return lines + ([split.train.note] if split.train.note else [])


def as_told(found: Checkpoint, images: Images) -> Images:
    """Return pictures with their classes numbered as a conditional model was told them, by the names kept with it.

    For another model, and where the pictures have no classes, they stay as they are. ValueError if the model does not
    know one of the classes, or if the names are damaged.
    """
    if not found.spec.conditional or images.labels is None:
        return images
    names = found.latents()[0].label_names
    if images.label_names == names:
        return images
    unknown = [name for i, name in enumerate(images.label_names) if name not in names and i in images.labels]
    if unknown:
        raise ValueError(f"The model {found.name} does not know the class {unknown[0]!r}; it knows {', '.join(names)}.")
    number = np.array([names.index(name) if name in names else -1 for name in images.label_names], np.int64)
    return replace(images, labels=number[images.labels], label_names=names)
