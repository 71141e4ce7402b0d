"""What is said before a training: rules on cases worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, ContinuousBernoulli

from explorer import advice
from explorer.catalog import Choice
from explorer.spec import Spec

MANY = np.array([4.0, 2.0, 1.0] + [0.1] * 61)  # variances of 64 numbers
SPEC = Spec((1, 8, 8), latent=3)
GAUSSIAN = Choice("gaussian")


def said(spec, pictures=60_000, midtones=0.1):
    return " ".join(advice.sentences(spec, pictures, midtones, MANY))


def test_nothing_is_said_of_what_is_usual():
    assert said(SPEC) == ""


@pytest.mark.parametrize(
    ("shape", "pictures", "most"), [((1, 8, 8), 60_000, 16), ((1, 64, 64), 360, 18), ((1, 4, 4), 3, 1)]
)
def test_the_latent_dimension_is_bounded_by_pixels_and_by_pictures(shape, pictures, most):
    assert advice.most_useful(shape, pictures) == most
    assert "more than these data need" in said(replace(SPEC, shape=shape, latent=most + 1), pictures)
    assert "more than these data need" not in said(replace(SPEC, shape=shape, latent=most), pictures)


def test_a_linear_vae_keeps_the_dimensions_that_are_worth_their_kl():
    """Of 3 dimensions 61 x 0.1 are left over in 64 numbers: sigma^2 = 0.0953, so beta = 15 asks for 1.43.

    The third goes, and sigma^2 becomes 0.111, which asks for 1.66: the second stays.
    """
    assert advice.survivors(MANY, 64, 3, 1.0) == 3
    assert advice.survivors(MANY, 64, 3, 15.0) == 2
    assert advice.survivors(MANY, 64, 3, 1000.0) == 0


def test_a_beta_that_collapses_the_posterior_is_named():
    def of(beta, likelihood):
        return said(replace(SPEC, likelihood=likelihood, objective=Choice("beta", {"beta": beta})), midtones=0.3)

    assert "none will be used" in of(1000.0, GAUSSIAN)
    assert "about 1 of 3" in of(25.0, GAUSSIAN)
    assert "about 1 of 3" in of(2.0, Choice("bernoulli")), "4 > 2 exp(0.4) = 2.98 > 2"
    assert of(0.9, Choice("bernoulli")) == ""
    assert said(replace(SPEC, objective=Choice("beta", {"beta": 1.0}))) == ""


@pytest.mark.parametrize(
    ("likelihood", "midtones", "words"),
    [
        ("continuous_bernoulli", 0.6, "gaussian shows them as they are"),
        ("bernoulli", 0.6, "gaussian shows them as they are"),
        ("gaussian", 0.1, "continuous_bernoulli gives sharper"),
        ("gaussian", 0.6, ""),
        ("continuous_bernoulli", 0.1, ""),
    ],
)
def test_a_likelihood_that_does_not_fit_the_pixels_is_named(likelihood, midtones, words):
    found = said(replace(SPEC, likelihood=Choice(likelihood)), midtones=midtones)
    assert words in found if words else found == ""


def test_only_hours_are_long():
    assert advice.long(600) == ""
    assert "about 2.0 hours" in advice.long(7200)


@pytest.mark.parametrize(("likelihood", "beta", "used"), [
    ("continuous_bernoulli", 2.0, 2), ("continuous_bernoulli", 8.0, 0), ("bernoulli", 1.0, 2), ("bernoulli", 4.0, 0),
])  # fmt: skip
def test_what_becomes_of_digits_is_foretold(digits, likelihood, beta, used):
    """Trained for 700 steps, beta = 2 gave 1.6 and 1.4 nats, beta = 8 less than 0.07."""
    assert advice.at_least(advice.spectrum(digits.train.pixels, Choice(likelihood, {"bound": 5.0})), 2, beta) == used


@pytest.mark.parametrize(
    ("likelihood", "of"), [("bernoulli", Bernoulli), ("continuous_bernoulli", ContinuousBernoulli)]
)
def test_the_variance_at_a_mean_is_that_of_the_distribution(likelihood, of):
    known = of(logits=torch.tensor([-4.0, -1.0, 0.5, 3.0], dtype=torch.float64))
    found = advice._variance(known.mean.numpy(), Choice(likelihood, {}))
    assert found == pytest.approx(known.variance.numpy(), rel=1e-3)


@pytest.mark.parametrize("side", [3, 40])
def test_the_spectrum_is_the_variance_along_principal_directions(side):
    pixels = np.random.default_rng(0).integers(0, 256, (50, 1, side, side), np.uint8)
    wanted = np.linalg.svd(pixels.reshape(50, -1) / 255.0 - (pixels.reshape(50, -1) / 255.0).mean(0), compute_uv=False)
    assert advice.spectrum(pixels, GAUSSIAN)[: min(49, side * side)] == pytest.approx(
        (wanted**2 / 50)[: min(49, side * side)]
    )
