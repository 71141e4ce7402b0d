"""Trustworthiness and continuity: cases worked by hand, known expectations, scikit-learn's own figure."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from explorer.neighbours import faith

RANDOM = np.random.default_rng(0)
WIDE = RANDOM.normal(size=(300, 6)).astype(np.float32)


def test_a_map_that_keeps_everything_has_one_of_each():
    assert faith(WIDE[:, :2], WIDE[:, :2] * 3 + 1) == (1, 1)


def test_five_points_on_a_line_worked_by_hand():
    """Points 0 1 2.1 3.3 4.6; on the map the last one lies beside the first, at 0.4. n = 5, k = 1.

    Nearest on the map: 0 -> 4 (rank 4 in z, 3 too far), 1 -> 4 (rank 4: 0, 2, 3 are nearer, 3 too far), 2 -> 1 (1),
    3 -> 2 (1), 4 -> 0 (rank 4, 3 too far). T = 1 - 2 / (5 * 1 * (10 - 3 - 1)) * 9 = 1 - 18 / 30.
    Nearest in z: 0 -> 1 (rank 2 on the map, 1 too far), 1 -> 0 (rank 2, after 4, 1 too far), 2 -> 1 (1), 3 -> 2 (1),
    4 -> 3 (rank 4, 3 too far). C = 1 - 2 / 30 * 5.
    """
    z = np.array([[0], [1], [2.1], [3.3], [4.6]], np.float32)
    xy = np.array([[0, 0], [1, 0], [2.1, 0], [3.3, 0], [0.4, 0]], np.float32)
    assert faith(z, xy, nearest=1) == pytest.approx((1 - 18 / 30, 1 - 10 / 30))


@pytest.mark.parametrize("k", [1, 5, 10, 40])
def test_scikit_learn_says_the_same(k):
    xy = WIDE[:, :2] + 0.3 * RANDOM.normal(size=(300, 2)).astype(np.float32)
    wanted = [trustworthiness(WIDE, xy, n_neighbors=k), trustworthiness(xy, WIDE, n_neighbors=k)]
    assert faith(WIDE, xy, nearest=k) == pytest.approx(wanted, abs=1e-6)


def test_a_random_map_comes_near_its_expectation():
    """A random neighbour has each rank alike, so E[T] = 1 - (n - 1 - k) (n - k) / ((n - 1) (2n - 3k - 1))."""
    n, k = len(WIDE), 10
    expected = 1 - (n - 1 - k) * (n - k) / ((n - 1) * (2 * n - 3 * k - 1))
    found = [faith(WIDE, np.random.default_rng(seed).normal(size=(n, 2)).astype(np.float32)) for seed in range(10)]
    assert np.mean(found, axis=0) == pytest.approx([expected, expected], abs=0.01)
    assert expected == pytest.approx(0.5, abs=0.02)


def test_a_sample_of_the_points_comes_near_all_of_them():
    xy = WIDE[:, :2]
    assert faith(WIDE, xy, sample=100) == pytest.approx(faith(WIDE, xy), abs=0.05)
    assert faith(WIDE, xy, sample=100) == faith(WIDE, xy, sample=100)


def test_far_from_zero_nothing_is_lost():
    assert faith(WIDE + 1000, WIDE[:, :2] + 1000) == pytest.approx(faith(WIDE, WIDE[:, :2]), abs=1e-3)


def test_points_in_one_place_have_nothing_to_lose():
    assert faith(np.zeros((50, 4), np.float32), WIDE[:50, :2]).trustworthiness == 1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_so_few_points_say_nothing(n):
    assert faith(WIDE[:n], WIDE[:n, :2]) is None


def test_four_points_say_something():
    assert faith(WIDE[:4], WIDE[:4, :2]) is not None
