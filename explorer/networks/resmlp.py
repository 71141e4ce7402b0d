"""Fully connected residual blocks with LayerNorm and SiLU: trains deeper than `mlp`, for small pictures."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from explorer.catalog import knob
from explorer.networks._flat import Flat


@dataclass(frozen=True)
class Resmlp(Flat):
    """A linear layer to `width` units, `blocks` residual blocks, and a linear layer out, on each side."""

    width: int = knob(512, 4, 8192, "units in each layer")
    blocks: int = knob(1, 1, 16, "residual blocks on each side")

    def layers(self, start: int, end: int) -> list[nn.Module]:
        """Return modules from (n, start) to (n, end)."""
        blocks = [_ResidualBlock(self.width) for _ in range(self.blocks)]
        return [nn.Linear(start, self.width), *blocks, nn.LayerNorm(self.width), nn.SiLU(), nn.Linear(self.width, end)]


class _ResidualBlock(nn.Module):
    """x + W2 silu(W1 silu(norm(x))): He et al. 2016, https://arxiv.org/abs/1603.05027 (the identity is kept free)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return x (n, width) with what the block adds to it."""
        return x + self.layers(x)  # type: ignore[no-any-return]  # a module call has no type
