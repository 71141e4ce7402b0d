"""Separated attribute predictability: whether one latent dimension tells a factor, and the next best does not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures.factors import Classes, Codes, Known


def sap(train: Codes, test: Codes, known: Known) -> float:
    """Return the mean over factors of the gap between the two dimensions that tell the factor best.

    Kumar 2018, section 3, https://arxiv.org/abs/1711.00848. A dimension's score for a factor of K values is the
    accuracy (each value counting the same) of a linear rule on this one number, fitted to the training codes (n, d) and
    asked about the test codes (m, d). The rule is linear discriminant analysis, in one dimension the value whose mean
    is nearest: as linear as Kumar's support vector machines, of which there would be d times f, minutes against
    milliseconds. A perfect code scores 1 - 1/K.
    """
    scores = predictability(train, test, known)  # (d, f)
    chance = [1 / len(np.unique(factor)) for factor in known.train.T]  # what no dimension at all would score
    first, second = np.sort(np.vstack((scores, chance)), axis=0)[::-1][:2]
    return float((first - second).mean())


def predictability(train: Codes, test: Codes, known: Known) -> NDArray[np.float64]:
    """Return how well each dimension tells each factor, (d, f) in [0, 1]."""
    pairs = list(zip(known.train.T, known.test.T, strict=True))
    return np.array([[_told(a, b, *pair) for pair in pairs] for a, b in zip(train.T, test.T, strict=True)])


def _told(train: NDArray[Any], test: NDArray[Any], wanted: Classes, true: Classes) -> float:
    """Return the mean share of each value's test codes (m,) that the nearest training mean tells right."""
    values = np.unique(wanted)
    means = np.array([train[wanted == value].mean() for value in values])
    told = values[np.abs(test[:, None] - means).argmin(axis=1)]
    return float(np.mean([(told[true == value] == value).mean() for value in np.unique(true)]))
