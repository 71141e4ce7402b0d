"""Fully connected layers: the network of the first VAE, and the fastest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from explorer.catalog import knob
from explorer.networks._flat import Flat
from explorer.networks._scale import scaled

ACTIVATIONS = {"silu": nn.SiLU, "relu": nn.ReLU, "tanh": nn.Tanh}


@dataclass(frozen=True)
class Mlp(Flat):
    """`depth` hidden layers of `width` units on each side."""

    width: int = knob(512, 4, 8192, "units in a hidden layer")
    depth: int = knob(1, 1, 8, "hidden layers on each side")
    activation: str = knob("silu", help="what bends between two layers", choices=tuple(ACTIVATIONS))

    def layers(self, start: int, end: int) -> list[nn.Module]:
        """Return modules from (n, start) to (n, end)."""
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise([start, *[self.width] * self.depth, end]):
            layers += [nn.Linear(inputs, outputs), ACTIVATIONS[self.activation]()]
        return list(scaled(nn.Sequential(*layers[:-1])))  # the last layer is linear
