"""The mixture of Gaussians over the codes: on codes whose mixture is known."""

import numpy as np
import pytest

from explorer import mixture
from explorer.mixture import FULL, MOST, Mixture


def codes(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def covariances(found):
    return found.factors @ found.factors.transpose(0, 2, 1)


def test_it_has_the_mean_and_the_covariance_of_the_draws():
    """Also where the codes have odd units: a thousandth in one dimension, hundreds in another."""
    mean = codes(3000, 3) @ np.array([[1e-3, 0, 0], [5e-4, 1, 0], [0, 0, 300]], np.float32)
    found = mixture.fit(mean, np.zeros_like(mean))
    middle = found.weights @ found.means
    spread = found.means - middle
    whole = np.einsum("k,kij->ij", found.weights, covariances(found)) + (found.weights[:, None] * spread).T @ spread
    units = np.sqrt(np.diag(np.cov(mean.T)))
    assert middle / units == pytest.approx(mean.mean(axis=0) / units, abs=0.01)
    assert whole / np.outer(units, units) == pytest.approx(np.corrcoef(mean.T), abs=0.02)


def test_two_clusters_that_lean_are_found():
    random = np.random.default_rng(1)
    lean = np.array([[1, 0.9], [0.9, 1]])
    first, second = random.multivariate_normal([0, 0], lean, 800), random.multivariate_normal([30, 0], np.eye(2), 200)
    found = mixture.fit(np.concatenate([first, second]).astype(np.float32), np.zeros((1000, 2), np.float32))
    near = found.means[:, 0] < 15
    assert found.weights[near].sum() == pytest.approx(0.8, abs=1e-3)
    shares = found.weights[near, None] / found.weights[near].sum()
    assert (shares * found.means[near]).sum(axis=0) == pytest.approx(first.mean(axis=0), abs=0.02)


def test_it_is_fitted_to_draws_of_q_and_not_to_the_means():
    """Where every picture has the same mean, all of the spread is that of q."""
    found = mixture.fit(np.zeros((200, 2), np.float32), np.full((200, 2), [1, 3], np.float32))
    middle = found.weights @ found.means
    spread = found.means - middle
    whole = np.einsum("k,kij->ij", found.weights, covariances(found)) + (found.weights[:, None] * spread).T @ spread
    assert np.sqrt(np.diag(whole)) == pytest.approx([1, 3], rel=0.15)


def test_it_is_the_same_each_time():
    one, two = (mixture.fit(codes(300, 2), np.ones((300, 2), np.float32)) for _ in range(2))
    assert np.array_equal(one.factors, two.factors)


@pytest.mark.parametrize(("n", "d", "gaussians"), [(2, 5, 1), (40, 16, 1), (45, 2, 2), (359, 2, MOST), (9000, 3, MOST)])
def test_few_pictures_have_few_gaussians(n, d, gaussians):
    assert mixture.fit(codes(n, d), np.ones((n, d), np.float32)).weights.shape == (gaussians,)


def test_in_many_dimensions_the_gaussians_lie_along_the_axes():
    d = FULL + 1
    factors = mixture.fit(codes(700, d), np.ones((700, d), np.float32)).factors
    assert factors.shape[1:] == (d, d)
    assert (factors == factors * np.eye(d)).all()


def test_codes_that_never_change_are_fitted_all_the_same():
    mean = np.tile(np.array([1, -4], np.float32), (50, 1))
    found = mixture.fit(mean, np.zeros_like(mean))
    assert found.means[0] == pytest.approx([1, -4])
    assert (np.diagonal(found.factors[0]) < 1e-3).all()


def test_one_picture_has_no_mixture():
    assert mixture.fit(codes(1, 2), codes(1, 2)) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"weights": np.ones(3, np.float32)}, "weights must be float32 of shape"),
        ({"weights": np.array([0.5, 0.7], np.float32)}, "sum to 1"),
        ({"weights": np.array([-0.5, 1.5], np.float32)}, "not be below 0"),
        ({"means": np.zeros((2, 3))}, "means must be float32"),
        ({"means": np.float32(1)}, "shape"),
        ({"factors": np.zeros((2, 3, 3), np.float32)}, "diagonal above 0"),
        ({"factors": np.ones((2, 3, 3), np.float32)}, "lower triangles"),
        ({"factors": np.full((2, 3, 3), np.nan, np.float32)}, "not a finite number"),
    ],
)
def test_what_is_no_mixture_is_refused(change, sentence):
    whole = {
        "weights": np.full(2, 0.5, np.float32), "means": np.zeros((2, 3), np.float32),
        "factors": np.tile(np.eye(3, dtype=np.float32), (2, 1, 1)),
    }  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        Mixture(**(whole | change))
