"""Known factors as classes: what the disentanglement scores compare codes with."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.measures import UnmeasurableError

Codes = NDArray[np.floating[Any]]  # (n, d): means of q(z|x)
Classes = NDArray[np.int64]  # (n, f): the value of each factor, counted from 0
MOST = 64  # values of a factor; one with more is continuous
BINS = 20  # into which a continuous factor, or a latent dimension, is cut


class Known(NamedTuple):
    """The factors that vary, as classes."""

    train: Classes
    test: Classes


def classes(train: NDArray[Any], test: NDArray[Any]) -> Known:
    """Return the factors (n, f) and (m, f) with their values counted from 0; those with one value are left out.

    A factor of more than 64 values is cut into 20 bins of equal width. UnmeasurableError if no factor varies.
    """
    both = np.concatenate((train, test))
    columns = [column for column in both.T if len(np.unique(column)) > 1]
    if not columns:
        raise UnmeasurableError("no known factor of the pictures varies")
    counted = np.stack([_counted(column) for column in columns], axis=1)
    return Known(counted[: len(train)], counted[len(train) :])


def cut(codes: Codes, bins: int = BINS) -> Classes:
    """Return codes (n, d) as classes: each dimension cut into bins of equal width between its ends."""
    return np.stack([_cut(column, bins) for column in codes.T], axis=1)


def _counted(column: NDArray[Any]) -> NDArray[np.int64]:
    values, index = np.unique(column, return_inverse=True)
    return index.astype(np.int64) if len(values) <= MOST else _counted(_cut(column, BINS))


def _cut(column: NDArray[Any], bins: int) -> NDArray[np.int64]:
    edges = np.histogram_bin_edges(column, bins)
    cells: NDArray[np.int64] = np.digitize(column, edges[1:-1]).astype(np.int64)
    return cells
