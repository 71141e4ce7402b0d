"""MIG, SAP, DCI and the FactorVAE score of codes made by hand: perfect, random, rotated, duplicated."""

import math

import numpy as np
import pytest

from explorer.measures import UnmeasurableError, factors
from explorer.measures.dci import completeness, dci, disentanglement
from explorer.measures.factors import Known
from explorer.measures.factorvae import factorvae_score
from explorer.measures.mig import mig, mutual_information
from explorer.measures.sap import predictability, sap

GRID = np.stack(np.meshgrid(np.arange(5), np.arange(5), indexing="ij"), axis=-1).reshape(-1, 2)
FACTORS = np.tile(GRID, (40, 1)).astype(np.int64)  # (1000, 2): every pair of two factors of five values, 40 times
KNOWN = Known(FACTORS, FACTORS)
CENTRED = FACTORS - 2.0
NOISE = np.random.default_rng(0).normal(size=(1000, 3))


def codes(name):
    a, b = CENTRED.T
    return {
        "perfect": np.stack([b, a], axis=1),  # in another order: a transpose where none is meant would show
        "perfect and noise": np.column_stack([NOISE[:, 0], b, NOISE[:, 1], a, NOISE[:, 2]]),
        "random": NOISE,
        "rotated": np.stack([a + b, a - b], axis=1) / math.sqrt(2),
        "duplicated": np.stack([a, b, a, b], axis=1),
    }[name]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("perfect", 1), ("perfect and noise", 1), ("random", 0), ("rotated", 0), ("duplicated", 0)],
)
def test_mig(name, wanted):
    # codes without meaning seem to know (20 - 1)(5 - 1) / 2n = 0.04 nats, and each the same: the gap is below 0.02
    assert mig(codes(name), FACTORS) == pytest.approx(wanted, abs=0.03)


def test_mig_by_hand():
    """Two coins a and b. z1 = a xor b knows neither, z2 = a knows a: gaps 1 and 0."""
    a, b = (each.ravel() for each in np.meshgrid([0, 1], [0, 1]))
    coins = np.stack([a, b], axis=1)
    assert mig(np.stack([a ^ b, a], axis=1).astype(float), coins) == pytest.approx(0.5)


def test_mig_of_a_noisy_coin_by_hand():
    """A coin z that shows the other side of a one time in four: I = log 2 - H(1/4) of H = log 2."""
    a = np.repeat([0, 1], 4)
    z = a.copy()
    z[[0, 4]] = 1 - z[[0, 4]]
    entropy = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
    assert mig(z[:, None].astype(float), a[:, None]) == pytest.approx(1 - entropy / math.log(2))


def test_the_information_has_a_row_for_each_dimension():
    known = mutual_information(factors.cut(codes("perfect and noise")), FACTORS)
    assert known.shape == (5, 2)
    assert known[1].round(2).tolist() == [0, round(math.log(5), 2)]
    assert known[3].round(2).tolist() == [round(math.log(5), 2), 0]


@pytest.mark.parametrize(
    ("name", "wanted", "within"),
    [
        ("perfect", 0.8, 0),  # 1 - 1/5: the next best tells by chance
        ("perfect and noise", 0.8, 0.05),
        ("random", 0, 0.05),
        ("rotated", 0, 1e-9),
        ("duplicated", 0, 1e-9),
    ],
)
def test_sap(name, wanted, within):
    assert sap(codes(name), codes(name), KNOWN) == pytest.approx(wanted, abs=within + 1e-9)


def test_sap_tells_by_the_nearest_mean():
    """Two values at means 0 and 10 (all codes of a value alike but one): of five codes of value 1, four are told."""
    train = np.array([0, 0, 0, 0, 0, 10, 10, 10, 10, 10.0])[:, None]
    test = np.array([0, 0, 0, 0, 0, 10, 10, 10, 10, 1.0])[:, None]
    value = np.repeat([0, 1], 5)[:, None]
    assert predictability(train, test, Known(value, value)).tolist() == [[pytest.approx(0.9)]]
    assert sap(train, test, Known(value, value)) == pytest.approx(0.4)  # against chance, for want of another dimension


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("perfect", (1, 1, 1)),
        ("perfect and noise", (1, 1, 1)),
        ("rotated", (0, 0, 1)),  # both dimensions are needed for both factors, and together they tell all
        ("duplicated", (1, 0.5, 1)),  # each factor lies in two of four dimensions: 1 - log 2 / log 4
    ],
)
def test_dci(name, wanted):
    train, test = codes(name)[:500], codes(name)[500:]
    assert dci(train, test, Known(FACTORS[:500], FACTORS[500:])) == pytest.approx(wanted, abs=0.08)


def test_dci_of_random_codes():
    found = dci(NOISE[:500], NOISE[500:], Known(FACTORS[:500], FACTORS[500:]))
    assert found.disentanglement < 0.05
    assert found.completeness < 0.05
    assert found.informativeness == pytest.approx(0.2, abs=0.06)


def test_disentanglement_and_completeness_by_hand():
    """Three dimensions, two factors: z1 for a alone, z2 for both alike, z3 for nothing."""
    importance = np.array([[0.5, 0.0], [0.5, 0.5], [0.0, 0.0]])
    assert disentanglement(importance) == pytest.approx(1 / 3)  # weights 1/3 and 2/3, scores 1 and 0
    a, b = 1 - math.log(2) / math.log(3), 1  # a in two of three dimensions, b in one
    assert completeness(importance) == pytest.approx((1.0 * a + 0.5 * b) / 1.5)


@pytest.mark.parametrize(
    ("name", "wanted", "within"),
    [
        ("perfect", 1, 0),
        ("perfect and noise", 1, 0),
        ("duplicated", 1, 0),
        ("random", 0.5, 0.05),
        ("rotated", 0.5, 0.05),
    ],
)
def test_factorvae_score(name, wanted, within):
    assert factorvae_score(codes(name), FACTORS) == pytest.approx(wanted, abs=within)


def test_dimensions_that_do_not_move_have_no_vote():
    still = np.column_stack([np.full(1000, 3.0), codes("perfect")])
    assert factorvae_score(still, FACTORS) == 1
    assert factorvae_score(still[:, :1], FACTORS) == 0


def test_a_factor_whose_values_are_all_unique_cannot_vote():
    with pytest.raises(UnmeasurableError, match="no value that 8 pictures share"):
        factorvae_score(CENTRED[:20], np.arange(20)[:, None])


def test_factors_are_counted_and_those_without_variation_left_out():
    train = np.array([[0.5, 7, 1], [0.25, 7, 2], [0.5, 7, 1]], np.float32)
    test = np.array([[1.0, 7, 1]], np.float32)
    known = factors.classes(train, test)
    assert known.train.tolist() == [[1, 0], [0, 1], [1, 0]]
    assert known.test.tolist() == [[2, 0]]
    with pytest.raises(UnmeasurableError, match="no known factor"):
        factors.classes(train[:, 1:2], test[:, 1:2])


def test_a_continuous_factor_is_cut():
    known = factors.classes(np.linspace(0, 1, 1000)[:, None], np.linspace(0, 1, 10)[:, None])
    assert known.train.max() == factors.BINS - 1
    assert np.bincount(known.train[:, 0]).tolist() == [50] * 20


def test_one_code_dimension_and_one_factor_are_enough():
    a, known = CENTRED[:, :1], Known(FACTORS[:, :1], FACTORS[:, :1])
    assert mig(a, known.test) == pytest.approx(1)
    assert dci(a, a, known) == pytest.approx((1, 1, 1))
    assert factorvae_score(a, known.test) == 1
