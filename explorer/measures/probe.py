"""Linear probe: how well the class of a picture can be told from its code by straight cuts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures import UnmeasurableError

Codes = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]


def probe(train: Codes, train_labels: Labels, test: Codes, test_labels: Labels) -> float:
    """Return the accuracy on the test codes (m, d) of a logistic regression fitted to the training codes (n, d).

    Alain & Bengio 2016, https://arxiv.org/abs/1610.01644. Each dimension is scaled to a standard deviation of 1, so
    that the answer does not hang on how wide a dimension happens to be. UnmeasurableError if all training labels are
    equal.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if len(np.unique(train_labels)) < 2:
        raise UnmeasurableError("all training pictures are of one class, so there is nothing to tell apart")
    told = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(train, train_labels)
    return float(told.score(test, test_labels))
