"""PCA: the plane in which the encoded pictures spread most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.projections import Floats, Plane, Projection, Projector


@dataclass(frozen=True)
class Pca(Projector):
    """Principal component analysis of the encoded means, Pearson 1901, https://doi.org/10.1080/14786440109462720."""

    place: ClassVar[int] = 1

    def suits(self, mean: Floats) -> bool:
        """Return whether there are two pictures, and a dimension to leave out: a plane turned in itself is not new."""
        return len(mean) > 1 and mean.shape[1] > 2

    def fit(self, mean: Floats) -> Projection:
        """Return the map of encoded means (n, d), d > 2 and n > 1. ValueError for fewer."""
        from sklearn.decomposition import PCA  # takes half a second to import

        if min(mean.shape) < 2:
            raise ValueError(f"PCA needs two pictures and two dimensions, not an array of shape {mean.shape}.")
        fitted = PCA(n_components=2, svd_solver="covariance_eigh").fit(mean)
        plane = Plane(fitted.components_.astype(np.float32), fitted.mean_.astype(np.float32))
        kept = round(100 * float(np.nan_to_num(fitted.explained_variance_ratio_.sum())))
        about = f"The plane in which the data spread most; it keeps {kept} % of their variance and can be decoded."
        return Projection(plane.to_map(mean), "PCA", about, ("PC 1", "PC 2"), plane)
