"""The film of a training on disk: what it looked like at some of its steps, so that anybody can rewind it.

stage.safetensors              what stays the same: some test pictures, their labels, and the draws that are decoded
00001234.safetensors           a moment: where the pictures of the stage lie by then, reconstructions, samples, figures
00001234.weights.safetensors   the weights of that moment as float16: it can be decoded, and gone on from
now.safetensors                the latest look, which replaces the one before it, without weights
watched                        touched by whoever looks on: only then are there looks between the moments
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from explorer import atomic, notes, tensors

STAGE, NOW, WATCHED, WEIGHTS = "stage.safetensors", "now.safetensors", "watched", ".weights.safetensors"
MOMENT = re.compile(r"(\d{8,12})\.safetensors")
ATTENTION = 5.0  # seconds for which a look on is remembered

Pixels = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Stage:
    """What the camera looks at from the first step to the last."""

    originals: Pixels  # (k, c, h, w): the first k of the n pictures, to be reconstructed
    z: Floats  # (s, d): draws from the prior, to be decoded
    labels: NDArray[np.int32] | None  # (n,) of the n test pictures that are encoded
    label_names: tuple[str, ...]
    classes: NDArray[np.int32] | None  # (s,): what a conditional model is told with z


@dataclass(frozen=True)
class Look:
    """What a training looks like at one step."""

    figures: dict[str, float]  # step, epoch, seconds and done; of the n pictures, where known, reconstruction and kl
    mean: Floats  # (n, d): mu of q(z|x) of the stage's pictures
    std: Floats  # (n, d): sigma; zeros for a plain autoencoder
    kl: Floats  # (d,): KL to the prior of each dimension, in nats, a mean over the pictures; empty for an autoencoder
    reconstructed: Pixels  # (k, c, h, w)
    samples: Pixels  # (s, c, h, w): the decoded draws


def steps(folder: Path) -> list[int]:
    """Return the steps of which a film has a whole moment, in order."""
    names = [match for file in folder.glob("*.safetensors") if (match := MOMENT.fullmatch(file.name))]
    whole = [int(match[1]) for match in names if (folder / match[0]).is_file()]
    return sorted(step for step in whole if weights_file(folder, step).is_file())


def moment_file(folder: Path, step: int) -> Path:
    """Return where the look of a moment lies."""
    return folder / f"{step:08d}.safetensors"


def weights_file(folder: Path, step: int) -> Path:
    """Return where the weights of a moment lie."""
    return folder / f"{step:08d}{WEIGHTS}"


def write_stage(folder: Path, stage: Stage) -> None:
    """Begin a film. OSError if the disk is full."""
    arrays = {"originals": stage.originals, "z": stage.z.astype(np.float32), "labels": stage.labels,
              "classes": stage.classes}  # fmt: skip
    _write(folder / STAGE, arrays, {"label_names": list(stage.label_names)})


def write_look(file: Path, look: Look) -> None:
    """Write a look as one. OSError if the disk is full."""
    codes = {"mean": look.mean.astype(np.float16), "std": look.std.astype(np.float16)}
    shown = {"kl": look.kl.astype(np.float32), "reconstructed": look.reconstructed, "samples": look.samples}
    _write(file, codes | shown, look.figures)


def words(metadata: Mapping[str, str]) -> Any:
    """Return what a file of a film says beside its arrays. ValueError if that is damaged."""
    try:
        return notes.parse(metadata["words"])
    except (KeyError, ValueError) as error:
        raise ValueError(f"it says nothing that can be read: {error}") from None


def read_look(file: Path) -> Look:
    """Read a look. ValueError if it is missing or damaged."""
    arrays, metadata = tensors.read(file)
    try:
        figures = {str(key): float(value) for key, value in words(metadata).items()}
        return Look(figures, *(arrays[name] for name in ("mean", "std", "kl", "reconstructed", "samples")))
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{file} is damaged: {error}") from None


def cut(folder: Path, after: int) -> None:
    """Forget the moments after a step: they will be made again."""
    for step in [each for each in steps(folder) if each > after]:
        for file in (moment_file(folder, step), weights_file(folder, step)):
            file.unlink(missing_ok=True)
    (folder / NOW).unlink(missing_ok=True)


def copy(folder: Path, to: Path, until: int) -> None:
    """Copy a film up to a step: of a run that goes on from there as another one. OSError if the disk is full."""
    to.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / STAGE, to / STAGE)
    for step in [each for each in steps(folder) if each <= until]:
        for file in (moment_file(folder, step), weights_file(folder, step)):
            shutil.copy2(file, to / file.name)


def watch(folder: Path) -> None:
    """Say that somebody looks on."""
    with suppress(OSError):  # a full disk, or a film that has not begun
        (folder / WATCHED).touch()


def is_watched(folder: Path) -> bool:
    """Tell whether somebody looked on in the last seconds."""
    try:
        return time.time() - (folder / WATCHED).stat().st_mtime < ATTENTION
    except OSError:
        return False


def _write(file: Path, arrays: dict[str, Any], said: Any) -> None:
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items() if array is not None}
    atomic.write(file, save(whole, {"words": json.dumps(said)}))
