"""A close-up: one step of a training with everything that its eight phases compute, for slow motion.

encode -> draw epsilon -> z = mu + sigma * epsilon -> decode -> reconstruction loss -> KL loss -> gradients through z ->
update. The step is taken as any other: nothing that is looked at changes a number of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save
from torch import Tensor
from torch.distributions import Distribution, Normal

from explorer import atomic
from explorer.learner import Learner
from explorer.objectives import Batch, Loss, Moment
from explorer.vae import kl_to_prior

PICTURES = 8  # of the batch, that are shown


class Closeup:
    """What one step computes, as it comes by."""

    def __init__(self) -> None:
        self.q: Normal | None = None
        self.z: Tensor | None = None  # (n, d), or (n, k, d) where several are drawn for each picture
        self.p: Distribution | None = None
        self.picture: Tensor | None = None  # what a person is shown of p
        self.words: dict[str, Any] = {}
        self.arrays: dict[str, np.ndarray[Any, Any]] = {}


def taken(learner: Learner, batch: Batch, now: Moment) -> tuple[Loss, Closeup]:
    """Take one step, and return its loss and the close-up of it."""
    before = _weights(learner)
    with _looking(learner) as seen:
        loss = learner.learn(batch, now)
    seen.arrays = _arrays(seen, batch)
    seen.words = _words(learner, loss, now, before, len(batch.x))
    return loss, seen


def write(file: Path, seen: Closeup) -> None:
    """Replace the close-up in a file. OSError if the disk is full."""
    atomic.write(file, save(seen.arrays, {"words": json.dumps(seen.words)}))


@contextmanager
def _looking(learner: Learner) -> Iterator[Closeup]:
    """Stand beside the model's own steps, and keep what they return: it is the same as without."""
    seen, model = Closeup(), learner.model
    draw, decoded, reconstruct = model.draw, model.decoded, model.reconstruct
    latest: list[Tensor] = []  # what the decoder gave last

    def decoding(z: Tensor, y: Tensor | None = None) -> Tensor:
        latest[:] = [decoded(z, y)]
        return latest[0]

    def drawing(q: Normal) -> Tensor:
        seen.q, seen.z = q, draw(q)
        for each in (q.loc, q.scale, seen.z):
            if each.requires_grad:
                each.retain_grad()
        return seen.z

    def reconstructing(x: Tensor, z: Tensor, y: Tensor | None = None) -> Distribution:
        seen.p = reconstruct(x, z, y)
        seen.picture = model.likelihood.picture(latest[0].detach())
        return seen.p

    for name, step in (("draw", drawing), ("decoded", decoding), ("reconstruct", reconstructing)):
        setattr(model, name, step)  # for this step only
    try:
        yield seen
    finally:
        del model.draw, model.decoded, model.reconstruct


def _arrays(seen: Closeup, batch: Batch) -> dict[str, np.ndarray[Any, Any]]:
    """Return what is shown of the first pictures of the batch, and the losses of all of them.

    Where several z are drawn for a picture, the first of them is shown.
    """
    assert seen.q is not None
    assert seen.z is not None
    assert seen.p is not None
    assert seen.picture is not None
    q, n = seen.q, len(batch.x)
    known = {"mu": q.loc, "sigma": q.scale, "z": seen.z}
    slopes = {f"gradient_{name}": value.grad for name, value in known.items() if value.grad is not None}
    known["epsilon"] = torch.where(q.scale > 0, (seen.z - q.loc) / q.scale, 0.0)
    codes = {name: _plain(_first(value, n)[:PICTURES]) for name, value in (known | slopes).items()}
    pictures = {"x": batch.x, "picture": seen.picture.unflatten(0, (n, -1))[:, 0]}
    shown = {name: _bytes(value[:PICTURES]) for name, value in pictures.items()}
    losses = {"reconstruction": -seen.p.log_prob(batch.x)} if seen.z.ndim == 2 else {}
    if bool((q.scale > 0).all()):
        losses["kl"] = _first(kl_to_prior(q), n).sum(dim=1)
    return codes | shown | {name: _plain(value) for name, value in losses.items()}


def _first(value: Tensor, n: int) -> Tensor:
    """Return the first (n, d) of what holds (n, d) or (n, k, d)."""
    return value.reshape(n, -1, value.shape[-1])[:, 0]


def _words(learner: Learner, loss: Loss, now: Moment, before: list[Tensor], pictures: int) -> dict[str, Any]:
    after = _weights(learner)
    moved = float(torch.stack([(new - old).norm() for new, old in zip(after, before, strict=True)]).norm())
    sizes = {name: _norm(getattr(learner.model, name)) for name in ("encoder", "decoder")}
    parts = {name: float(value.detach()) for name, value in loss.parts.items()}
    return {
        "step": learner.step, "done": now.done, "pictures": pictures,
        "total": float(loss.total.detach()), "parts": parts,
        "kl": loss.kl.tolist() if learner.model.stochastic else [],
        "beta": getattr(learner.objective, "beta", None),
        "weight": learner.objective.weight(now), "rate": learner.rate, "gradient": sizes, "moved": moved,
        "weights": float(torch.stack([each.norm() for each in after]).norm()),
    }  # fmt: skip


def _weights(learner: Learner) -> list[Tensor]:
    return [weight.detach().clone() for weight in learner.model.parameters()]


def _norm(module: torch.nn.Module) -> float:
    grads = [weight.grad.norm() for weight in module.parameters() if weight.grad is not None]
    return float(torch.stack(grads).norm()) if grads else 0.0


def _plain(value: Tensor) -> np.ndarray[Any, Any]:
    return np.ascontiguousarray(value.detach().float().cpu().numpy())


def _bytes(pictures: Tensor) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = (pictures.detach().float().clamp(0, 1) * 255).round().byte().cpu().numpy()
    return found
