"""The camera: films a training from within its process, and keeps to a small share of its time.

A *moment* is kept for good, with its weights, at steps that lie further apart the longer the training lasts. A *look*
is for whoever watches now: it is renewed a little at a time, so that a slow network is filmed too. A *judgement* is the
loss of pictures that the model never learns from.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from explorer import atomic, film, latent
from explorer.datasets import Images, some
from explorer.film import Look, Stage
from explorer.learner import Learner
from explorer.source import as_floats
from explorer.train import Progress
from explorer.vae import VAE, kl_to_prior

PICTURES, JUDGED = 2000, 500  # test pictures on the map, and those whose loss is taken
SHOWN, DRAWN = 16, 64  # pictures that are reconstructed; draws from the prior
CHUNK = 100  # pictures in one piece of work
GROWTH = 1.2  # from the step of one moment to that of the next, and
MEMORY = 128e6  # bytes that the weights of all moments may take, about: a large model has fewer of them
FEWEST = 12
DECADES = 5.0  # powers of ten that the steps of a training span
WORK = 20e9  # operations that the maps of one moment may take, about: half a second on one core
FEWEST_PICTURES = 300  # on the map, however slow the network is
# for each: seconds between two at least, the share of the time that it may take, seconds that it may take at once
MOMENTS, LOOKS, JUDGEMENTS = (0.0, 0.02, 1.5), (0.4, 0.04, 1.0), (0.5, 0.02, 0.5)
LOOK = 0.02  # seconds of work in one look


class Camera:
    """Films what a learner looks like. For the one process that writes its run."""

    def __init__(self, folder: Path, learner: Learner, test: Images) -> None:
        self.folder, self.learner, self.device = folder, learner, learner.plan.device
        images = _spread(some(test, affordable(learner.best, learner.spec.shape, self.device)))
        self.x = torch.from_numpy(np.array(images.pixels))  # (n, c, h, w) uint8
        self.y = latent.told(learner.best, images.labels)
        self.stage = _stage(learner, images)
        self.z = torch.from_numpy(self.stage.z).to(self.device)
        self.told = latent.told(learner.best, self.stage.classes)
        n, d, shape = len(images), learner.spec.latent, images.shape
        self.mean, self.std = np.zeros((n, d), np.float32), np.zeros((n, d), np.float32)
        self.shown = np.zeros((len(self.stage.originals), *shape), np.uint8)
        self.drawn = np.zeros((len(self.z), *shape), np.uint8)
        self.moments, self.looks, self.judgements = (_Allowance(*each) for each in (MOMENTS, LOOKS, JUDGEMENTS))
        self.growth = growth(sum(weight.numel() for weight in learner.best.parameters()))
        self.rest = itertools.cycle(self._work())  # what a look goes on with
        self.next = 0  # the step of the next moment
        self.whole = False  # whether all that a look is made of has been seen

    def begin(self) -> None:
        """Make room for the film; what it holds of later steps than the learner's is forgotten."""
        film.write_stage(self.folder, self.stage)
        film.cut(self.folder, self.learner.step)
        kept = film.steps(self.folder)
        self._plan(kept[-1] if kept else -1)

    def film(self, progress: Progress, *, last: bool = False) -> dict[str, float]:
        """Do what is due at a step, and return the loss of the judged pictures if it was taken.

        FloatingPointError instead of a moment whose weights are no longer numbers: nobody could go on from it.
        """
        judged: dict[str, float] = {}
        with torch.inference_mode():
            if last or (progress.step >= self.next and self.moments.is_due()):
                with self.moments.spend():
                    judged = self._keep(progress)
            elif self.judgements.is_due():
                with self.judgements.spend():
                    judged = self.judge()
            if film.is_watched(self.folder) and self.looks.is_due():
                with self.looks.spend():
                    self._look(progress)
        return judged

    def judge(self) -> dict[str, float]:
        """Return the two losses of pictures that are never learnt from, in nats per image, z drawn from q.

        One that is no number is left out: the training is going astray, and its own loss will tell.
        """
        model, sums, n = self.model, [0.0, 0.0], min(JUDGED, len(self.x))
        for rows in _rows(n):
            x, y = self._batch(rows)
            x = self._drawn(x, rows.start)
            q = model.encode(x, y)
            sums[0] -= float(model.likelihood.distribution(model.decoded(model.draw(q), y)).log_prob(x).sum())
            sums[1] += float(kl_to_prior(q).sum()) if model.stochastic else 0.0
        judged = {"test_reconstruction": sums[0] / n} | ({"test_kl": sums[1] / n} if model.stochastic else {})
        return {name: nats for name, nats in judged.items() if math.isfinite(nats)}

    def _drawn(self, x: Tensor, start: int) -> Tensor:
        """Return pictures as the training sees them: where it draws pixels as 0 or 1, by the same coins each time."""
        if not self.learner.spec.training.binarize:
            return x
        coins = torch.Generator(self.device).manual_seed(start)
        return (torch.rand(x.shape, generator=coins, device=self.device) < x).float()

    @property
    def model(self) -> VAE:
        """The model as it would be kept, ready to be looked at."""
        return self.learner.best.eval()

    def _keep(self, progress: Progress) -> dict[str, float]:
        if not all(bool(torch.isfinite(weight).all()) for weight in self.model.parameters()):
            raise FloatingPointError(f"The weights are no longer numbers at step {progress.step}.")
        self._see_all()
        judged, step = self.judge(), progress.step
        film.write_look(film.moment_file(self.folder, step), self._seen(progress, judged))
        atomic.write(film.weights_file(self.folder, step), _small(self.model))
        self._plan(step)
        return judged

    def _look(self, progress: Progress) -> None:
        if not self.whole:  # as after a resume: before anything can be renewed it must all have been seen
            self._see_all()
        start = time.monotonic()
        for work in self.rest:
            work()
            if time.monotonic() - start > LOOK:
                break
        film.write_look(self.folder / film.NOW, self._seen(progress, {}))

    def _see_all(self) -> None:
        for work in self._work():
            work()
        self.whole = True

    def _seen(self, progress: Progress, judged: dict[str, float]) -> Look:
        told = {"step": progress.step, "epoch": progress.epoch, "seconds": progress.seconds, "done": progress.done}
        return Look(told | judged, self.mean, self.std, self._kl(), self.shown, self.drawn)

    def _kl(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        if not self.model.stochastic:
            return np.zeros(0, np.float32)
        variance = np.square(self.std)
        kl: np.ndarray[tuple[int], np.dtype[np.float32]] = (
            0.5 * (np.square(self.mean) + variance - 1 - np.log(variance))
        ).mean(axis=0)
        return kl

    def _work(self) -> list[Callable[[], None]]:
        """Return all that a look is made of, in pieces."""
        codes = [lambda rows=rows: self._encode(rows) for rows in _rows(len(self.x))]
        pictures = [lambda rows=rows: self._draw(rows) for rows in _rows(len(self.z), SHOWN)]
        pairs = itertools.zip_longest(codes, [*pictures, self._reconstruct])
        return [work for pair in pairs for work in pair if work]

    def _encode(self, rows: slice) -> None:
        q = self.model.encode(*self._batch(rows))
        self.mean[rows], self.std[rows] = q.mean.cpu().numpy(), q.stddev.cpu().numpy()

    def _reconstruct(self) -> None:
        x, y = self._batch(slice(0, len(self.shown)))
        self.shown = _bytes(self.model.picture(self.model.encode(x, y).mean, y))

    def _draw(self, rows: slice) -> None:
        self.drawn[rows] = _bytes(self.model.picture(self.z[rows], None if self.told is None else self.told[rows]))

    def _batch(self, rows: slice) -> tuple[Tensor, Tensor | None]:
        return as_floats(self.x[rows].to(self.device)), None if self.y is None else self.y[rows]

    def _plan(self, step: int) -> None:
        """Ask for a report at the step of the next moment, after that of the last one."""
        self.next = self.learner.wanted = max(step + 1, math.ceil(step * self.growth))


class _Allowance:
    """Time that may be spent on something: some at the beginning, and a share of what passes.

    It is taken by two clocks, and one of them is enough. By that of the wall, a training that goes one step a second
    has time for much between them. By that of this process's work, whatever else keeps the machine busy costs nothing.
    """

    def __init__(self, every: float, share: float, credit: float) -> None:
        self.every, self.share, self.credit = every, share, credit
        self.began = _clocks()
        self.cost, self.spent = np.zeros(2), np.zeros(2)  # of the last time, and in all: by each clock
        self.last = -math.inf

    def is_due(self) -> bool:
        """Tell whether enough time has passed since the last time, and since the beginning, for what it costs."""
        if time.monotonic() - self.last < self.every:
            return False
        allowed = self.credit + self.share * (_clocks() - self.began)
        return bool((self.spent + self.cost <= allowed).any())

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Take the time of what is done meanwhile."""
        start = _clocks()
        yield
        self.last = time.monotonic()
        self.cost = _clocks() - start
        self.spent += self.cost


def _clocks() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the seconds of the wall, and those that the threads of this process have worked."""
    return np.array([time.monotonic(), time.process_time()])


def affordable(model: VAE, shape: tuple[int, int, int], device: str) -> int:
    """Return how many pictures the map of a run has: fewer where the encoder is slow, always as many."""
    if device != "cpu":
        return PICTURES
    y = torch.zeros(1, dtype=torch.long) if model.spec.conditional else None
    with FlopCounterMode(display=False) as counted, torch.inference_mode():
        model.eval().encode(torch.zeros(1, *shape), y)
    return int(min(PICTURES, max(FEWEST_PICTURES, WORK / max(1, counted.get_total_flops()))))


def growth(weights: int) -> float:
    """Return the ratio of a moment's step to that of the one before it, for a model of so many weights."""
    moments = max(FEWEST, MEMORY / (2 * weights))
    return float(max(GROWTH, 10 ** (DECADES / moments)))


def _spread(images: Images) -> Images:
    """Return the pictures with the first ones taken from all classes in turn: those are the ones that are shown."""
    if images.labels is None:
        return images
    turn = np.zeros(len(images), np.int64)  # the how-manieth of its class each is
    for label in np.unique(images.labels):
        of_it = images.labels == label
        turn[of_it] = np.arange(of_it.sum())
    first = np.lexsort((images.labels, turn))[:SHOWN]
    return images.take(np.concatenate([first, np.setdiff1d(np.arange(len(images)), first)]))


def _stage(learner: Learner, images: Images) -> Stage:
    random = torch.Generator().manual_seed(learner.spec.training.seed)
    z = torch.randn(DRAWN, learner.spec.latent, generator=random).numpy()
    classes = np.arange(DRAWN, dtype=np.int32) % learner.spec.classes if learner.spec.conditional else None
    labels = None if images.labels is None else images.labels.astype(np.int32)
    return Stage(images.pixels[:SHOWN], z, labels, images.label_names, classes)


def _rows(n: int, size: int = CHUNK) -> Iterator[slice]:
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def _bytes(pictures: Tensor) -> film.Pixels:
    """Return pictures in [0, 1] as uint8; what is no number is black."""
    found: film.Pixels = (pictures.nan_to_num(0.0).clamp(0, 1) * 255).round().byte().cpu().numpy()
    return found


def _small(model: VAE) -> bytes:
    from safetensors.torch import save

    return save({name: value.detach().cpu().half().contiguous() for name, value in model.state_dict().items()})
