"""Where the codes of the encoded pictures lie, as a mixture of Gaussians: what the prior of a VAE may miss."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
MOST = 10  # Gaussians
PICTURES = 10  # for each dimension of each Gaussian, or there are fewer of them
ROWS = 5_000  # pictures that it is fitted to, at most: a second or two
FULL = 32  # dimensions up to which a Gaussian may lean in any direction; beyond, along the axes only
FLOOR = 1e-3  # of the codes' variance, that every Gaussian has in all directions


@dataclass(frozen=True)
class Mixture:
    """K Gaussians over z; a draw is means[k] + factors[k] @ epsilon, of k by weights. ValueError if it is none."""

    weights: Floats  # (K,), of sum 1
    means: Floats  # (K, d)
    factors: Floats  # (K, d, d): the lower Cholesky factor of each covariance

    def __post_init__(self) -> None:
        k, d = self.means.shape if self.means.ndim == 2 else (0, 0)
        for name, shape in {"weights": (k,), "means": (k, d), "factors": (k, d, d)}.items():
            array = getattr(self, name)
            if array.shape != shape or array.dtype != np.float32 or k == 0:
                raise ValueError(f"mixture.{name} must be float32 of shape {shape}, not {array.dtype} {array.shape}")
            if not np.isfinite(array).all():
                raise ValueError(f"mixture.{name} holds a value that is not a finite number")
        if (self.weights < 0).any() or abs(float(self.weights.sum()) - 1) > 1e-3:
            raise ValueError("mixture.weights must not be below 0, and sum to 1")
        if (self.factors != np.tril(self.factors)).any() or (np.diagonal(self.factors, axis1=1, axis2=2) <= 0).any():
            raise ValueError("mixture.factors must be lower triangles with a diagonal above 0")


def fit(mean: Floats, std: Floats, seed: int = 0) -> Mixture | None:
    """Fit a mixture to one draw of each q(z|x) = N(mean, std), each (n, d); None for fewer than two pictures.

    To draws and not to the means: what the pictures fill of the latent space is the average of their q(z|x). Each
    dimension is first brought to a variance of 1, so that no unit is too small or too large for the fit.
    """
    random = np.random.default_rng(seed)
    n, d = mean.shape
    if n < 2:
        return None
    rows = np.sort(random.choice(n, min(n, ROWS), replace=False))
    z = mean[rows] + std[rows] * random.standard_normal((len(rows), d))
    centre, scale = z.mean(axis=0), z.std(axis=0)
    scale[scale < 1e-6] = 1e-6  # a dimension that no picture uses
    found = _fitted((z - centre) / scale, min(MOST, max(1, len(rows) // (PICTURES * d))), seed)
    covariances = found.covariances_ if d <= FULL else np.stack([np.diag(each) for each in found.covariances_])
    factors = scale[:, None] * np.linalg.cholesky(covariances)
    means = centre + scale * found.means_
    return Mixture(*(np.ascontiguousarray(each, np.float32) for each in (found.weights_, means, factors)))


def _fitted(z: NDArray[np.float64], gaussians: int, seed: int) -> Any:
    from sklearn.mixture import GaussianMixture  # takes half a second to import

    kind = "full" if z.shape[1] <= FULL else "diag"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that could still improve a little is good enough
        return GaussianMixture(gaussians, covariance_type=kind, reg_covar=FLOOR, random_state=seed).fit(z)
