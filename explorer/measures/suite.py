"""All measures of one model on one data set, each under its key in `table`, or with the reason why there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.datasets import Images, Split, some
from explorer.measures import UnmeasurableError, batches, classifier, factors
from explorer.measures.activity import active
from explorer.measures.batches import Track, silently
from explorer.measures.classifier import Classifier
from explorer.measures.dci import dci
from explorer.measures.elbo import elbo
from explorer.measures.factors import Codes
from explorer.measures.factorvae import factorvae_score
from explorer.measures.frechet import frechet
from explorer.measures.likelihood import nll
from explorer.measures.mig import mig
from explorer.measures.probe import probe
from explorer.measures.reconstruction import mse, psnr, ssim
from explorer.measures.sap import sap
from explorer.measures.sharpness import gradient_energy, sharpness
from explorer.vae import VAE

MOST = 10_000  # pictures, for all measures but the slow NLL
SAMPLES = 10_000  # pictures decoded from the prior


@dataclass(frozen=True)
class Measures:
    """What was measured. Values are plain numbers: it goes into JSON as it is."""

    figures: dict[str, float] = field(default_factory=dict)  # keys as in table.TABLE
    kl_per_dimension: list[float] = field(default_factory=list)  # nats; empty without a q(z|x)
    missing: dict[str, str] = field(default_factory=dict)  # what could not be measured, and why
    notes: list[str] = field(default_factory=list)  # sentences on what went otherwise than it should
    nll_pictures_per_second: float = 0.0

    def __or__(self, other: Measures) -> Measures:
        """Return both together."""
        return Measures(
            self.figures | other.figures,
            self.kl_per_dimension + other.kl_per_dimension,
            self.missing | other.missing,
            self.notes + other.notes,
            self.nll_pictures_per_second + other.nll_pictures_per_second,
        )


class Judged(NamedTuple):
    """What is kept of many pictures."""

    energy: Tensor  # (n,): gradient energy
    features: NDArray[np.float32] | None  # (n, 64), where there is a classifier


class Seen:
    """What several measures need, each made once and when it is first asked for."""

    def __init__(self, model: VAE, split: Split, cache: Path, track: Track) -> None:
        self.model, self.cache, self.track = model, cache, track
        self.all = split
        self.data = Split(some(split.train, MOST), some(split.test, MOST))
        self.q = batches.encode(model, self.data.test, track)  # of the test pictures, (n, latent), on the CPU
        self.codes: Codes = self.q.mean.numpy()  # (n, latent)

    @cached_property
    def train_codes(self) -> Codes:
        """The means of q(z|x) of the training pictures, (m, latent)."""
        return batches.encode(self.model, self.data.train, self.track).mean.numpy()

    @cached_property
    def classifier(self) -> tuple[Classifier | None, str]:
        """The small classifier of the data set, or None and the reason."""
        try:
            return classifier.trained(self.all.train, self.model.spec.data, self.cache, self.track)
        except UnmeasurableError as reason:
            return None, str(reason)

    @cached_property
    def of_real(self) -> Judged:
        """The test pictures."""
        return self._judged(batches.real(self.data.test))

    @cached_property
    def of_samples(self) -> Judged:
        """Pictures of 10,000 z from N(0, 1), of classes in the data's proportions."""
        random = torch.Generator().manual_seed(0)
        z = torch.randn((SAMPLES, self.codes.shape[1]), generator=random)
        labels = batches.labels_of(self.data.train)
        if labels is not None:
            labels = labels[torch.randint(len(labels), (SAMPLES,), generator=random)]
        return self._judged(batches.shown(self.model, z, labels, self.track, description="samples"))

    def _judged(self, pictures: Iterable[Tensor]) -> Judged:
        judge, _ = self.classifier
        energies, features = [], []
        for x in pictures:  # batch by batch: ten thousand large pictures need not fit into memory
            energies.append(gradient_energy(x))
            if judge:
                features.append(judge.features(x))
        return Judged(torch.cat(energies), np.concatenate(features) if judge else None)


def evaluate(
    checkpoint: Checkpoint,
    split: Split,
    *,
    cache: Path,
    samples: int = 500,
    pictures: int = 1000,
    binarize: bool = False,
    track: Track = silently,
) -> Measures:
    """Measure a model on the test pictures of its data set.

    cache: where the small classifier is kept, the folder of data sets. samples and pictures: draws for each picture and
    number of pictures of the importance-sampled NLL, whose cost is their product. binarize: take ELBO and NLL of
    binarized pictures, as papers do for MNIST. ValueError if the pictures are not of the model's shape.
    """
    if split.test.shape != checkpoint.spec.shape:
        raise ValueError(
            f"The model is for pictures of shape {checkpoint.spec.shape}, the data set's are {split.test.shape}."
        )
    seen = Seen(checkpoint.model(), split, cache, track)
    parts: dict[str, Callable[[], Measures]] = {
        "ELBO, NLL and KL": lambda: _likelihood(seen, samples, pictures, binarize),
        "active units": lambda: Measures({"active_units": int(active(seen.codes).sum())}),
        "reconstructions": lambda: _reconstructions(seen),
        "sharpness of samples": lambda: Measures({"sharpness": sharpness(seen.of_samples.energy, seen.of_real.energy)}),
        "Fréchet distance": lambda: _frechet(seen),
        "linear probe": lambda: _probe(seen),
        "MIG, SAP, DCI and FactorVAE score": lambda: _disentanglement(seen),
    }
    found = Measures()
    for what, measure in parts.items():
        try:
            found |= measure()
        except UnmeasurableError as reason:
            found |= Measures(missing={what: str(reason)})
    return found


def _likelihood(seen: Seen, samples: int, pictures: int, binarize: bool) -> Measures:
    """ELBO and NLL; with `binarize` under keys of their own, so that both kinds can be kept side by side."""
    if not seen.model.stochastic:
        raise UnmeasurableError("a plain autoencoder has no q(z|x)")
    test, q, kind = seen.data.test, seen.q, ""
    if binarize:
        test, kind = batches.binarized(test), "_binarized"
        q = batches.encode(seen.model, test, seen.track)
    bound = elbo(seen.model, test, q, track=seen.track)
    few = _for_nll(seen, test, pictures, binarize)
    start = time.monotonic()
    losses = nll(seen.model, few, batches.encode(seen.model, few), samples, track=seen.track)
    seconds = time.monotonic() - start
    figures = {
        f"elbo{kind}": bound.total,
        f"elbo{kind}_reconstruction": bound.reconstruction,
        f"elbo{kind}_kl": float(bound.kl.sum()),
        f"nll{kind}": float(losses.mean(dtype=np.float64)),
        f"nll{kind}_samples": samples,
        f"nll{kind}_pictures": len(few),
    }
    return Measures(figures, bound.kl.tolist(), nll_pictures_per_second=len(few) / seconds)


def _for_nll(seen: Seen, test: Images, pictures: int, binarize: bool) -> Images:
    """Return so many of the pictures of the other measures, or, if more are asked for, of all test pictures."""
    if pictures <= len(test):
        return some(test, pictures)
    more = some(seen.all.test, pictures)
    return batches.binarized(more) if binarize else more


def _reconstructions(seen: Seen) -> Measures:
    """Compare the test pictures with what the decoder makes of them at z = mu."""
    test = seen.data.test
    decoded = batches.shown(seen.model, seen.q.mean, batches.labels_of(test), seen.track, description="reconstructions")
    pairs = zip(batches.real(test), decoded, strict=True)
    each = [(mse(y, x), psnr(y, x), ssim(y, x), gradient_energy(y)) for x, y in pairs]
    *closeness, energy = (torch.cat(values) for values in zip(*each, strict=True))
    figures = {key: float(value.double().mean()) for key, value in zip(("mse", "psnr", "ssim"), closeness, strict=True)}
    return Measures(figures | {"sharpness_reconstructions": sharpness(energy, seen.of_real.energy)})


def _frechet(seen: Seen) -> Measures:
    """Compare samples from the prior with the test pictures, as a small classifier sees both."""
    judge, said = seen.classifier
    real, samples = seen.of_real.features, seen.of_samples.features
    if judge is None or real is None or samples is None:
        raise UnmeasurableError(said)
    one, other = np.array_split(np.random.default_rng(0).permutation(len(real)), 2)
    figures = {"frechet": frechet(samples, real), "frechet_floor": frechet(real[one], real[other])}
    if seen.data.test.labels is not None:
        figures["classifier_accuracy"] = judge.accuracy(real, seen.data.test.labels)
    return Measures(figures, notes=[said] if said else [])


def _probe(seen: Seen) -> Measures:
    train, test = (side.labels for side in seen.data)
    if train is None or test is None:
        raise UnmeasurableError("the data set has no labels")
    return Measures({"probe_accuracy": probe(seen.train_codes, train, seen.codes, test)})


def _disentanglement(seen: Seen) -> Measures:
    train, test = (side.factors for side in seen.data)
    if train is None or test is None:
        raise UnmeasurableError("the data set has no known factors")
    known = factors.classes(train, test)
    forest = dci(seen.train_codes, seen.codes, known, seen.track)
    figures = {
        "mig": mig(seen.codes, known.test),
        "sap": sap(seen.train_codes, seen.codes, known),
        "dci_disentanglement": forest.disentanglement,
        "dci_completeness": forest.completeness,
        "dci_informativeness": forest.informativeness,
        "factorvae_score": factorvae_score(seen.codes, known.test),
    }
    return Measures(figures)
