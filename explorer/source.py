"""Where a training's batches come from: uint8 pictures in memory, on the device, or on disk; floats batch by batch."""

from __future__ import annotations

import math

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.datasets import Images
from explorer.objectives import Batch
from explorer.plan import Plan
from explorer.spec import Spec

SALT = 1 << 31  # added to a seed, which is smaller: the coins of a step are not the noise of its z
MEMORY = 0.4  # share of the free memory that pictures may take; more of them stay on disk


class Source:
    """The batches of a training, in an order that follows from the seed alone.

    Each epoch has a permutation of its own. A batch is known by its step, so that a training can go on anywhere.
    """

    def __init__(self, images: Images, spec: Spec, plan: Plan) -> None:
        if images.shape != spec.shape:
            raise ValueError(f"The model is for pictures of shape {spec.shape}, the data set's are {images.shape}.")
        if spec.conditional and images.labels is None:
            raise ValueError("A conditional model needs a data set with labels, this one has none.")
        if spec.conditional and len(images.label_names) != spec.classes:
            raise ValueError(
                f"The model is for {spec.classes} classes, the data set has {len(images.label_names)}: begin a new run."
            )
        self.plan, self.seed, self.size = plan, spec.training.seed, spec.training.batch
        self.pictures = len(images)
        self.per_epoch = math.ceil(self.pictures / self.size)  # steps
        self.per_step = self.pictures / self.per_epoch  # pictures, the smaller last batch counted in
        self.pixels = _kept(images.pixels, plan.device)
        self.labels = torch.tensor(images.labels, device=plan.device) if spec.conditional else None
        self.noise = torch.Generator(plan.device) if spec.training.binarize else None
        self._epoch, self._order = -1, torch.empty(0)

    def batch(self, step: int) -> Batch:
        """Return the batch of a step: this process's part of it, where several share it."""
        epoch, within = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            order = torch.Generator().manual_seed(self.seed + epoch * 1_000_003)
            self._epoch, self._order = epoch, torch.randperm(self.pictures, generator=order)
        index = self._order[within * self.size : (within + 1) * self.size]
        whole = len(index) // self.plan.world * self.plan.world  # the same number for each process
        index = index[:whole] if whole else index.repeat(self.plan.world)
        mine = index.sort().values[self.plan.rank :: self.plan.world]  # in the order of the disk, where they may lie
        x = self._floats(mine) if self.noise is None else self._drawn(self._floats(mine), step)
        return Batch(x, None if self.labels is None else self.labels[mine.to(self.labels.device)])

    def _floats(self, index: Tensor) -> Tensor:
        """Return the pictures at `index` as floats (n, c, h, w) in [0, 1] on the device."""
        if isinstance(self.pixels, Tensor):
            chosen = self.pixels.index_select(0, index.to(self.pixels.device))  # 10 times as fast as [index]
        else:
            chosen = torch.from_numpy(self.pixels[index.numpy()])
        return as_floats(chosen.to(self.plan.device))

    def _drawn(self, floats: Tensor, step: int) -> Tensor:
        """Return each pixel as 0 or 1, drawn by its grey value: Burda 2016, section 5.

        Processes that share a batch draw the coins of all of it and keep their part, as they do with the noise of z.
        """
        assert self.noise is not None
        rank, world = self.plan.rank, self.plan.world
        self.noise.manual_seed(mixed(self.seed + SALT, step))
        coins = torch.rand(len(floats) * world, *floats.shape[1:], generator=self.noise, device=floats.device)
        return (coins[rank::world] < floats).float()


def _kept(pixels: NDArray[np.uint8], device: str) -> Tensor | NDArray[np.uint8]:
    """Return all pictures as a tensor on the device, or as they are if they would take too much of its memory."""
    kind = torch.device(device).type
    free = torch.cuda.mem_get_info(device)[0] if kind == "cuda" else psutil.virtual_memory().available
    if pixels.nbytes > MEMORY * free:
        return pixels
    writable = pixels if pixels.flags.writeable else np.array(pixels)  # torch wants an array it could write to
    return torch.from_numpy(np.ascontiguousarray(writable)).to(device)


def as_floats(pixels: Tensor) -> Tensor:
    """Return uint8 pixels as float32 in [0, 1]."""
    return pixels.float().div_(255)


def mixed(seed: int, step: int) -> int:
    """Return a random-looking number for a seed and a step: splitmix64, Steele 2014, doi 10.1145/2660193.2660195.

    Of its 63 bits torch's generator on the CPU takes the lower 32: among a million steps about a hundred pairs share
    their random numbers, which harms nothing.
    """
    value = (seed * 0x9E3779B97F4A7C15 + step + 1) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    value = (value ^ value >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
    return (value ^ value >> 31) & (1 << 63) - 1
