"""What a person should hear before a training begins: sentences on choices that are allowed, and will disappoint."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from explorer.catalog import Choice
from explorer.spec import INK, Spec

REPEATED = 4  # numbers of a picture that say about one thing: neighbours are much alike
TAUGHT = 20  # pictures that fix one dimension; of fewer the decoder learns each by heart
LOOKED_AT = 1000  # pictures, at most, of which the spectrum is taken
LONG = 3600.0  # seconds after which a training is no longer something to wait for
MUCH = 0.2  # nats, the KL of a dimension that carries something
SUREST = 7.0  # the largest |logit| of a pixel that is expected of a likelihood without a bound
BRIGHT = ("bernoulli", "continuous_bernoulli")  # likelihoods that drive midtones to black and white


def sentences(spec: Spec, pictures: int, midtones: float, spectrum: NDArray[np.float64]) -> list[str]:
    """Return what should be known of a Spec whose knobs are written out.

    midtones: share of the pictures' numbers that are neither nearly black nor nearly white; spectrum: theirs,
    for this likelihood.
    """
    found = (_latent(spec, pictures), _collapse(spec, spectrum), _likelihood(spec, midtones))
    return [sentence for sentence in found if sentence]


def long(seconds: float) -> str:
    """Return a sentence about a training that takes so long, or nothing."""
    if seconds < LONG:
        return ""
    return (
        f"This takes about {seconds / 3600:.1f} hours on this machine. "
        "Most of what it will show is there after some minutes: a shorter budget is a good first look."
    )


def most_useful(shape: tuple[int, int, int], pictures: int) -> int:
    """Return the largest latent dimension that data can need.

    Two bounds. A picture of k numbers has at most k directions, and since neighbouring pixels are much alike about
    every REPEATEDth of them is its own. And n pictures fix a direction only if there are some TAUGHT of them for it.
    """
    return max(1, min(math.prod(shape) // REPEATED, pictures // TAUGHT))


def _latent(spec: Spec, pictures: int) -> str:
    most = most_useful(spec.shape, pictures)
    if spec.latent <= most:
        return ""
    return (
        f"{spec.latent} latent dimensions are more than these data need: {pictures:,} pictures of "
        f"{math.prod(spec.shape):,} numbers support about {most}. The others will stay empty, or learn by heart."
    )


def spectrum(pixels: NDArray[np.uint8], likelihood: Choice) -> NDArray[np.float64]:
    """Return the variances of pictures (n, c, h, w), from 0 to 1, along their principal directions, largest first.

    Each number is in units of the standard deviation that the likelihood has at the mean picture; a Gaussian, which has
    the one that is left over, takes numbers as they are.
    """
    some = pixels[:: max(1, len(pixels) // LOOKED_AT)][:LOOKED_AT].reshape(-1, math.prod(pixels.shape[1:])) / 255.0
    mean = some.mean(axis=0)
    centred = (some - mean) / np.sqrt(_variance(mean, likelihood))
    small = centred @ centred.T if len(centred) < centred.shape[1] else centred.T @ centred
    return np.clip(np.linalg.eigvalsh(small)[::-1], 0, None) / len(centred)


def _variance(mean: NDArray[np.float64], likelihood: Choice) -> NDArray[np.float64]:
    """Return the variance of p(x|z) for each mean; of the continuous Bernoulli as Loaiza-Ganem & Cunningham 2019 say.

    https://arxiv.org/abs/1907.06845, in the logit t: mean 1 / (1 - exp(-t)) - 1 / t, and its derivative.
    """
    if likelihood.name not in BRIGHT:
        return np.ones_like(mean)
    bound = float(likelihood.knobs.get("bound", SUREST))
    t = np.linspace(-bound, bound, 1000)  # without 0, where both are limits
    if likelihood.name == "bernoulli":
        means = 1 / (1 + np.exp(-t))
        return np.interp(mean, means, means * (1 - means))
    return np.interp(mean, 1 / (1 - np.exp(-t)) - 1 / t, 1 / t**2 - 1 / (4 * np.sinh(t / 2) ** 2))


def at_least(spectrum: NDArray[np.float64], latent: int, beta: float) -> int:
    """Return how many of so many dimensions leave the collapsed state, and carry much, at a weight beta of the KL.

    Around q = N(0, 1) and the mean picture, with decoder logits a + z w, the loss falls to second order in w where the
    variance of the data along w is more than beta times that of p(x|z): a ratio r above beta. The dimension then comes
    to carry log(r / beta) / 2 nats, as in a linear VAE (Lucas et al. 2019, https://arxiv.org/abs/1911.02469).
    """
    return int((spectrum[:latent] > beta * math.exp(2 * MUCH)).sum())


def survivors(spectrum: NDArray[np.float64], numbers: int, latent: int, beta: float) -> int:
    """Return how many of so many dimensions a linear VAE keeps at a weight beta of its KL.

    Dimension i pays for its KL only if its variance is more than beta times sigma^2, the variance that is left over in
    each number of a picture: Lucas et al. 2019, https://arxiv.org/abs/1911.02469, with beta sigma^2 for sigma^2. What
    is lost is left over in turn, so this is looked at until nothing changes.
    """
    kept = min(latent, len(spectrum))
    while kept:
        left = float(spectrum[kept:].sum()) / numbers
        now = int((spectrum[:kept] > beta * left).sum())
        if now == kept:
            break
        kept = now
    return kept


def _collapse(spec: Spec, spectrum: NDArray[np.float64]) -> str:
    beta = float(spec.objective.knobs.get("beta", 1.0)) if spec.objective.name == "beta" else 1.0
    bright = spec.likelihood.name in BRIGHT
    count = math.prod(spec.shape)
    kept = at_least(spectrum, spec.latent, beta) if bright else survivors(spectrum, count, spec.latent, beta)
    if beta <= 1 or 2 * kept >= spec.latent:
        return ""
    used = f"about {kept} of {spec.latent} will be used" if kept else "none will be used"
    return (
        f"At beta = {beta:g} the KL of a dimension costs more than it is worth to the picture: by the rule of a linear "
        f"VAE {used}, and the posterior of each that is not used collapses to the prior."
    )


def _likelihood(spec: Spec, midtones: float) -> str:
    name, ink = spec.likelihood.name, INK[spec.shape[0]]
    if name in BRIGHT and midtones > ink:
        return (
            f"{midtones:.0%} of these pictures' numbers are midtones, which {name} shows too black and too white: "
            "gaussian shows them as they are."
        )
    if name == "gaussian" and midtones < ink / 2:
        return "These pictures are nearly black and white: continuous_bernoulli gives sharper strokes than gaussian."
    return ""
