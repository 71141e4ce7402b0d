"""Two latent axes as they are; for a two-dimensional latent space this is z itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.catalog import knob
from explorer.projections import Floats, Plane, Projection, Projector, axis_name


@dataclass(frozen=True)
class Axes(Projector):
    """x = z_i, y = z_j; the other dimensions of a decoded place are the mean of the data."""

    place: ClassVar[int] = 2

    x: int = knob(0, 0, 512, "dimension along x, counted from 1; 0 chooses the most active that is left")
    y: int = knob(0, 0, 512, "dimension along y, counted from 1; 0 chooses the most active that is left")

    def fit(self, mean: Floats) -> Projection:
        """Return the map of encoded means (n, d). ValueError for a dimension that z does not have."""
        latent = mean.shape[1]
        for chosen in (self.x, self.y):
            if chosen > latent:
                raise ValueError(f"z has {latent} dimensions, there is no dimension {chosen}.")
        if latent == 1:
            return self._line(mean)
        i, j = self._dimensions(mean)
        basis = np.eye(latent, dtype=np.float32)[[i, j]]
        origin = mean.mean(axis=0)
        origin[[i, j]] = 0  # so that x and y are the values of z_i and z_j themselves
        plane = Plane(basis, origin)
        names = (axis_name(i), axis_name(j))
        return Projection(plane.to_map(mean), f"{names[0]} and {names[1]}", _about(latent, names), names, plane)

    def _dimensions(self, mean: Floats) -> tuple[int, int]:
        active = [int(i) for i in np.argsort(-mean.var(axis=0), kind="stable")]  # by Var_x(E[z|x]), Burda 2015
        chosen = [self.x - 1 if self.x else None, self.y - 1 if self.y else None]
        free = [i for i in active if i not in chosen]
        if mean.shape[1] == 2 and chosen == [None, None]:
            free = [0, 1]  # nothing to choose: keep their order
        i, j = (choice if choice is not None else free.pop(0) for choice in chosen)
        return i, j

    def _line(self, mean: Floats) -> Projection:
        plane = Plane(np.array([[1], [0]], np.float32), np.zeros(1, np.float32))
        about = "The latent space itself, a line: every place on it can be decoded."
        return Projection(plane.to_map(mean), "z", about, (axis_name(0), ""), plane)


def _about(latent: int, names: tuple[str, str]) -> str:
    if latent == 2:
        return "The latent space itself: every place on this map is a z and can be decoded."
    return f"{names[0]} against {names[1]}, the other {latent - 2} at their mean: every place can be decoded."
