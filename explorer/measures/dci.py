"""DCI: disentanglement, completeness and informativeness of a code, from what a forest of trees finds important."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.measures.batches import Track, silently
from explorer.measures.factors import Codes, Known

TREES = 20


class Dci(NamedTuple):
    """Each from 0 to 1, 1 being perfect."""

    disentanglement: float  # does a dimension carry one factor only?
    completeness: float  # is a factor carried by one dimension only?
    informativeness: float  # accuracy at telling the factors from the whole code


def dci(train: Codes, test: Codes, known: Known, track: Track = silently) -> Dci:
    """Return the scores of codes (n, d) for training and (m, d) for testing.

    Eastwood & Williams 2018, section 2, https://openreview.net/forum?id=By-7dz-AZ, with one of their two regressors,
    random forests: 20 trees a factor, where Locatello's boosting grows 4,000 for one of 40 values. As factors are
    classes here, informativeness is an accuracy. Every split may choose among all dimensions, so that the importance of
    a dimension is its own.
    """
    from sklearn.ensemble import RandomForestClassifier

    columns, right = [], []
    for wanted, true in track(list(zip(known.train.T, known.test.T, strict=True)), description="DCI"):
        forest = RandomForestClassifier(TREES, max_features=None, min_samples_leaf=2, random_state=0)
        forest.fit(train, wanted)
        columns.append(forest.feature_importances_)
        right.append(forest.score(test, true))
    importance = np.stack(columns, axis=1)  # (d, f)
    return Dci(disentanglement(importance), completeness(importance), float(np.mean(right)))


def disentanglement(importance: NDArray[np.float64]) -> float:
    """Return 1 - entropy of each dimension's importances (d, f), weighted by how important the dimension is."""
    return completeness(importance.T)


def completeness(importance: NDArray[np.float64]) -> float:
    """Return 1 - entropy of each factor's importances (d, f), in units of log d, weighted by the factor's sum."""
    sums = importance.sum(axis=0)
    if len(importance) == 1 or not sums.any():  # one dimension has nothing to share with; none that matters, no score
        return float(len(importance) == 1)
    share = importance / np.where(sums > 0, sums, 1)  # (d, f): each column adds up to 1
    logs = np.log(np.where(share > 0, share, 1)) / np.log(len(importance))
    return float(((1 + (share * logs).sum(axis=0)) * sums).sum() / sums.sum())
