"""The one training loop: a generator, so that the command line prints it and a test takes five of it.

One process, or several started by torchrun: then each sees its part of every batch, and they share their gradients.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.datasets import Images
from explorer.learner import Learner
from explorer.objectives import Loss, Moment
from explorer.plan import Plan
from explorer.source import Source
from explorer.spec import Spec, Training
from explorer.vae import VAE


class Progress(NamedTuple):
    """What a watcher of a training is told now and then."""

    step: int  # training steps done
    epoch: float  # passes over the data done
    done: float  # share of the budget used, 0 to 1
    seconds: float  # of training so far, pauses not counted
    parts: dict[str, float]  # the parts of the loss, mean since the last Progress, in nats per image
    kl: list[float]  # KL to the prior of each dimension, mean since the last Progress, in nats; empty without a q(z|x)
    images_per_second: float  # since the last Progress
    learner: Learner  # everything that the training changes; it goes on changing

    @property
    def loss(self) -> float:
        """The sum of the parts, in nats per image."""
        return sum(self.parts.values())

    @property
    def model(self) -> VAE:
        """The model as it is now, with averaged weights if they were asked for; it goes on changing."""
        return self.learner.best


def train(
    spec: Spec,
    images: Images,
    *,
    every: float = 0.25,
    plan: Plan | None = None,
    resumed: dict[str, Tensor] | None = None,
) -> Iterator[Progress]:
    """Train a model and yield a Progress about each `every` seconds, and at the end.

    plan: on which device, with how many threads and which numbers; without one, one CPU thread and float32. The number
    of threads is set for the whole process. resumed: what `Learner.state` gave earlier; the training goes on there, and
    with a number of epochs it ends with the same weights as if it had never stopped.
    ValueError if the pictures are not of the Spec's shape, or if the loss stops being a number.
    """
    plan = plan or Plan()
    learner = Learner(spec, plan)
    if resumed:
        learner.restore(resumed)
    source = Source(images, spec, plan)
    budget = _Budget(spec.training, source.per_epoch, learner.seconds)
    watch = _Watch(every, source)
    while budget.done(learner.step) < 1:
        now = Moment(learner.step, budget.done(learner.step), len(images))
        watch.add(learner.learn(source.batch(learner.step), now))
        learner.seconds = budget.seconds()
        done = budget.done(learner.step)
        if watch.due() or done >= 1:
            yield watch.report(learner, done)
            budget.resume(learner.seconds)  # what the watcher did meanwhile is not training


class _Budget:
    """How much of the training is done: by time if minutes are given, else by steps."""

    def __init__(self, training: Training, per_epoch: int, seconds: float) -> None:
        self.most = 60 * training.minutes
        self.steps = training.epochs * per_epoch
        self.resume(seconds)

    def resume(self, seconds: float) -> None:
        self.start = time.monotonic() - seconds

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def done(self, step: int) -> float:
        """Return the share used after `step` steps, 0 to 1."""
        return min(self.seconds() / self.most if self.most else step / self.steps, 1.0)


class _Watch:
    """Averages the parts of the loss between two reports, without waiting for the device at each step."""

    def __init__(self, every: float, source: Source) -> None:
        self.every, self.source = every, source
        self._restart()

    def _restart(self) -> None:
        self.since, self.steps, self.sums = time.monotonic(), 0, Counter[str]()
        self.kl: Tensor | float = 0.0

    def add(self, loss: Loss) -> None:
        self.steps += 1
        self.kl = self.kl + loss.kl
        for name, value in loss.parts.items():
            self.sums[name] += value.detach()  # type: ignore[assignment]  # a scalar tensor until the report

    def due(self) -> bool:
        return time.monotonic() - self.since >= self.every

    def report(self, learner: Learner, done: float) -> Progress:
        parts = {name: float(value) / self.steps for name, value in self.sums.items()}
        if not all(map(math.isfinite, parts.values())):
            raise ValueError(f"The loss is no longer a number at step {learner.step}: try a smaller --rate, or --clip.")
        kl = (torch.as_tensor(self.kl) / self.steps).tolist() if learner.model.stochastic else []
        speed = self.source.per_step * self.steps / max(time.monotonic() - self.since, 1e-9)
        self._restart()
        epoch = learner.step / self.source.per_epoch
        return Progress(learner.step, epoch, done, learner.seconds, parts, kl, speed, learner)
