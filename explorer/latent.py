"""LatentTable: a data set seen through an encoder, in memory and on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from explorer import tensors
from explorer.projections import Plane, Projection

if TYPE_CHECKING:  # the table itself is arrays: it is read where there is no torch
    from explorer.datasets import Images
    from explorer.vae import VAE

Floats = NDArray[np.float32]
MOST = 10_000  # pictures that are encoded for the map


@dataclass(frozen=True)
class LatentTable:
    """q(z|x) = N(mean, std) of n pictures, and what is known of each."""

    mean: Floats  # (n, d)
    std: Floats  # (n, d); 0 for a plain autoencoder
    error: Floats  # (n,): -log p(x | z = mean), in nats per image
    labels: NDArray[np.int32] | None = None  # (n,): a class, from 0
    label_names: tuple[str, ...] = ()
    kl: Floats | None = None  # (d,): KL to the prior, averaged over the pictures, in nats; None without a q(z|x)

    def __post_init__(self) -> None:
        if self.mean.ndim != 2 or not len(self.mean):
            raise ValueError(f"mean must have the shape (pictures, dimensions), not {self.mean.shape}")
        n, d = self.mean.shape
        shapes = {"mean": (n, d), "std": (n, d), "error": (n,), "kl": (d,)}
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array is None and name == "kl":
                continue
            if array.shape != shape or array.dtype != np.float32:
                raise ValueError(f"{name} must be float32 of shape {shape}, not {array.dtype} of {array.shape}")
            if not np.isfinite(array).all():
                raise ValueError(f"{name} holds a value that is not a finite number")
        if (self.std < 0).any():
            raise ValueError("std holds a value below 0")
        self._check_labels(n)

    def _check_labels(self, n: int) -> None:
        if not all(isinstance(name, str) for name in self.label_names):
            raise ValueError("label_names must be texts")
        if self.labels is None:
            return
        if self.labels.shape != (n,) or self.labels.dtype != np.int32:
            raise ValueError(f"labels must be int32 of shape {(n,)}, not {self.labels.dtype} of {self.labels.shape}")
        if not 0 <= self.labels.min() <= self.labels.max() < len(self.label_names):
            raise ValueError(f"labels must lie from 0 to {len(self.label_names) - 1}, one for each name")


def encode(model: VAE, images: Images, limit: int = MOST, batch: int = 500) -> LatentTable:
    """Return the first `limit` pictures seen through the model's encoder. Leaves the model in eval mode."""
    import torch

    from explorer.train import as_floats, shared
    from explorer.vae import kl_to_prior

    model.eval()
    device = next(model.parameters()).device
    pixels = shared(images.pixels[:limit])
    mean, std, error, kl = [], [], [], []
    with torch.inference_mode():
        for chunk in pixels.split(batch):
            x = as_floats(chunk.to(device))
            q = model.encode(x)
            mean.append(q.mean.cpu().numpy())
            std.append(q.stddev.cpu().numpy())
            error.append(-model.decode(q.mean).log_prob(x).cpu().numpy())
            kl.append(kl_to_prior(q).cpu().numpy())
    return LatentTable(
        mean=np.concatenate(mean),
        std=np.concatenate(std),
        error=np.concatenate(error),
        labels=None if images.labels is None else images.labels[:limit].astype(np.int32),
        label_names=images.label_names,
        kl=np.concatenate(kl).mean(axis=0) if model.stochastic else None,
    )


def write(file: Path, table: LatentTable, maps: dict[str, Projection]) -> None:
    """Write the table and its maps as safetensors.

    A map that can be decoded is kept as its plane (`map.NAME.basis`, `map.NAME.origin`), from which its places follow;
    another one as its places (`map.NAME.xy`). Titles, sentences and names are JSON in the metadata.
    """
    arrays: dict[str, Any] = {"mean": table.mean, "std": table.std, "error": table.error}
    if table.labels is not None:
        arrays["labels"] = table.labels
    if table.kl is not None:
        arrays["kl"] = table.kl
    for name, each in maps.items():
        if each.plane:
            arrays |= {f"map.{name}.basis": each.plane.basis, f"map.{name}.origin": each.plane.origin}
        else:
            arrays[f"map.{name}.xy"] = each.xy
    menu = [{"name": name, "title": m.title, "about": m.about, "axes": m.axes} for name, m in maps.items()]
    metadata = {"label_names": json.dumps(table.label_names), "maps": json.dumps(menu)}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, file, metadata)


def read(file: Path, latent: int) -> tuple[LatentTable, dict[str, Projection]]:
    """Read what `write` wrote, for a model of so many latent dimensions. ValueError if it is damaged."""
    arrays, metadata = tensors.read(file)
    try:
        table = LatentTable(
            **{name: arrays[name] for name in ("mean", "std", "error")},
            labels=arrays.get("labels"),
            label_names=tuple(_list(metadata["label_names"])),
            kl=arrays.get("kl"),
        )
        if table.mean.shape[1] != latent:
            raise ValueError(f"mean is for {table.mean.shape[1]} latent dimensions, the model has {latent}")
        return table, {each["name"]: _read_map(each, arrays, table) for each in _list(metadata["maps"])}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValueError(f"{file} is damaged: {error}") from None


def _list(text: str) -> list[Any]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("a list is missing in the metadata")
    return found


def _read_map(entry: dict[str, Any], arrays: dict[str, Any], table: LatentTable) -> Projection:
    x, y = entry["axes"]
    name, words = entry["name"], (str(entry["title"]), str(entry["about"]), (str(x), str(y)))
    if f"map.{name}.xy" in arrays:
        if len(arrays[f"map.{name}.xy"]) != len(table.mean):
            raise ValueError(f"the map {name} has not a place for each picture")
        return Projection(arrays[f"map.{name}.xy"], *words)
    plane = Plane(arrays[f"map.{name}.basis"], arrays[f"map.{name}.origin"])
    return Projection(plane.to_map(table.mean), *words, plane)
