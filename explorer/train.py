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

from explorer import closeup
from explorer.closeup import Closeup
from explorer.datasets import Images
from explorer.learner import Learner
from explorer.objectives import Batch, Loss, Moment
from explorer.plan import agreed
from explorer.source import Source
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
    closeup: Closeup | None = None  # of the last step, if it was to be seen from near

    @property
    def loss(self) -> float:
        """The sum of the parts, in nats per image."""
        return sum(self.parts.values())

    @property
    def model(self) -> VAE:
        """The model as it is now, with averaged weights if they were asked for; it goes on changing."""
        return self.learner.best


def train(learner: Learner, images: Images, *, every: float = 0.25) -> Iterator[Progress]:
    """Train a model, from where its learner stands, and yield a Progress about each `every` seconds, and at the end.

    It ends when the budget of the Spec is used, or at the next step after `learner.stopping` was set. With a number of
    epochs, a learner that was kept and restored ends with the same weights as one that never stopped.
    ValueError if the pictures are not those that the Spec is for; FloatingPointError if the loss is no longer a number.
    """
    source = Source(images, learner.spec, learner.plan)
    budget = _Budget(learner, source.per_epoch)
    watch, last = _Watch(every, source), None
    while not budget.ended():
        loss, near = _step(learner, source.batch(learner.step), Moment(budget.done, len(images)))
        watch.add(loss)
        learner.seconds = budget.seconds()
        if near or learner.step == learner.wanted or watch.due():
            last = watch.report(learner, budget.look())._replace(closeup=near)
            yield last
            budget.resume(learner.seconds)  # what the watcher did meanwhile is not training
            watch.resume()
    if last is None or watch.steps or last.done < budget.done:
        yield watch.report(learner, budget.done)


def _step(learner: Learner, batch: Batch, now: Moment) -> tuple[Loss, Closeup | None]:
    return closeup.taken(learner, batch, now) if learner.near else (learner.learn(batch, now), None)


class _Budget:
    """How much of the training is done: by time if minutes are given, else by steps."""

    def __init__(self, learner: Learner, per_epoch: int) -> None:
        self.learner, self.done = learner, 0.0
        training = learner.spec.training
        self.most = training.limit
        self.steps = training.epochs * per_epoch
        self.resume(learner.seconds)

    def resume(self, seconds: float) -> None:
        self.start = time.monotonic() - seconds

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def look(self) -> float:
        """Return the share that is used by now, 0 to 1."""
        return min(self.seconds() / self.most if self.most else self.learner.step / self.steps, 1.0)

    def ended(self) -> bool:
        """Look at the share that is used, and tell whether to end; of several processes the first decides for all."""
        self.done, stopping = agreed(self.learner.plan, self.look(), self.learner.stopping)
        return self.done >= 1 or bool(stopping)


class _Watch:
    """Averages the parts of the loss between two reports, without waiting for the device at each step."""

    def __init__(self, every: float, source: Source) -> None:
        self.every, self.source = every, source
        self.parts: dict[str, float] = {}
        self.per_dimension: list[float] = []
        self.speed = 0.0
        self.resume()

    def resume(self) -> None:
        """Begin the next mean."""
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
        """Return the means since the last report; where no step was taken since, they are the last ones again."""
        if self.steps:
            self._average(learner)
        epoch = learner.step / self.source.per_epoch
        return Progress(learner.step, epoch, done, learner.seconds, self.parts, self.per_dimension, self.speed, learner)

    def _average(self, learner: Learner) -> None:
        self.parts = {name: float(value) / self.steps for name, value in self.sums.items()}
        if not all(map(math.isfinite, self.parts.values())):
            raise FloatingPointError(f"The loss is no longer a number at step {learner.step}.")
        self.per_dimension = (torch.as_tensor(self.kl) / self.steps).tolist() if learner.model.stochastic else []
        self.speed = self.source.per_step * self.steps / max(time.monotonic() - self.since, 1e-9)
