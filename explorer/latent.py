"""LatentTable: a data set seen through an encoder, in memory and on disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from explorer import mixture, tensors
from explorer.mixture import Mixture
from explorer.projections import Plane, Projection

if TYPE_CHECKING:  # the table itself is arrays: it is read where there is no torch
    from torch import Tensor

    from explorer.datasets import Images
    from explorer.vae import VAE

Floats = NDArray[np.float32]
MOST = 10_000  # pictures that are encoded for the map
ARRAYS = ("mean", "std", "error", "labels", "kl", "factors", "drift")  # of a table, in memory as on disk
OPTIONAL = ("labels", "kl", "factors", "drift")
MIXTURE = ("weights", "means", "factors")  # each `mixture.NAME` on disk
NAMES = ("label_names", "factor_names")  # lists in the metadata
WORDS, FIGURES = ("title", "about", "axes"), ("trustworthiness", "continuity")  # of a map, in the metadata
PARTS = ("basis", "origin", "xy")  # of a map, as arrays


@dataclass(frozen=True)
class LatentTable:
    """q(z|x) = N(mean, std) of n pictures, and what is known of each."""

    mean: Floats  # (n, d)
    std: Floats  # (n, d); 0 for a plain autoencoder
    error: Floats  # (n,): -log p(x | z = mean), in nats per image
    labels: NDArray[np.int32] | None = None  # (n,): a class, from 0
    label_names: tuple[str, ...] = ()
    kl: Floats | None = None  # (d,): KL to the prior, averaged over the pictures, in nats; None without a q(z|x)
    factors: Floats | None = None  # (n, f): what the maker of the pictures varied
    factor_names: tuple[str, ...] = ()
    drift: Floats | None = None  # (n,): |mu(decode(mean)) - mean|, how far a picture moves if it is decoded and encoded
    mixture: Mixture | None = None  # where the codes of all pictures lie

    def __post_init__(self) -> None:
        if self.mean.ndim != 2 or not len(self.mean):
            raise ValueError(f"mean must have the shape (pictures, dimensions), not {self.mean.shape}")
        n, d = self.mean.shape
        shapes = {
            "mean": (n, d),
            "std": (n, d),
            "error": (n,),
            "kl": (d,),
            "factors": (n, len(self.factor_names)),
            "drift": (n,),
        }
        for name, shape in shapes.items():
            self._check_floats(name, shape)
        for name in ("std", "drift"):
            if getattr(self, name) is not None and (getattr(self, name) < 0).any():
                raise ValueError(f"{name} holds a value below 0")
        if self.mixture is not None and self.mixture.means.shape[1] != d:
            raise ValueError(f"the mixture is for {self.mixture.means.shape[1]} dimensions, the codes have {d}")
        if self.kl is not None and not self.std.all():
            raise ValueError("std holds a 0, beside which there is no KL")
        self._check_labels(n)

    @property
    def picture_kl(self) -> Floats | None:
        """KL(q(z|x) || N(0, 1)) of each picture and dimension (n, d), in nats; None without a q(z|x).

        1/2 (mu^2 + sigma^2 - 1) - log sigma: Kingma & Welling 2014, appendix B, https://arxiv.org/abs/1312.6114.
        """
        if self.kl is None:
            return None
        nats: Floats = 0.5 * (self.mean**2 + self.std**2 - 1) - np.log(self.std)
        return nats

    def _check_floats(self, name: str, shape: tuple[int, ...]) -> None:
        array = getattr(self, name)
        if array is None and name in OPTIONAL:
            return
        if array.shape != shape or array.dtype != np.float32:
            raise ValueError(f"{name} must be float32 of shape {shape}, not {array.dtype} of {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds a value that is not a finite number")

    def _check_labels(self, n: int) -> None:
        if not all(isinstance(name, str) for name in (*self.label_names, *self.factor_names)):
            raise ValueError("label_names and factor_names must be texts")
        if self.labels is None:
            return
        if self.labels.shape != (n,) or self.labels.dtype != np.int32:
            raise ValueError(f"labels must be int32 of shape {(n,)}, not {self.labels.dtype} of {self.labels.shape}")
        if not 0 <= self.labels.min() <= self.labels.max() < len(self.label_names):
            raise ValueError(f"labels must lie from 0 to {len(self.label_names) - 1}, one for each name")


def _quiet(done: int) -> None:
    """Report nothing."""


def encode(
    model: VAE,
    images: Images,
    batch: int = 500,
    report: Callable[[int], object] = _quiet,
) -> LatentTable:
    """Return the pictures seen through the model's encoder, at most `batch` at a time. Leaves the model in eval mode.

    `report` is called with the number of pictures done after each batch. ValueError if the pictures are not of the
    model's shape, or lack the class that a conditional model is told.
    """
    import torch

    from explorer.measures.batches import fitting
    from explorer.source import as_floats
    from explorer.vae import kl_to_prior

    if images.shape != model.spec.shape:
        raise ValueError(f"The model is for pictures of shape {model.spec.shape}, these are {images.shape}.")
    model.eval()
    device = next(model.parameters()).device
    batch = min(batch, fitting(images.shape))
    mean, std, error, kl, drift = [], [], [], [], []
    with torch.inference_mode():
        for start in range(0, len(images), batch):
            part = images.take(slice(start, start + batch))
            x = as_floats(torch.from_numpy(np.array(part.pixels)).to(device))  # copied: it may be a read-only file
            y = told(model, part.labels)
            q = model.encode(x, y)
            mean.append(q.mean.cpu().numpy())
            std.append(q.stddev.cpu().numpy())
            decoded = model.decoded(q.mean, y)
            error.append(-model.likelihood.distribution(decoded).log_prob(x).cpu().numpy())
            kl.append(kl_to_prior(q).sum(dim=0).cpu().numpy())
            again = model.encode(model.likelihood.picture(decoded), y).mean
            drift.append((again - q.mean).norm(dim=1).cpu().numpy())
            report(start + len(part))
    found = {"code": mean, "sigma": std, "reconstruction error": error, "code when it is decoded and encoded": drift}
    for name, numbers in found.items():
        if not all(np.isfinite(each).all() for each in numbers):
            raise ValueError(
                f"The model gives a picture a {name} that is not a finite number: its weights are damaged, or its "
                "training went astray (a lower --rate helps)."
            )
    return LatentTable(
        mean=np.concatenate(mean),
        std=np.concatenate(std),
        error=np.concatenate(error),
        labels=None if images.labels is None else images.labels.astype(np.int32),
        label_names=images.label_names,
        kl=(np.sum(kl, axis=0) / len(images)).astype(np.float32) if model.stochastic else None,
        factors=None if images.factors is None else images.factors.astype(np.float32),
        factor_names=images.factor_names,
        drift=np.concatenate(drift),
    )


def join(tables: Sequence[LatentTable]) -> LatentTable:
    """Return the tables of one model and data set, one below the other, without a mixture."""
    fields: dict[str, Any] = {"mixture": None}
    for name in ARRAYS:
        arrays = [getattr(table, name) for table in tables]
        if name == "kl" and arrays[0] is not None:
            fields[name] = np.average(arrays, axis=0, weights=[len(table.mean) for table in tables]).astype(np.float32)
        elif arrays[0] is not None:
            fields[name] = np.concatenate(arrays)
    return replace(tables[0], **fields)


def mixed(table: LatentTable) -> LatentTable:
    """Return the table with the mixture of its codes, fitted anew."""
    return replace(table, mixture=mixture.fit(table.mean, table.std))


def told(model: VAE, labels: Any) -> Tensor | None:
    """Return the classes (n,) that a conditional model is given beside x and z, or None for another model.

    ValueError if the pictures have none, or one that the model does not know.
    """
    import torch

    if not model.classes:
        return None
    if labels is None:
        raise ValueError("This model is told the class of each picture, but these pictures have none.")
    if not 0 <= min(labels) <= max(labels) < model.classes:
        raise ValueError(f"This model knows classes 0 to {model.classes - 1}, not {min(labels)} to {max(labels)}.")
    return torch.as_tensor(np.asarray(labels, np.int64), device=next(model.parameters()).device)


def write(file: Path, table: LatentTable, maps: dict[str, Projection]) -> None:
    """Write the table and its maps as safetensors."""
    file.write_bytes(packed(table, maps))


def packed(table: LatentTable, maps: dict[str, Projection], without: Collection[str] = ()) -> bytes:
    """Return the table and its maps as the bytes of a safetensors file; arrays that nobody knows can be left out.

    A map that can be decoded is kept as its plane (`map.NAME.basis`, `map.NAME.origin`), from which its places follow;
    another one as its places (`map.NAME.xy`). Titles, sentences and names are JSON in the metadata.
    """
    known = (name for name in ARRAYS if name not in without)
    arrays = {name: getattr(table, name) for name in known if getattr(table, name) is not None}
    if table.mixture:
        arrays |= {f"mixture.{name}": getattr(table.mixture, name) for name in MIXTURE}
    for name, each in maps.items():
        if each.plane:
            arrays |= {f"map.{name}.basis": each.plane.basis, f"map.{name}.origin": each.plane.origin}
        else:
            arrays[f"map.{name}.xy"] = each.xy
    menu = [{"name": name} | {key: getattr(each, key) for key in (*WORDS, *FIGURES)} for name, each in maps.items()]
    metadata = {name: json.dumps(getattr(table, name)) for name in NAMES} | {"maps": json.dumps(menu)}
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata)


def read(file: Path, latent: int) -> tuple[LatentTable, dict[str, Projection]]:
    """Read what `write` wrote, for a model of so many latent dimensions.

    ValueError if it is damaged, or holds what `write` does not write. Factors, drift, the mixture, and the figures of
    a map, may be missing: they came later.
    """
    arrays, metadata = tensors.read(file)
    try:
        _only("metadata", metadata, (*NAMES, "maps"))
        metadata = {"factor_names": "[]"} | metadata
        menu = _list(metadata["maps"])
        fields: dict[str, Any] = {name: arrays.get(name) if name in OPTIONAL else arrays[name] for name in ARRAYS}
        fields |= {name: tuple(_list(metadata[name])) for name in NAMES}
        parts = [f"mixture.{name}" for name in MIXTURE]
        fields["mixture"] = Mixture(*(arrays[name] for name in parts)) if set(parts) & set(arrays) else None
        table = LatentTable(**fields)
        if table.mean.shape[1] != latent:
            raise ValueError(f"mean is for {table.mean.shape[1]} latent dimensions, the model has {latent}")
        maps = {each["name"]: _read_map(each, arrays, table) for each in menu}
        _only("arrays", arrays, (*ARRAYS, *parts, *(f"map.{name}.{part}" for name in maps for part in PARTS)))
        return table, maps
    except KeyError as error:
        raise ValueError(f"{file} is damaged: it lacks {error}") from None
    except (TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"{file} is damaged: {error}") from None


def _only(what: str, given: Iterable[str], known: Collection[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"there is an unknown {unknown[0]!r} among its {what}")


def _list(text: str) -> list[Any]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("a list is missing in the metadata")
    return found


def _read_map(entry: dict[str, Any], arrays: dict[str, Any], table: LatentTable) -> Projection:
    _only("map's entries", entry, ("name", *WORDS, *FIGURES))
    x, y = entry["axes"]
    name, words = entry["name"], (str(entry["title"]), str(entry["about"]), (str(x), str(y)))
    figures: dict[str, Any] = {key: None if entry.get(key) is None else float(entry[key]) for key in FIGURES}
    if f"map.{name}.xy" in arrays:
        if len(arrays[f"map.{name}.xy"]) != len(table.mean):
            raise ValueError(f"the map {name} has not a place for each picture")
        return Projection(arrays[f"map.{name}.xy"], *words, **figures)
    plane = Plane(arrays[f"map.{name}.basis"], arrays[f"map.{name}.origin"])
    return Projection(plane.to_map(table.mean), *words, plane, **figures)
