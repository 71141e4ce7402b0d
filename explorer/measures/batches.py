"""Pictures in batches, and what a measure asks of a model: the one place that knows about classes and devices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, Normal

from explorer.datasets import Images
from explorer.objectives import Batch
from explorer.source import as_floats
from explorer.vae import VAE

MOST_ROWS, MOST_VALUES = 1000, 1_000_000  # pictures, and values of pictures, in one batch
Step = TypeVar("Step")


class Track(Protocol):
    """Goes through steps and shows how far it is: `rich.progress.Progress.track` is one."""

    def __call__(self, steps: Sequence[Step], /, *, description: str) -> Iterable[Step]:
        """Yield the steps one by one."""


def silently(steps: Sequence[Step], /, *, description: str) -> Iterable[Step]:  # noqa: ARG001  (nothing is shown)
    """Go through the steps and show nothing."""
    return steps


def batch(images: Images, where: slice, device: torch.device) -> Batch:
    """Return the pictures at `where`. They are copied: the data set's own array may be a read-only file."""
    x = as_floats(torch.from_numpy(np.array(images.pixels[where])).to(device))
    y = None if images.labels is None else torch.from_numpy(np.array(images.labels[where])).to(device)
    return Batch(x, y)


def slices(n: int, size: int) -> list[slice]:
    """Cut 0..n into pieces of `size`, the last one smaller."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def fitting(shape: tuple[int, ...]) -> int:
    """Return how many pictures of a shape go through a network at once, so that memory stays bounded."""
    return max(1, min(MOST_ROWS, MOST_VALUES // math.prod(shape)))


def device_of(model: VAE) -> torch.device:
    """Return where the model's weights are."""
    return next(model.parameters()).device


@torch.inference_mode()
def encode(model: VAE, images: Images, track: Track = silently) -> Normal:
    """Return q(z|x) of all pictures, batch shape (n, latent), on the CPU."""
    mean, std = [], []
    for where in track(slices(len(images), fitting(images.shape)), description="encoding"):
        x, y = batch(images, where, device_of(model))
        q = model.encode(x, y)
        mean.append(q.mean.cpu())
        std.append(q.stddev.cpu())
    return Normal(torch.cat(mean), torch.cat(std), validate_args=False)


def decode(model: VAE, z: Tensor, y: Tensor | None) -> Distribution:
    """Return p(x|z), event shape (c, h, w), for z (n, latent) of classes y (n,)."""
    return model.decode(z.to(device_of(model)), y)


@torch.inference_mode()
def shown(
    model: VAE, z: Tensor, labels: Tensor | None, track: Track = silently, *, description: str
) -> Iterator[Tensor]:
    """Yield what a person is shown, (some, c, h, w) in [0, 1] on the CPU, for z (n, latent) of classes (n,)."""
    device = device_of(model)
    for where in track(slices(len(z), fitting(model.spec.shape)), description=description):
        y = None if labels is None else labels[where].to(device)
        yield model.picture(z[where].to(device), y).cpu()


def real(images: Images) -> Iterator[Tensor]:
    """Yield the pictures, (some, c, h, w) in [0, 1] on the CPU, cut as those of `shown`."""
    for where in slices(len(images), fitting(images.shape)):
        yield batch(images, where, torch.device("cpu")).x


def labels_of(images: Images) -> Tensor | None:
    """Return the classes (n,) of the pictures, if they have any."""
    return None if images.labels is None else torch.from_numpy(np.array(images.labels))


def binarized(images: Images, seed: int = 0) -> Images:
    """Return the pictures with each pixel drawn once as 0 or 1, its grey value the chance of 1.

    Burda, Grosse & Salakhutdinov 2015, section 5, https://arxiv.org/abs/1509.00519.
    """
    random = np.random.default_rng(seed)
    pixels = np.empty_like(images.pixels)
    for where in slices(len(images), fitting(images.shape)):
        grey = images.pixels[where]
        pixels[where] = np.where(random.random(grey.shape, np.float32) * 255 < grey, 255, 0)
    return replace(images, pixels=pixels)
