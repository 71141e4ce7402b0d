"""The one training loop: a generator, so that the command line prints it and a test takes five of it."""

from __future__ import annotations

import math
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer import catalog
from explorer.datasets import Images
from explorer.objectives import Objective
from explorer.spec import Spec, Training
from explorer.vae import VAE


class Progress(NamedTuple):
    """What a watcher of a training is told now and then."""

    step: int  # training steps done
    epoch: float  # passes over the data done
    done: float  # share of the budget used, 0 to 1
    parts: dict[str, float]  # the parts of the loss, mean since the last Progress, in nats per image
    images_per_second: float  # since the last Progress
    model: VAE  # the model as it is now; it goes on changing

    @property
    def loss(self) -> float:
        """The sum of the parts, in nats per image."""
        return sum(self.parts.values())


def train(spec: Spec, images: Images, *, every: float = 0.25, device: str = "cpu") -> Iterator[Progress]:
    """Train a new model and yield a Progress about each `every` seconds, and at the end.

    Pictures stay in memory as uint8 and become floats batch by batch. Adam, its rate falling along a cosine. The number
    of threads is set for the whole process.
    ValueError if the pictures are not of the Spec's shape, or if the loss stops being a number.
    """
    if images.shape != spec.shape:
        raise ValueError(f"The model is for pictures of shape {spec.shape}, the data set's are {images.shape}.")
    torch.set_num_threads(spec.training.threads)
    torch.manual_seed(spec.training.seed)
    model = VAE(spec).to(device).train()
    objective: Objective = catalog.make("objectives", spec.objective)
    optimizer = torch.optim.Adam(model.parameters(), lr=spec.training.rate, fused=True)
    pixels = shared(images.pixels).to(device)
    budget = _Budget(spec.training, len(pixels))
    watch = _Watch(every, len(pixels), spec.training.batch)
    for step, x in enumerate(_batches(pixels, spec.training)):
        optimizer.param_groups[0]["lr"] = spec.training.rate * 0.5 * (1 + math.cos(math.pi * budget.done(step)))
        loss = objective.loss(model, x, step)
        optimizer.zero_grad(set_to_none=True)
        loss.total.backward()
        optimizer.step()
        watch.add(loss.parts)
        done = budget.done(step + 1)
        if watch.due() or done >= 1:
            yield watch.report(step + 1, done, model)
        if done >= 1:
            return


def as_floats(pixels: Tensor) -> Tensor:
    """Return uint8 pixels as float32 in [0, 1]."""
    return pixels.float().div_(255)


def shared(pixels: NDArray[np.uint8]) -> Tensor:
    """Return pixels as a tensor in the same memory, which nobody writes into: it may be a read-only file."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(pixels)


def _batches(pixels: Tensor, training: Training) -> Iterator[Tensor]:
    """Yield float pictures (batch, c, h, w) for ever, each epoch in a new order; the last batch may be smaller."""
    order = torch.Generator().manual_seed(training.seed)
    while True:
        shuffled = torch.randperm(len(pixels), generator=order).to(pixels.device)
        for index in shuffled.split(training.batch):
            yield as_floats(pixels[index])


class _Budget:
    """How much of the training is done: by time if minutes are given, else by steps."""

    def __init__(self, training: Training, pictures: int) -> None:
        self.seconds = 60 * training.minutes
        self.steps = training.epochs * math.ceil(pictures / training.batch)
        self.start = time.monotonic()

    def done(self, step: int) -> float:
        """Return the share used after `step` steps, 0 to 1."""
        share = (time.monotonic() - self.start) / self.seconds if self.seconds else step / self.steps
        return min(share, 1.0)


class _Watch:
    """Averages the parts of the loss between two reports, without waiting for the device at each step."""

    def __init__(self, every: float, pictures: int, batch: int) -> None:
        self.every = every
        self.per_epoch = math.ceil(pictures / batch)
        self.rate = pictures / self.per_epoch  # pictures per step, the smaller last batch counted in
        self._restart()

    def _restart(self) -> None:
        self.since, self.steps, self.sums = time.monotonic(), 0, Counter[str]()

    def add(self, parts: dict[str, Tensor]) -> None:
        self.steps += 1
        for name, value in parts.items():
            self.sums[name] += value.detach()  # type: ignore[assignment]  # a scalar tensor until the report

    def due(self) -> bool:
        return time.monotonic() - self.since >= self.every

    def report(self, step: int, done: float, model: VAE) -> Progress:
        parts = {name: float(value) / self.steps for name, value in self.sums.items()}
        if not all(map(math.isfinite, parts.values())):
            raise ValueError(f"The loss is no longer a number at step {step}: try a smaller --rate.")
        speed = self.rate * self.steps / max(time.monotonic() - self.since, 1e-9)
        self._restart()
        return Progress(step, step / self.per_epoch, done, parts, speed, model)
