"""UMAP: a bent map like t-SNE's, in which groups keep a little more of how they lie to each other (an extra)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.catalog import knob
from explorer.projections import Floats, Projection, Projector

FEWEST = 30  # pictures: fewer have no neighbourhoods


@dataclass(frozen=True)
class Umap(Projector):
    """Uniform manifold approximation and projection, McInnes, Healy & Melville 2018, https://arxiv.org/abs/1802.03426.

    It is made only where it is asked for: its package compiles itself anew in each process, which takes longer than the
    map of a small table.
    """

    place: ClassVar[int] = 4
    usual: ClassVar[bool] = False
    needs: ClassVar[tuple[str, str]] = ("umap", "umap-learn")

    neighbours: int = knob(15, 2, 500, "how many neighbours a point looks after")
    distance: float = knob(0.1, 0.0, 1.0, "how close points may come to each other; 0 packs them tightly")
    seed: int = knob(0, 0, 2**31 - 1, "start of all random numbers")

    def suits(self, mean: Floats) -> bool:
        """Return whether there are enough different pictures, and dimensions to leave out."""
        return mean.shape[1] > 2 and len(mean) >= FEWEST and bool(np.ptp(mean, axis=0).any())

    def fit(self, mean: Floats) -> Projection:
        """Return the map of encoded means (n, d); it has no way back to z that is exact, so it offers none."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)  # that it found no tensorflow, which nobody misses
            from umap import UMAP  # takes many seconds to import, and may be missing

        fitted = UMAP(
            n_neighbors=min(self.neighbours, len(mean) - 1), min_dist=self.distance, random_state=self.seed, n_jobs=1
        ).fit_transform(mean)
        about = (
            "Bent so that near neighbours stay together and groups roughly keep their places. "
            "Between the points a picture is only a guess."
        )
        return Projection(np.asarray(fitted, np.float32), "UMAP", about, ("UMAP 1", "UMAP 2"))
