"""`explorer export`: a model, or parts of it, in a folder or a zip archive for somebody else."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer import atomic, checkpoint, encode, places, rows, tables

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint

ONNX = ("encoder.onnx", "decoder.onnx")
ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")
Part = Callable[["Checkpoint", Path, Path], None]  # of a model, into a folder, with the folder of data sets


def run(values: Mapping[str, Any]) -> None:
    """Do what the options of `explorer export` say."""
    target, what = values["target"], chosen(values["what"])
    archive = is_zip(target)
    found = checkpoint.find(values["model"], places.models_dir(values["models_dir"]), places.gallery_dir())
    console = tables.console()
    with tempfile.TemporaryDirectory(prefix="explorer-") as scratch, console.status(f"Exporting {found.name}"):
        for part in what:
            PARTS[part](found, Path(scratch), places.data_dir(values["data_dir"]))
        files = sorted(Path(scratch).iterdir())
        _check_free(target, files, values["replace"])
        (_zip if archive else _copy)(found.name, files, target)
        said = f"{target}: {', '.join(file.name for file in files)}"
    tables.say(console, said)


def chosen(words: str) -> list[str]:
    """Return the parts in a list with commas. UsageError for one that there is not."""
    names = [name.strip() for name in words.split(",") if name.strip()]
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise click.UsageError(f"--what is one or more of {','.join(PARTS)}, not {words!r}.")
    return names


def is_zip(target: Path) -> bool:
    """Return whether a target is to be an archive. UsageError if its name is that of an archive of another kind."""
    suffix = target.suffix.lower()
    if suffix in ARCHIVES:
        raise click.UsageError(f"{target} would be another archive than zip: name a .zip, or a folder.")
    return suffix == ".zip"


def _whole(found: Checkpoint, into: Path, data: Path) -> None:  # noqa: ARG001  (the parts are called alike)
    """Copy the model as it is."""
    for file in found.folder.iterdir():
        if _is_there(file) and not file.name.startswith("."):
            shutil.copyfile(file, into / file.name)


def archive(found: Checkpoint, target: Path) -> None:
    """Write a model as a zip archive."""
    with tempfile.TemporaryDirectory(prefix="explorer-") as scratch:
        _whole(found, Path(scratch), target.parent)
        _zip(found.name, sorted(Path(scratch).iterdir()), target)


def _onnx(found: Checkpoint, into: Path, data: Path) -> None:  # noqa: ARG001
    """Copy encoder.onnx and decoder.onnx; export them anew if they are not there. ValueError if that fails."""
    from explorer import export

    if _have(found, ONNX):
        _take(found, ONNX, into)
    else:
        export.onnx(found.model(), into)


def _weights(found: Checkpoint, into: Path, data: Path) -> None:  # noqa: ARG001
    _take(found, (checkpoint.WEIGHTS, checkpoint.CONFIG), into)


def _latents(found: Checkpoint, into: Path, data: Path) -> None:  # noqa: ARG001
    rows.write(into / "latents.csv", *found.latents())


def _sheet(found: Checkpoint, into: Path, data: Path) -> None:
    """Copy the contact sheet, or paint it of the model's own test pictures."""
    from explorer.sheet import sheet

    if _have(found, (checkpoint.SHEET,)):
        _take(found, (checkpoint.SHEET,), into)
    else:
        images = encode.pictures(found, None, None, data)[0]
        sheet(found.model(), images).save(into / checkpoint.SHEET)


def _card(found: Checkpoint, into: Path, data: Path) -> None:  # noqa: ARG001
    _take(found, (checkpoint.CARD,), into)


PARTS: dict[str, Part] = {
    "model": _whole, "onnx": _onnx, "weights": _weights, "latents": _latents, "sheet": _sheet, "card": _card,
}  # fmt: skip


def _have(found: Checkpoint, names: Collection[str]) -> bool:
    return all(_is_there(found.folder / name) for name in names)


def _take(found: Checkpoint, names: Collection[str], into: Path) -> None:
    for name in names:
        if not _is_there(found.folder / name):
            raise LookupError(f"The model in {found.folder} has no {name}: it cannot be exported.")
        shutil.copyfile(found.folder / name, into / name)


def _is_there(file: Path) -> bool:
    """Tell whether a model has a file; a link is not followed, it may lead out of the folder."""
    return file.is_file() and not file.is_symlink()


def _check_free(target: Path, files: Collection[Path], may_replace: bool) -> None:
    there = [target] if is_zip(target) else [target / file.name for file in files]
    taken = [str(file) for file in there if file.exists()]
    if taken and not may_replace:
        raise ValueError(f"{taken[0]} is there already: choose another place, or --replace it.")


def _zip(name: str, files: Collection[Path], target: Path) -> None:
    """Write an archive with one folder, the model's: unpacked into a folder of models, it is listed there."""
    with atomic.file(target) as fresh, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{name}/{file.name}")


def _copy(name: str, files: Collection[Path], target: Path) -> None:  # noqa: ARG001  (called as _zip is)
    for file in files:
        with atomic.file(target / file.name) as fresh:
            shutil.copyfile(file, fresh)
