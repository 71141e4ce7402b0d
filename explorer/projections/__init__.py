"""Latent space -> 2D: one file a map; `fit` is the one open method."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer import catalog
from explorer.neighbours import faith

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
    trustworthiness: float | None = None  # 1: neighbours here are neighbours in z; None: not measured
    continuity: float | None = None  # 1: neighbours in z are neighbours here

    def __post_init__(self) -> None:
        for figure in (self.trustworthiness, self.continuity):
            if figure is not None and not 0 <= figure <= 1:
                raise ValueError(f"trustworthiness and continuity lie from 0 to 1, not at {figure!r}")
        if self.xy.ndim != 2 or self.xy.shape[1] != 2 or not np.isfinite(self.xy).all():
            raise ValueError(f"places on a map are finite numbers of shape (n, 2), not {self.xy.shape}")

    @property
    def to_latent(self) -> Callable[[Floats], Floats] | None:
        """Return the way from places (m, 2) back to z (m, d), or None: this map cannot be decoded."""
        return self.plane.to_latent if self.plane else None


class Projector:
    """A way to lay out latent vectors in two dimensions. Its fields are its knobs."""

    place: ClassVar[int] = 100  # in the menu of maps; the first that suits is what a newcomer sees
    usual: ClassVar[bool] = True  # made of each model that is kept; another one only where it is asked for
    needs: ClassVar[tuple[str, str] | None] = None  # a module that may be missing, and what pip calls it

    def missing(self) -> str:
        """Return what to install before this map can be made here; empty if nothing is missing."""
        if self.needs is None or importlib.util.find_spec(self.needs[0]) is not None:
            return ""
        return f"The map {type(self).__name__.lower()} needs a package that is not here: pip install {self.needs[1]}"

    def suits(self, mean: Floats) -> bool:  # noqa: ARG002  (most maps suit all)
        """Return whether this map can be made of encoded means (n, d), and says anything new of them."""
        return True

    def fit(self, mean: Floats) -> Projection:
        """Return the map of encoded means (n, d)."""
        raise NotImplementedError


def fit_all(mean: Floats, names: Collection[str] | None = None) -> dict[str, Projection]:
    """Return maps of encoded means (n, d), with default knobs, in the order of the menu, each with its faith.

    `names` are those that are asked for: LookupError for one that is unknown or not installed, ValueError for one that
    does not suit. Without it, the usual ones that suit and can be made here.
    """
    menu = projectors(names)
    for name, each in menu.items() if names else ():
        _check_suits(name, each, mean)
    wanted = {name: each for name, each in menu.items() if names or (each.usual and each.suits(mean))}
    return {name: judged(each.fit(mean), mean) for name, each in wanted.items()}


def projectors(names: Collection[str] | None = None) -> dict[str, Projector]:
    """Return the ways to make the maps `names`, in the order of the menu; without names, all that can be made here.

    LookupError for a name that is unknown, or that needs a package that is not installed.
    """
    made = {name: catalog.make("projections", catalog.Choice(name)) for name in names or catalog.names("projections")}
    missing = {name: words for name, each in made.items() if (words := each.missing())}
    if names and missing:
        raise LookupError(next(iter(missing.values())))
    return {name: made[name] for name in sorted(set(made) - set(missing), key=lambda name: made[name].place)}


def _check_suits(name: str, projector: Projector, mean: Floats) -> None:
    if not projector.suits(mean):
        raise ValueError(
            f"The map {name} cannot be made of {len(mean):,} pictures in {mean.shape[1]} latent dimensions, or would "
            "show nothing new: leave it out."
        )


def judged(projection: Projection, mean: Floats) -> Projection:
    """Return the map with its trustworthiness and continuity, which its line then says too."""
    found = faith(mean, projection.xy)
    if found is None:
        return projection
    about = projection.about
    if mean.shape[1] > 2:  # else it is z itself, and its line says so
        about += (
            f" Trustworthiness {found.trustworthiness:.2f} (1: neighbours here are neighbours in z), "
            f"continuity {found.continuity:.2f} (1: neighbours in z are neighbours here)."
        )
    return replace(projection, about=about, **found._asdict())


def axis_name(dimension: int) -> str:
    """Return the name of a latent dimension, counted from 0, as people write it: z₁ for the first."""
    return "z" + str(dimension + 1).translate(SUBSCRIPTS)
