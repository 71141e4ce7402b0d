"""`explorer encode`: pictures seen through a model's encoder, for other programs or for the model's own map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer import atomic, catalog, checkpoint, latent, places, projections, reading, rows, tables
from explorer.catalog import Choice
from explorer.datasets import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from explorer.checkpoint import Checkpoint
    from explorer.datasets import Images
    from explorer.latent import LatentTable
    from explorer.projections import Projection
    from explorer.spec import Spec


def run(values: Mapping[str, Any]) -> None:
    """Do what the options of `explorer encode` say. All that can be refused is refused before anything is encoded."""
    out, source, names = values["out"], values["source"], asked(values["maps"])
    if out is None and (source or values["part"]):
        raise click.UsageError("A model keeps only its own test pictures: SOURCE and --part go with --out FILE.")
    if out:
        rows.check(out)
    projections.projectors(names)
    console = tables.console()
    found = checkpoint.find(values["model"], places.models_dir(values["models_dir"]), places.gallery_dir())
    images = pictures(found, source, values["part"], places.data_dir(values["data_dir"]))
    table = _encode(found, images if out else [some(each, latent.MOST) for each in images], console)
    if out:
        with console.status("Making the maps, writing"):
            rows.write(out, table, projections.fit_all(table.mean, names) if names else {})
    else:
        with console.status("Making the maps"):
            maps = refresh(found, table, names)
        console.print(f"Maps: {', '.join(maps)}", highlight=False)
    where = out or found.folder / checkpoint.LATENTS
    many = tables.count(len(table.mean), "picture")
    tables.say(console, f"{many}, {table.error.mean():.1f} nats of reconstruction error each: {where}")


def asked(words: str | None) -> list[str] | None:
    """Return the names in a list with commas, or None where nothing was asked for. UsageError if it holds no name."""
    if words is None:
        return None
    names = [name.strip() for name in words.split(",") if name.strip()]
    if not names:
        raise click.UsageError(f"Name maps with commas between them: {','.join(catalog.names('projections'))}")
    return names


def pictures(found: Checkpoint, source: str | None, part: str | None, root: Path) -> list[Images]:
    """Return pictures for a model, as one piece or two: of the data set or folder `source`, or of its own data set.

    `part` is test, train or all; None takes the test pictures of a data set and all of a folder. ValueError if they are
    not of the model's shape or classes, LookupError if there is no such source.
    """
    spec = found.spec
    choice = spec.data if source is None else source_choice(spec, source)
    split = reading.read(choice, root, tables.console())
    part = part or ("test" if source is None or source in catalog.names("datasets") else "all")
    images = list(split) if part == "all" else [getattr(split, part)]
    if images[0].shape != spec.shape:
        given, wanted = tables.shape_text(images[0].shape), tables.shape_text(spec.shape)
        raise ValueError(f"The pictures of {choice.name} are {given}, the model is for {wanted}: choose others.")
    if source is None and _is_damaged(found):  # its own data set has its classes
        return images
    return [reading.as_told(found, each) for each in images]


def _is_damaged(found: Checkpoint) -> bool:
    """Tell whether a model's table cannot be read: this command makes it anew."""
    try:
        found.latents()
    except ValueError:
        return True
    return False


def source_choice(spec: Spec, source: str) -> Choice:
    """Return the data set of a name, or the one that reads a folder or zip as pictures of the model's shape."""
    if source in catalog.names("datasets"):
        return Choice(source)
    if not Path(source).expanduser().exists():
        known = ", ".join(catalog.names("datasets"))
        raise LookupError(f"{source!r} is neither a folder, nor a zip, nor a data set; those are: {known}.")
    channels, height, width = spec.shape
    if height != width:
        raise ValueError(f"A folder is read as square pictures, the model is for {tables.shape_text(spec.shape)}.")
    return Choice("folder", {"path": source, "side": height, "colour": "grey" if channels == 1 else "colour"})


def refresh(found: Checkpoint, table: LatentTable, names: Collection[str] | None) -> dict[str, Projection]:
    """Write a model's table anew, with the maps `names`, or with the usual ones and those that it had; return them.

    The mixture of its codes is fitted anew too.
    """
    maps = projections.fit_all(table.mean, names)
    if names is None:
        with suppress(ValueError):  # a damaged table
            had = set(found.latents()[1]) & set(catalog.names("projections")) - set(maps)
            maps |= projections.fit_all(table.mean, had) if had else {}
    with atomic.file(found.folder / checkpoint.LATENTS) as fresh:
        latent.write(fresh, latent.mixed(table), maps)
    return maps


def _encode(found: Checkpoint, images: list[Images], console: Console) -> LatentTable:
    """Encode piece by piece: pictures that lie in a file larger than memory are never copied as a whole."""
    model, made = found.model(), list[latent.LatentTable]()
    with bar(console, f"Encoding for {found.name}", sum(map(len, images))) as report:
        for piece in images:
            made.append(latent.encode(model, piece, report=partial(_further, report, made)))
    return latent.join(made)


def _further(report: Callable[[int], object], made: list[LatentTable], done: int) -> None:
    report(sum(len(table.mean) for table in made) + done)


@contextmanager
def bar(console: Console, what: str, total: int) -> Iterator[Callable[[int], object]]:
    """Show a progress bar; give the function that is told how far it is."""
    with tables.progress(console) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)
