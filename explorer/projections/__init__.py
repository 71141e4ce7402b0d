"""Latent space -> 2D: one file a map; `fit` is the one open method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer import catalog

Floats = NDArray[np.float32]
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Plane:
    """A plane in latent space: the reason why a point of a map can be decoded."""

    basis: Floats  # (2, d): orthonormal rows, the directions of x and y (for d = 1 the second row is zero)
    origin: Floats  # (d,): where x = y = 0

    def __post_init__(self) -> None:
        if self.basis.shape != (2, *self.origin.shape) or self.origin.ndim != 1:
            raise ValueError(f"a basis of shape {self.basis.shape} and an origin of {self.origin.shape} span no plane")
        if not (np.isfinite(self.basis).all() and np.isfinite(self.origin).all()):
            raise ValueError("the plane of a map holds a value that is not a finite number")

    def to_map(self, z: Floats) -> Floats:
        """Return the places (n, 2) of z (n, d) on the map: the foot of its perpendicular on the plane."""
        xy: Floats = np.matmul(z - self.origin, self.basis.T, dtype=np.float32)
        return xy

    def to_latent(self, xy: Floats) -> Floats:
        """Return the z (n, d) of places xy (n, 2)."""
        return self.origin + xy @ self.basis


@dataclass(frozen=True)
class Projection:
    """A map of encoded pictures."""

    xy: Floats  # (n, 2)
    title: str  # a word or two, for the menu
    about: str  # one line: what it is, what it keeps, whether it can be decoded
    axes: tuple[str, str]
    plane: Plane | None = None

    def __post_init__(self) -> None:
        if self.xy.ndim != 2 or self.xy.shape[1] != 2 or not np.isfinite(self.xy).all():
            raise ValueError(f"places on a map are finite numbers of shape (n, 2), not {self.xy.shape}")

    @property
    def to_latent(self) -> Callable[[Floats], Floats] | None:
        """Return the way from places (m, 2) back to z (m, d), or None: this map cannot be decoded."""
        return self.plane.to_latent if self.plane else None


class Projector:
    """A way to lay out latent vectors in two dimensions. Its fields are its knobs."""

    place: ClassVar[int] = 100  # in the menu of maps; the first that suits is what a newcomer sees

    def suits(self, mean: Floats) -> bool:  # noqa: ARG002  (most maps suit all)
        """Return whether this map can be made of encoded means (n, d), and says anything new of them."""
        return True

    def fit(self, mean: Floats) -> Projection:
        """Return the map of encoded means (n, d)."""
        raise NotImplementedError


def fit_all(mean: Floats) -> dict[str, Projection]:
    """Return every map that suits encoded means (n, d), with default knobs, in the order of the menu."""
    made = {name: catalog.make("projections", catalog.Choice(name)) for name in catalog.names("projections")}
    menu = sorted(made.items(), key=lambda entry: entry[1].place)
    return {name: projector.fit(mean) for name, projector in menu if projector.suits(mean)}


def axis_name(dimension: int) -> str:
    """Return the name of a latent dimension, counted from 0, as people write it: z₁ for the first."""
    return "z" + str(dimension + 1).translate(SUBSCRIPTS)
