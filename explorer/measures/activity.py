"""Active units: the latent dimensions that the encoder uses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.01


def active(mean: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Return which dimensions move, (d,), for posterior means (n, d): Var_x(E[z|x]) > 0.01.

    Burda 2015, section 5.2, https://arxiv.org/abs/1509.00519.
    """
    used: NDArray[np.bool_] = mean.astype(np.float64).var(axis=0) > THRESHOLD
    return used
