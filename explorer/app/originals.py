"""The very pictures that a model's table was made of, where its data set is on this machine; nothing is downloaded.

A point of the map is a picture that was encoded; its card can show the picture itself only if it is surely that one. So
the data set must give as many pictures with the same labels, and the model's encoder must give for some of them the
means that are in the table.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer import catalog, export, latent, places, reading
from explorer.app import files
from explorer.checkpoint import Checkpoint
from explorer.datasets import Dataset, Images, which

MOST = 256  # pictures in one answer
WAITING = 128  # requests at the same time: they are answered one after the other
KEPT = 3  # data sets in memory; what is large is a file that is only mapped
PROBES = 8  # pictures that are encoded again
BUSY = "Too many ask for pictures at the same time: wait a few seconds, and ask again."
UNSURE = "The pictures that this model has encoded cannot be read just now."
TOLERANCE = 1e-3  # of their means, relative where a value is above 1

_reader = ThreadPoolExecutor(1, "originals")  # one: thirty who ask at once have the data set read once
_places = asyncio.Semaphore(WAITING)
_same: dict[str, bool] = {}  # a model's digest: whether its data set still gives the pictures that were encoded


def routes() -> list[Route]:
    """Return the route of the pictures: `3` or `3,17,205` name examples of the model's table."""
    return [Route("/live/models/{name}/{digest}/originals/{indices}", originals)]


def url(found: Checkpoint) -> str | None:
    """Return the address, below the app's own, of a model's originals; None if they are not here as far as one sees.

    Nothing is read for it: whether the pictures are the same ones is known once somebody has asked for one.
    """
    here = not found.note and _same.get(found.digest, True) and _data_set(found) is not None
    return f"{files.model_url(found)}originals/" if here else None


async def originals(request: Request) -> Response:
    """Serve pictures as they were encoded: raw uint8 (k, c, h, w)."""
    if _places.locked():
        return PlainTextResponse(BUSY, 503, {"Cache-Control": "no-store", "Retry-After": "5"})
    words = (request.path_params[key] for key in ("name", "digest", "indices"))
    async with _places:
        return await asyncio.get_running_loop().run_in_executor(_reader, _answer, *words)


def _answer(name: str, digest: str, indices: str) -> Response:
    try:
        found = files.known(name, digest)
    except LookupError as error:
        return files.missing(str(error))
    asked = indices.split(",") if re.fullmatch(r"[0-9]{1,9}(,[0-9]{1,9})*", indices) else []
    if not 0 < len(asked) <= MOST:
        return files.missing(f"Name examples by their numbers, with commas between them, at most {MOST}.")
    try:
        images = _images(found)
    except Exception:  # noqa: BLE001  (damaged data, damaged networks, no memory just now: one is not sure, and looks again)
        return PlainTextResponse(UNSURE, 503, {"Cache-Control": "no-store"})
    if images is None:
        return files.missing("The pictures that this model has encoded are not on the server’s machine.")
    rows, order = np.array(asked, np.int64), which(len(images), latent.MOST)
    if rows.max() >= len(order):
        return files.missing(f"This model has encoded {len(order)} pictures: they are 0 to {len(order) - 1}.")
    body = np.ascontiguousarray(images.pixels[order[rows]]).tobytes()
    return Response(body, headers=files.HEADERS, media_type="application/octet-stream")


def _images(found: Checkpoint) -> Images | None:
    """Return the pictures of a model's data set, of which it has encoded some; None if they are not those."""
    dataset = _data_set(found)
    if found.note or dataset is None or not _same.get(found.digest, True):
        return None
    images = _read(dataset, places.data_dir())
    if found.digest not in _same:
        _same[found.digest] = _is_same(found, images)
    return images if _same[found.digest] else None


def _data_set(found: Checkpoint) -> Dataset | None:
    """Return a model's data set if it can be read without a download."""
    try:
        dataset: Dataset = catalog.make("datasets", found.spec.data)
        return dataset if dataset.here(places.data_dir()) else None
    except (LookupError, ValueError, OSError):  # of a program that has other data sets, or of another machine
        return None


@lru_cache(maxsize=KEPT)
def _read(dataset: Dataset, root: Path) -> Images:
    return dataset.load(root).test


def _is_same(found: Checkpoint, images: Images) -> bool:
    """Tell whether these are the pictures of the model's table, by all labels and by the means of some."""
    table, _ = found.latents()
    order = which(len(images), latent.MOST)
    if len(order) != len(table.mean) or images.shape != found.spec.shape:
        return False
    labels = reading.as_told(found, images).labels
    if not _equal(table.labels, None if labels is None else labels[order]):
        return False
    rows = np.unique(np.linspace(0, len(order) - 1, PROBES).astype(np.int64))
    x = images.pixels[order[rows]].astype(np.float32) / 255
    told = [table.labels[rows].astype(np.int64)] if found.spec.conditional and table.labels is not None else []
    mean = export.run(found.folder / "encoder.onnx", x, *told)[0]
    difference = np.abs(mean - table.mean[rows]).max() / max(1.0, np.abs(table.mean[rows]).max())
    return bool(difference <= TOLERANCE)


def _equal(one: NDArray[np.int32] | None, other: NDArray[np.int64] | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)
