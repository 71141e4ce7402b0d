"""Fréchet distance between two sets of feature vectors, each taken as a Gaussian."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures import UnmeasurableError

Array = NDArray[np.floating[Any]]


def frechet(a: Array, b: Array) -> float:
    """Return |m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)) for features (n, f) and (m, f).

    Dowson & Landau 1982, https://doi.org/10.1016/0047-259X(82)90077-X. This is the formula of the FID (Heusel 2017,
    eq. 6), but the FID is made of the features of one certain network, so that ours may not be called so.
    UnmeasurableError with fewer than two vectors on a side.
    """
    if min(len(a), len(b)) < 2:
        raise UnmeasurableError(f"it needs two pictures or more on each side, not {len(a)} and {len(b)}")
    mean_a, mean_b = (each.mean(axis=0, dtype=np.float64) for each in (a, b))
    cov_a, cov_b = (np.atleast_2d(np.cov(each.astype(np.float64), rowvar=False)) for each in (a, b))
    distance = ((mean_a - mean_b) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * _trace_of_root(cov_a, cov_b)
    return max(0.0, float(distance))  # rounding may fall below zero


def _trace_of_root(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return tr((a b)^(1/2)) of two covariances: a b has the eigenvalues of the symmetric a^(1/2) b a^(1/2)."""
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    return float(np.sqrt(np.linalg.eigvalsh(root @ b @ root).clip(min=0)).sum())
