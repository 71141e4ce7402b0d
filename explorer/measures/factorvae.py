"""FactorVAE score: whether a fixed factor can be told from the dimension that varies least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.measures import UnmeasurableError
from explorer.measures.activity import active
from explorer.measures.factors import Classes, Codes

VOTES, EACH = 5000, 64  # votes to learn from, and as many to be judged by; pictures behind each
FEWEST = 8  # pictures of a value, below which its variance says nothing


def factorvae_score(codes: Codes, factors: Classes, seed: int = 0) -> float:
    """Return the share of votes that name the right factor, for codes (n, d) and factors (n, f).

    Kim & Mnih 2018, section 4, https://arxiv.org/abs/1802.05983: pictures that agree in one factor vote for the
    dimension whose variance, relative to all pictures, is the least; each dimension is then given to the factor that it
    was voted for most. Dimensions that do not move have no vote. UnmeasurableError if a factor has no value that 8
    pictures share.
    """
    moving = active(codes)
    if not moving.any():
        return 0.0
    relative = codes[:, moving] / codes[:, moving].std(axis=0)
    random = np.random.default_rng(seed)
    groups = [_groups(factor) for factor in factors.T]
    learned, judged = (_votes(relative, groups, random) for _ in range(2))  # each (dimensions, f)
    right = judged[np.arange(len(judged)), learned.argmax(axis=1)].sum()
    return float(right / judged.sum())


def _groups(factor: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return, for each value of a factor (n,), which pictures have it."""
    groups = [np.flatnonzero(factor == value) for value in np.unique(factor)]
    groups = [group for group in groups if len(group) >= FEWEST]
    if not groups:
        raise UnmeasurableError(f"a factor has no value that {FEWEST} pictures share")
    return groups


def _votes(relative: Codes, groups: list[list[NDArray[np.int64]]], random: np.random.Generator) -> NDArray[np.int64]:
    """Return how often each dimension varied least while each factor was fixed, (d, f)."""
    votes = np.zeros((relative.shape[1], len(groups)), np.int64)
    for factor in random.integers(len(groups), size=VOTES):
        fixed = groups[factor][random.integers(len(groups[factor]))]
        chosen = relative[fixed[random.integers(len(fixed), size=EACH)]]  # (64, d)
        votes[chosen.var(axis=0).argmin(), factor] += 1
    return votes
