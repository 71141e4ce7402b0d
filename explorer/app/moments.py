"""A moment of a run's film as the files of a model: so the live view opens any moment as it opens any model."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import IO, NamedTuple

import numpy as np

from explorer import film, latent, mould, projections, run, tensors
from explorer.app import lowly
from explorer.latent import LatentTable
from explorer.run import Run

MAPS = ("axes", "pca")  # that take no time
KEPT = 8  # files in memory
AGAIN = 60.0  # seconds before a mould is tried again that could not be made


class Making(NamedTuple):
    """The making of a mould."""

    process: subprocess.Popen[bytes]
    words: IO[bytes]  # what it says, in a file without a name: a pipe that nobody reads would stop it


_making: dict[str, Making] = {}  # a mould's folder: what makes it
_unmade: dict[str, tuple[float, str]] = {}  # when one could not be made, and why
_opening = Lock()


def listing(it: Run) -> list[list[int]]:
    """Return step and version of each moment of a run's film, in order."""
    folder = it.folder / run.FILM
    return [[step, version(it, step)] for step in film.steps(folder)]


def version(it: Run, step: int) -> int:
    """Return what changes when a moment is filmed again; 0 if it is not there."""
    try:
        return film.moment_file(it.folder / run.FILM, step).stat().st_mtime_ns // 1000
    except OSError:
        return 0


def file(it: Run, step: int, wanted: int, name: str) -> bytes | None:
    """Return a file of a moment; None while it is being made. LookupError or ValueError, in a sentence, if never."""
    folder = it.folder / run.FILM
    if version(it, step) != wanted or step not in film.steps(folder):
        raise LookupError(f"The moment of step {step:,} has been filmed anew, or is gone: reload the page.")
    if name == "look.safetensors":
        return film.moment_file(folder, step).read_bytes()
    if name == "weights.safetensors":
        return film.weights_file(folder, step).read_bytes()
    if name in ("decoder.onnx", "encoder.onnx"):
        return _network(it, step, wanted, name.removesuffix(".onnx"))
    if name == "latents.safetensors":
        return _latents(it, step)
    if name == "preview.png":
        return _preview(it, step)
    raise LookupError(f"A moment has no file {name!r}.")


def mould_of(it: Run) -> Path | None:
    """Return the mould of a run, or None while it is being made. ValueError, in a sentence, if it cannot be made."""
    made = mould.place(it.spec, it.folder.parent)
    _let_go()
    if mould.is_there(made):
        return made
    _make(made, it)
    return None


def _network(it: Run, step: int, wanted: int, half: str) -> bytes | None:
    made = mould_of(it)
    return _poured(made, film.weights_file(it.folder / run.FILM, step), wanted, half) if made else None


@lru_cache(maxsize=KEPT)
def _poured(made: Path, weights: Path, wanted: int, half: str) -> bytes:  # noqa: ARG001  (`wanted` keeps the cache true)
    return mould.pour(made, half, tensors.read(weights)[0])


def _make(folder: Path, it: Run) -> None:
    """Let another process make a mould, unless one does. ValueError, with its words, if it could not."""
    key = str(folder)
    with _opening:
        when, words = _unmade.get(key, (float("-inf"), ""))
        if time.monotonic() - when < AGAIN:
            raise ValueError(words)
        making = _making.get(key)
        if making is None:
            _making[key] = _begin([sys.executable, "-m", "explorer.mould", key, str(it.folder)])
        elif making.process.poll() is not None and not mould.is_there(folder):
            with _making.pop(key).words as stream:
                stream.seek(0)
                said = stream.read().decode(errors="replace").strip() or "it ended without a word"
            _unmade[key] = time.monotonic(), f"No decoder could be made for this run: {said.splitlines()[-1]}"
            raise ValueError(_unmade[key][1])


def _begin(command: list[str]) -> Making:
    words = tempfile.TemporaryFile()  # noqa: SIM115  (open for as long as the process is looked after)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=words)  # noqa: S603  (ours)
    lowly.step_back(process, lowly.HALF)  # before the trainer: somebody waits for it, and it is short
    return Making(process, words)


def _let_go() -> None:
    """Let go of the processes that have made their moulds: the system keeps an ended one until it is looked at."""
    with _opening:
        for key, making in list(_making.items()):
            if making.process.poll() is not None and mould.is_there(Path(key)):
                _making.pop(key).words.close()


def table(it: Run, step: int) -> LatentTable:
    """Return the pictures of the stage as they lay at a moment."""
    look = film.read_look(film.moment_file(it.folder / run.FILM, step))
    arrays, metadata = tensors.read(it.folder / run.FILM / film.STAGE)
    mean, std = look.mean.astype(np.float32), look.std.astype(np.float32)
    unknown = np.zeros(len(mean), np.float32)  # the error of each picture: it is left out where this is sent
    return LatentTable(
        mean=mean, std=std, error=unknown, labels=arrays.get("labels"),
        label_names=tuple(film.words(metadata).get("label_names", ())), kl=look.kl if len(look.kl) else None,
    )  # fmt: skip


def _latents(it: Run, step: int) -> bytes:
    whole = table(it, step)
    names = [name for name, each in projections.projectors(MAPS).items() if each.suits(whole.mean)]
    return latent.packed(whole, projections.fit_all(whole.mean, names), without=["error"])


def _preview(it: Run, step: int) -> bytes:
    from PIL import Image

    look = film.read_look(film.moment_file(it.folder / run.FILM, step))
    pixels = look.reconstructed[0].transpose(1, 2, 0)
    out = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(out, "PNG")
    return out.getvalue()
