"""A mould: the networks of a model as ONNX files into which the weights of any moment of its training are poured.

To export takes seconds and torch; to pour takes a millisecond and neither. So a film of many moments can be decoded in
a browser, each by its own decoder. `python -m explorer.mould FOLDER RUN` makes the mould of a run in a folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import atomic, changes
from explorer.spec import Spec

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.vae import VAE

HALVES = ("decoder", "encoder")
FOLDER = ".moulds"  # among the runs
PLACES = "places.json"  # where in the files each weight goes
Weights = Mapping[str, np.ndarray[Any, Any]]


def key(spec: Spec) -> str:
    """Return a name for what a mould depends on: all models that share it have the same."""
    told = spec.to_json()
    shape = {name: told[name] for name in ("shape", "latent", "network", "likelihood", "conditional", "classes")}
    objective = changes.WEIGHED.get(spec.objective.name, spec.objective.name)
    return sha256(repr((shape, objective, version("torch"))).encode()).hexdigest()[:16]


def place(spec: Spec, runs: Path) -> Path:
    """Return where the mould of a Spec lies, beside a folder's runs; whether it is there or not."""
    return runs / FOLDER / key(spec)


def is_there(folder: Path) -> bool:
    """Tell whether a mould has been made."""
    return (folder / PLACES).is_file()


def make(spec: Spec, folder: Path) -> None:
    """Export the networks of a Spec, find where each weight went, and write the mould as one.

    ValueError if they cannot be exported, or compute something else once other weights are poured in.
    """
    from explorer import export
    from explorer.vae import VAE

    model = _random(VAE(spec), 1)
    with atomic.scratch(folder) as scratch:
        export.onnx(model, scratch)
        blobs = {half: (scratch / f"{half}.onnx").read_bytes() for half in HALVES}
        places = {half: _places(blobs[half], model.state_dict()) for half in HALVES}
        (scratch / PLACES).write_text(json.dumps(places), encoding="utf-8")
        _check(_random(VAE(spec), 2), scratch)
        atomic.replace(folder, scratch)


def pour(folder: Path, half: str, weights: Weights) -> bytes:
    """Return the ONNX file of half a model with these weights. ValueError if mould or weights are not whole."""
    try:
        places = json.loads((folder / PLACES).read_text(encoding="utf-8"))[half]
        blob = bytearray((folder / f"{half}.onnx").read_bytes())
        for name, offset, turned in places:
            value = np.asarray(weights[name], np.float32)
            data = np.ascontiguousarray(value.T if turned else value).tobytes()
            if offset + len(data) > len(blob):
                raise ValueError(f"{name} does not fit")
            blob[offset : offset + len(data)] = data
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"No {half} can be made for this moment ({error}).") from None
    return bytes(blob)


def _random(model: VAE, seed: int) -> VAE:
    """Return a model all of whose numbers are different: so each can be found again in a file."""
    import torch

    random = torch.Generator().manual_seed(seed)
    for value in model.state_dict().values():
        if value.is_floating_point():
            value.copy_(0.05 * torch.randn(value.shape, generator=random) + 0.1 * (value.ndim == 1))
    return model.eval()


def _places(blob: bytes, state: Mapping[str, Tensor]) -> list[tuple[str, int, bool]]:
    """Return the weights that lie in a file: name, where, and of a matrix whether rows and columns are changed."""
    found = []
    for name, value in state.items():
        array = value.detach().numpy()
        for turned in (False, True) if array.ndim == 2 else (False,):
            data = np.ascontiguousarray(array.T if turned else array).tobytes()
            if array.size and (offset := blob.find(data)) >= 0:
                found.append((name, offset, turned))
                break
    return found


def _check(model: VAE, folder: Path) -> None:
    """Pour in another model's weights, and compare what comes out with that model. ValueError if it differs."""
    from explorer import export

    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    with atomic.scratch(folder / "check") as scratch:
        for half in HALVES:
            (scratch / f"{half}.onnx").write_bytes(pour(folder, half, weights))
        export.check(model, scratch)


def main() -> None:
    """Make the mould of a run: for another process, which has no torch."""
    from explorer import run

    make(run.read(Path(sys.argv[2])).spec, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
