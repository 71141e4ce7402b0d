"""All measures of one model on one data set, each under its key in `table`, or with the reason why there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer.catalog import Choice
from explorer.checkpoint import Checkpoint
from explorer.datasets import Images, Split
from explorer.measures import (
    UnmeasurableError,
    batches,
    classifier,
    factors,
    reconstruction,
)
from explorer.measures.activity import active
from explorer.measures.batches import Track, silently
from explorer.measures.dci import dci
from explorer.measures.elbo import elbo
from explorer.measures.factors import Codes
from explorer.measures.factorvae import factorvae_score
from explorer.measures.frechet import frechet
from explorer.measures.likelihood import nll
from explorer.measures.mig import mig
from explorer.measures.probe import probe
from explorer.measures.sap import sap
from explorer.measures.sharpness import sharpness
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


class Seen:
    """What several measures need, each made once and when it is first asked for."""

    def __init__(self, model: VAE, split: Split, track: Track) -> None:
        self.model, self.track = model, track
        self.data = Split(batches.some(split.train, MOST), batches.some(split.test, MOST))
        self.real = batches.floats(self.data.test)  # (n, c, h, w) in [0, 1]
        self.q = batches.encode(model, self.data.test, track)  # of the test pictures, (n, latent), on the CPU
        self.codes: Codes = self.q.mean.numpy()  # (n, latent)

    @cached_property
    def train_codes(self) -> Codes:
        """The means of q(z|x) of the training pictures, (m, latent)."""
        return batches.encode(self.model, self.data.train, self.track).mean.numpy()

    @cached_property
    def samples(self) -> Tensor:
        """Pictures (10,000, c, h, w) in [0, 1] of z from N(0, 1), of classes in the data's proportions."""
        random = torch.Generator().manual_seed(0)
        z = torch.randn((SAMPLES, self.codes.shape[1]), generator=random)
        labels = batches.labels_of(self.data.train)
        if labels is not None:
            labels = labels[torch.randint(len(labels), (SAMPLES,), generator=random)]
        return batches.pictures(self.model, z, labels, self.track, description="samples")


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
    seen = Seen(checkpoint.model(), split, track)
    parts: dict[str, Callable[[], Measures]] = {
        "ELBO, NLL and KL": lambda: _likelihood(seen, samples, pictures, binarize),
        "active units": lambda: Measures({"active_units": int(active(seen.codes).sum())}),
        "reconstructions": lambda: _reconstructions(seen),
        "sharpness": lambda: Measures({"sharpness": sharpness(seen.samples, seen.real)}),
        "Fréchet distance": lambda: _frechet(seen, split.train, checkpoint.spec.data, cache),
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
    few = batches.some(test, pictures)
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


def _reconstructions(seen: Seen) -> Measures:
    """Compare the test pictures with what the decoder makes of them at z = mu."""
    shown = batches.pictures(
        seen.model, seen.q.mean, batches.labels_of(seen.data.test), seen.track, description="reconstructions"
    )
    closeness = {"mse": reconstruction.mse, "psnr": reconstruction.psnr, "ssim": reconstruction.ssim}
    figures = {key: float(measure(shown, seen.real).mean()) for key, measure in closeness.items()}
    return Measures(figures | {"sharpness_reconstructions": sharpness(shown, seen.real)})


def _frechet(seen: Seen, train: Images, data: Choice, cache: Path) -> Measures:
    """Compare samples from the prior with the test pictures, as a small classifier sees both."""
    judge, note = classifier.trained(train, data, cache, seen.track)
    of_real, of_samples = judge.features(seen.real), judge.features(seen.samples)
    one, other = np.array_split(np.random.default_rng(0).permutation(len(of_real)), 2)
    figures = {"frechet": frechet(of_samples, of_real), "frechet_floor": frechet(of_real[one], of_real[other])}
    if seen.data.test.labels is not None:
        figures["classifier_accuracy"] = judge.accuracy(of_real, seen.data.test.labels)
    return Measures(figures, notes=[note] if note else [])


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
