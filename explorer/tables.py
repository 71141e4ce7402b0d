"""What the terminal shows: tables of models and data sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from explorer import catalog
from explorer.checkpoint import Checkpoint


def show_models(models: Sequence[Checkpoint]) -> None:
    """Print a line for each model."""
    rows = [
        (
            each.name,
            each.spec.data.name,
            shape_text(each.spec.shape),
            each.spec.objective.name,
            each.spec.network.name,
            str(each.spec.latent),
            f"{each.measures['reconstruction']:.1f}",
            f"{each.measures['kl']:.1f}" if "kl" in each.measures else "",
            str(each.folder.parent),
        )
        for each in models
    ]
    _print(("model", "data", "picture", "objective", "network", "latent", "reconstr.", "KL", "folder"), rows)


def show_datasets(root: Path) -> None:
    """Print a line for each data set of the menu; `root` is where they are looked for."""
    rows = []
    for name in catalog.names("datasets"):
        kind = catalog.entry("datasets", name)
        here = "yes" if kind().here(root) else "no"
        rows.append((name, kind.size, shape_text(kind.shape), kind.licence, here, catalog.summary("datasets", name)))
    _print(("data set", "train + test", "picture", "licence", "here", "what it is"), rows)
    Console().print(f"Looked for in {root}", style="dim", soft_wrap=True)


def shape_text(shape: tuple[int, int, int]) -> str:
    """Return a picture's shape as people say it: 28x28 grey."""
    channels, height, width = shape
    return f"{width}x{height} {'grey' if channels == 1 else 'colour'}"


def _print(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*header, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
