"""Objectives on how the codes lie, `dip` and `info`, on codes laid out by hand."""

import math

import pytest
import torch

from explorer.objectives.info import mmd
from tests.known import regularizer_of

TINY = 1e-3  # a sigma whose square does not count


def penalty(mu, sigma, **knobs):
    """Return what dip adds to the KL."""
    kl = regularizer_of("vae", mu, sigma)
    return regularizer_of("dip", mu, sigma, **knobs) - kl


SQUARE = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]  # covariance: the identity
DIAGONAL = [[2.0, 2.0], [-2.0, -2.0]]  # covariance: 4 everywhere


@pytest.mark.parametrize(
    ("mu", "sigma", "kind", "by_hand"),
    [
        (SQUARE, 0.5, "I", 0),
        (SQUARE, TINY, "II", 0),
        (SQUARE, 2.0, "II", 3 * (4**2 + 4**2)),  # each variance is 1 + 4, 4 too much; on = 3
        (DIAGONAL, 0.5, "I", 2 * (4**2 + 4**2) + 3 * (3**2 + 3**2)),  # off = 2 counts both C_12 and C_21
        (DIAGONAL, 1.0, "II", 2 * (4**2 + 4**2) + 3 * (4**2 + 4**2)),  # the diagonal is 4 + 1
        ([[0.0], [0.0]], 1.0, "I", 3 * 1),  # one dimension, and all codes in one place: C = 0
        ([[5.0], [5.0]], 1.0, "II", 0),  # C = sigma^2 = 1: where the codes lie is not counted
    ],
)
def test_dip_by_hand(mu, sigma, kind, by_hand):
    assert penalty(mu, sigma, kind=kind, off=2.0, on=3.0) == pytest.approx(by_hand, abs=1e-3)


def test_mmd_of_two_points_by_hand():
    """At distance 1 in one dimension: k = exp(-1/2), and MMD = 1 + 1 - 2 k."""
    assert mmd(torch.zeros(1, 1), torch.ones(1, 1)).item() == pytest.approx(2 - 2 * math.exp(-0.5))


def test_mmd_of_two_pairs_by_hand():
    """{0, 2} and {1, 1}: k is exp(-2) for the pair of the first, 1 for that of the second, exp(-1/2) between them."""
    by_hand = math.exp(-2) + 1 - 2 * math.exp(-0.5)
    assert mmd(torch.tensor([[0.0], [2.0]]), torch.ones(2, 1)).item() == pytest.approx(by_hand, abs=1e-6)


def test_the_kernel_is_as_wide_as_the_prior():
    """At distance 1 in each of d dimensions, |a - b|^2 / (2 d) is 1/2 whatever d is."""
    found = [mmd(torch.zeros(1, d), torch.ones(1, d)).item() for d in (1, 3, 50)]
    assert found == pytest.approx([2 - 2 * math.exp(-0.5)] * 3, rel=1e-5)


@pytest.mark.parametrize("n", [4, 32])
def test_mmd_of_draws_from_the_same_distribution_is_zero_on_average_however_few_they_are(n):
    torch.manual_seed(0)
    found = torch.stack([mmd(torch.randn(n, 2), torch.randn(n, 2)) for _ in range(4000)])
    assert found.mean().item() == pytest.approx(0, abs=4 * found.std().item() / math.sqrt(4000))


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_mmd_of_known_gaussians(shift):
    """In 1-D E k = exp(-m^2 / 6) / sqrt(3) for draws of N(0, 1) and N(m, 1), whose difference is N(m, 2)."""
    torch.manual_seed(0)
    a, b = torch.randn(2000, 1), torch.randn(2000, 1) + shift
    by_hand = 2 / math.sqrt(3) * (1 - math.exp(-(shift**2) / 6))
    assert mmd(a, b).item() == pytest.approx(by_hand, abs=0.02)


def test_info_weighs_kl_and_mmd():
    """All codes at 3, sigma = 1: KL = 9/2; 1 - alpha of it is charged, and alpha + mmd - 1 times the MMD."""
    z = torch.full((4, 1), 3.0)
    costs = []
    for alpha, weight in ((1.0, 7.0), (0.5, 7.5)):  # both give the MMD a weight of 7
        torch.manual_seed(0)  # the same draws of the prior
        costs.append(regularizer_of("info", z, 1.0, alpha=alpha, mmd=weight))
    torch.manual_seed(0)
    assert costs[0] == pytest.approx(7 * mmd(z, torch.randn(4, 1)).item(), rel=1e-6)
    assert costs[1] - costs[0] == pytest.approx(0.5 * 9 / 2, rel=1e-5)
