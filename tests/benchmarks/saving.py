"""Seconds to save and to load a model, beside torch.save and numpy.savez of the same weights and latents.

Run `python -m tests.benchmarks.saving`. Theirs writes and reads the numbers and no more. Ours is timed twice: the same
numbers alone, checked one by one when they are read; and all that `checkpoint.save` does: encode 10,000 pictures,
lay out a map, export for the browser and check that, draw the sheet, write it all as one and read it again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch
from safetensors.torch import save_file

from explorer import checkpoint, latent, places
from explorer.datasets import Images

ROUNDS = 5


def seconds(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median of how long it takes."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return median(found)


def main() -> None:
    """Print the seconds of each, and the ratios."""
    torch.set_num_threads(1)
    model = checkpoint.find("mnist", places.gallery_dir()).model()
    noise = np.random.default_rng(0).integers(0, 256, (latent.MOST, *model.spec.shape), dtype=np.uint8)
    images = Images(noise)
    table, weights = latent.encode(model, images), model.state_dict()
    arrays = {"mean": table.mean, "std": table.std, "error": table.error}
    with tempfile.TemporaryDirectory() as folder:
        pickled, zipped, place = Path(folder, "weights.pt"), Path(folder, "latents.npz"), Path(folder, "model")
        whole = seconds(lambda: checkpoint.save(place, model, images, maps=("pca",)), 1)
        found = checkpoint.read(place)

        def numbers() -> None:
            save_file(weights, Path(folder, "weights.safetensors"))
            latent.write(Path(folder, "latents.safetensors"), table, {})

        save = seconds(numbers), seconds(lambda: (torch.save(weights, pickled), np.savez(zipped, **arrays)))
        load = (
            seconds(lambda: (found.model(), found.latents())),
            seconds(lambda: (model.load_state_dict(torch.load(pickled)), dict(np.load(zipped)))),
        )
    print(f"a whole checkpoint of {len(noise):,} pictures, with one map: {whole:.1f} s")
    for what, (mine, theirs) in {"saving": save, "loading": load}.items():
        print(f"{what} the numbers: {1000 * mine:.0f} ms, {mine / theirs:.1f} times as long as torch and numpy")


if __name__ == "__main__":
    main()
