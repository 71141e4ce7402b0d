"""Importance sampling against integrals that can be done."""

import math

import numpy as np
import pytest

from explorer.datasets import Images
from explorer.measures import batches, likelihood
from explorer.measures.elbo import elbo
from explorer.measures.likelihood import nll

WHITE = Images(np.full((1, 1, 4, 4), 255, np.uint8))


def white_by_quadrature():
    """-log of the integral of sigmoid(z)^16 N(z; 0, 1) over z."""
    z = np.linspace(-12, 12, 200_001)
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * (1 / (1 + np.exp(-z))) ** 16
    return -math.log(density.sum() * (z[1] - z[0]))


def test_it_finds_the_integral(seeing):
    found = nll(seeing, WHITE, batches.encode(seeing, WHITE), 50_000)
    assert found.tolist() == pytest.approx([white_by_quadrature()], abs=0.03)


def test_the_integral_is_found_for_many_pictures_at_once(seeing):
    images = WHITE.take(np.zeros(700, np.int64))
    found = nll(seeing, images, batches.encode(seeing, images), 300)
    assert found.shape == (700,)
    assert found.mean() == pytest.approx(white_by_quadrature(), abs=0.03)


def test_each_picture_has_its_own_number(seeing, black_and_white):
    """Black is as likely as white under the prior, but less under this q, so its samples are worse."""
    images = black_and_white.take(np.array([0, 1] * 50))
    found = nll(seeing, images, batches.encode(seeing, images), 20)
    assert found[1::2].mean() < found[::2].mean()
    one = nll(seeing, black_and_white, batches.encode(seeing, black_and_white), 100_000)
    assert one.tolist() == pytest.approx([white_by_quadrature()] * 2, abs=0.1)


def test_where_q_is_the_prior_and_z_says_nothing_one_sample_is_exact(blind, black_and_white):
    blind.encoder.values.data.zero_()
    found = nll(blind, black_and_white, batches.encode(blind, black_and_white), 3)
    assert found.tolist() == pytest.approx([16 * math.log(2)] * 2, rel=1e-6)


def test_one_sample_is_the_elbo_and_more_come_closer(seeing):
    images = WHITE.take(np.zeros(20_000, np.int64))
    q = batches.encode(seeing, images)
    bounds = [float(nll(seeing, images, q, k).mean()) for k in (1, 2, 10)]
    assert bounds[0] == pytest.approx(-elbo(seeing, images, q, seed=1).total, abs=0.1)
    assert bounds[0] > bounds[1] > bounds[2] > white_by_quadrature() - 0.02


@pytest.mark.parametrize("rows", [1, 7, 100_000])
def test_how_it_is_cut_does_not_matter(seeing, monkeypatch, rows):
    monkeypatch.setattr(likelihood, "fitting", lambda shape: rows)
    images = WHITE.take(np.zeros(40, np.int64))
    found = nll(seeing, images, batches.encode(seeing, images), 30)
    assert found.mean() == pytest.approx(white_by_quadrature(), abs=0.15)


def test_a_likelihood_of_minus_ten_thousand_nats_does_not_overflow(seeing):
    images = Images(np.full((1, 1, 4, 4), 255, np.uint8))
    seeing.encoder.values.data.copy_(np.log(1) + seeing.encoder.values.data.new_tensor([-1000.0, -2.0]))
    assert np.isfinite(nll(seeing, images, batches.encode(seeing, images), 10)).all()


def test_no_sample_is_refused(seeing):
    with pytest.raises(ValueError, match="must be 1 or more, not 0"):
        nll(seeing, WHITE, batches.encode(seeing, WHITE), 0)
