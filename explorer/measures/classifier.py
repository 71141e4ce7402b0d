"""A small classifier, trained once on a data set's own labels: in its features pictures are compared. No download."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import Tensor, nn

from explorer import atomic, tensors
from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.measures import UnmeasurableError
from explorer.measures.batches import Track, silently
from explorer.source import as_floats

VERSION = 2  # raise it with every change below: what is kept of an older one is then not used
FEATURES = 64
CHANNELS = (16, 32)
POOLED = 7  # side of the last map, in pixels, at most
BATCH, SEEN = 128, 120_000  # pictures a step, pictures shown in all: two rounds of MNIST
ROUNDS = 400  # of fewer pictures at most: forty of 64x64 took minutes
RATE = 3e-3  # at 1e-3 the same two rounds end at 97.8 % of MNIST's test digits instead of 98.7 %


@dataclass(frozen=True)
class Classifier:
    """Two convolutions, 64 features, one linear layer to the classes."""

    body: nn.Module  # pictures (n, c, h, w) in [0, 1] -> features (n, 64), not negative
    head: nn.Module  # features -> logits (n, classes)

    @torch.inference_mode()
    def features(self, x: Tensor) -> NDArray[np.float32]:
        """Return the features (n, 64) of pictures (n, c, h, w) in [0, 1]."""
        features: NDArray[np.float32] = self.body(_channels_last(x)).numpy()
        return features

    @torch.inference_mode()
    def accuracy(self, features: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
        """Return the share of pictures, by their features (n, 64), whose class is told right."""
        told = self.head(torch.from_numpy(features)).argmax(dim=1).numpy()
        return float((told == labels).mean())


def trained(images: Images, data: Choice, cache: Path, track: Track = silently) -> tuple[Classifier, str]:
    """Return the classifier of a data set: the kept one, or a new one that is then kept below `cache`.

    The key of what is kept is the data set, its knobs, and its pictures. Also returns a sentence on what went wrong
    with keeping it, or an empty text. UnmeasurableError if the pictures have no labels, or are of one class.
    """
    if images.labels is None:
        raise UnmeasurableError("the data set has no labels to train a small classifier on")
    if len(np.unique(images.labels)) < 2:
        raise UnmeasurableError("all pictures are of one class, so no classifier can be trained")
    file = cache / "classifiers" / f"{data.name}-{_key(images, data)}.safetensors"
    fresh = _new(images)
    if file.is_file() and _load(fresh, file):
        return fresh, ""
    _train(fresh, images, track)
    try:
        _keep(fresh, file)
    except OSError as error:
        return fresh, f"The small classifier is trained anew each time, because it cannot be kept: {error}"
    return fresh, ""


def _new(images: Images) -> Classifier:
    """Build the network for pictures of these sides; the same seed, the same weights."""
    channels, height, width = images.shape
    first, second = CHANNELS
    pooled = (min(POOLED, height // 4), min(POOLED, width // 4))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        body = nn.Sequential(
            nn.Conv2d(channels, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.AdaptiveAvgPool2d(pooled),  # does nothing at 28x28
            nn.Flatten(), nn.Linear(second * math.prod(pooled), FEATURES), nn.ReLU(),
        )  # fmt: skip
        head = nn.Linear(FEATURES, max(2, len(images.label_names)))
    # channels last: 1.3 times faster on a CPU
    return Classifier(body.to(memory_format=torch.channels_last), head)  # type: ignore[call-overload]


def _train(classifier: Classifier, images: Images, track: Track) -> None:
    """Cross-entropy by Adam, its rate falling along a cosine; the same pictures give the same steps and weights."""
    assert images.labels is not None
    labels = torch.from_numpy(np.array(images.labels))
    parameters = [*classifier.body.parameters(), *classifier.head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=RATE, fused=True)
    steps = math.ceil(min(SEEN // BATCH, ROUNDS * len(images) / BATCH))
    order = _order(len(images), steps * BATCH)
    with torch.enable_grad():
        for step in track(range(steps), description="training the small classifier"):
            optimizer.param_groups[0]["lr"] = RATE * 0.5 * (1 + math.cos(math.pi * step / steps))
            index = np.sort(order[step * BATCH : (step + 1) * BATCH])  # sorted: a file is read in one direction
            x = _channels_last(as_floats(torch.from_numpy(np.array(images.pixels[index]))))
            loss = F.cross_entropy(classifier.head(classifier.body(x)), labels[torch.from_numpy(index)])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()


def _order(n: int, seen: int) -> NDArray[np.int64]:
    """Return which picture comes when: a new permutation each round, cut to `seen`."""
    random = np.random.default_rng(0)
    return np.concatenate([random.permutation(n) for _ in range(-(-seen // n))])[:seen]


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _key(images: Images, data: Choice) -> str:
    """Return what tells this data set from others, and from itself with other pictures."""
    look = images.pixels[:: max(1, len(images) // 100)]  # a hundred pictures or two: a folder may have changed
    facts = json.dumps([VERSION, data.name, sorted(data.knobs.items()), images.pixels.shape, images.label_names])
    digest = sha256(facts.encode())
    for array in (np.ascontiguousarray(look), images.labels):
        digest.update(array.tobytes() if array is not None else b"")
    return digest.hexdigest()[:16]


def _load(classifier: Classifier, file: Path) -> bool:
    """Fill in what was kept; say False if the file is damaged, so that a new one is trained."""
    weights = _weights(classifier)
    try:
        tensors.check(file, {name: tuple(value.shape) for name, value in weights.items()})
    except ValueError:
        return False
    kept = load_file(file)
    if not all(torch.isfinite(value).all() for value in kept.values()):
        return False
    with torch.no_grad():
        for name, value in kept.items():
            weights[name].copy_(value)
    return True


def _keep(classifier: Classifier, file: Path) -> None:
    """Write the weights as one file, whole or not at all. OSError if the place cannot be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(file, save({name: value.contiguous() for name, value in _weights(classifier).items()}))


def _weights(classifier: Classifier) -> dict[str, Any]:
    parts = {"body": classifier.body, "head": classifier.head}
    return {f"{part}.{name}": value for part, each in parts.items() for name, value in each.state_dict().items()}
