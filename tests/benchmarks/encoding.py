"""Seconds to encode 10,000 pictures: ours beside the test loop of pytorch/examples, with the same model.

Run `python -m tests.benchmarks.encoding`. The model is the gallery's `mnist`, the pictures are noise: no data set is
needed. Theirs turns each picture into an image and a tensor, as torchvision's MNIST does, in batches of 128; what it
computes of a picture (mean, sigma, reconstruction error, KL, drift) is the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from explorer import checkpoint, latent, places
from explorer.datasets import Images
from explorer.vae import VAE, kl_to_prior
from explorer.vision import torchvision_datasets

PICTURES, ROUNDS = 10_000, 5


class Pictures(Dataset[torch.Tensor]):
    """Images one by one, as torchvision's MNIST gives them with ToTensor."""

    def __init__(self, pixels: np.ndarray) -> None:
        torchvision_datasets()  # mends what keeps torchvision from being imported on some machines
        from torchvision.transforms import ToTensor

        self.pixels, self.transform = torch.from_numpy(pixels), ToTensor()

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> torch.Tensor:
        tensor: torch.Tensor = self.transform(Image.fromarray(self.pixels[index, 0].numpy()))
        return tensor


def theirs(model: VAE, pixels: np.ndarray) -> float:
    """Encode batch by batch; return the sum of all that was found, so that nothing is left out."""
    total = 0.0
    with torch.no_grad():
        for x in DataLoader(Pictures(pixels), batch_size=128):
            q = model.encode(x)
            decoded = model.decoded(q.mean)
            error = -model.likelihood.distribution(decoded).log_prob(x)
            drift = (model.encode(model.likelihood.picture(decoded)).mean - q.mean).norm(dim=1)
            total += float(q.mean.sum() + q.stddev.sum() + error.sum() + kl_to_prior(q).sum() + drift.sum())
    return total


def ours(model: VAE, pixels: np.ndarray) -> float:
    """Encode as `explorer encode` does; return the same sum."""
    table = latent.encode(model, Images(pixels))
    assert table.kl is not None
    assert table.drift is not None
    parts = (table.mean, table.std, table.error, len(pixels) * table.kl, table.drift)
    return float(sum(part.sum() for part in parts))


def main() -> None:
    """Print the seconds of both, and the ratio of their medians; in turns, with one thread."""
    torch.set_num_threads(1)
    model = checkpoint.find("mnist", places.gallery_dir()).model()
    pixels = np.random.default_rng(0).integers(0, 256, (PICTURES, *model.spec.shape), dtype=np.uint8)
    contestants: dict[str, Callable[[VAE, np.ndarray], float]] = {"explorer": ours, "pytorch/examples": theirs}
    found: dict[str, list[float]] = {name: [] for name in contestants}
    sums = dict[str, float]()
    for _ in range(ROUNDS):
        for name, encode in contestants.items():
            start = time.perf_counter()
            sums[name] = encode(model, pixels)
            found[name].append(time.perf_counter() - start)
    assert np.isclose(sums["explorer"], sums["pytorch/examples"], rtol=1e-3), sums
    fast, slow = (median(found[name]) for name in contestants)
    print(f"encoding {PICTURES:,} pictures: {fast:.2f} s, {slow / fast:.1f} times as fast as pytorch/examples")


if __name__ == "__main__":
    main()
