"""The decoder on the server, for a browser that cannot carry it: a WebSocket beside Streamlit's.

A question is bytes, all little-endian: two uint32, what is asked (0: decode, 1: encode) and the number n of pictures;
then the z (n, latent) as float32, or the pictures (n, c, h, w) as uint8; then, for a conditional model, their classes
(n,) as int32. The answer is bytes: the pictures as uint8, or the means and the sigmas (2, n, latent) as float32. A text
is a sentence that says why there is no answer. One question is answered after the other.
"""

from __future__ import annotations

import asyncio
import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config
from streamlit.web.server import server_util
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from explorer import export
from explorer.app import files
from explorer.checkpoint import Checkpoint
from explorer.spec import Spec

MOST = 64  # pictures in one question, and
MOST_VALUES = 1 << 22  # numbers in all of its pictures, unless it is one
FOREIGN = "for its own pages only: open the app itself, or name this host in EXPLORER_HOSTS where it is started."
KEPT = 16  # networks in memory: both halves of eight models
HALVES = ("decoder", "encoder")
REFUSED = 1008  # how a connection is closed that has no model, or comes from another page
SOCKETS = 128  # that decode at the same time: a view has two for its model, and one for each of two before, for 30 s
FULL = 1013  # how one more is closed

_workers = ThreadPoolExecutor(max(1, (os.cpu_count() or 2) // 2), "decoder")
_origins = ThreadPoolExecutor(1, "origins")  # of its own: a question about a foreign page may wait for another server
_places = asyncio.Semaphore(SOCKETS)
_opening = Lock()  # thirty who come at once have a network read once


class Question(NamedTuple):
    """What is asked of which half of a model: z or pictures, and for a conditional model their classes."""

    half: str
    arrays: tuple[np.ndarray[Any, Any], ...]


def routes() -> list[WebSocketRoute]:
    """Return the route that decodes."""
    return [WebSocketRoute("/live/models/{name}/{digest}/decode", decode)]


def url(found: Checkpoint) -> str | None:
    """Return the address, below the app's own, of the socket that decodes for a model; None if it has no decoder."""
    return None if found.note else f"live/models/{quote(found.name, safe='')}/{found.digest}/decode"


async def decode(socket: WebSocket) -> None:
    """Answer the questions of one browser until it goes."""
    await socket.accept()
    try:
        if not await is_from_here(socket.headers.get("origin"), socket.headers.get("host")):
            await _refuse(socket, f"The server decodes {FOREIGN}", REFUSED)
        elif _places.locked():
            await _refuse(socket, f"The server decodes for {SOCKETS} others already: try again later.", FULL)
        else:
            async with _places:
                await _converse(socket)
    except WebSocketDisconnect:  # it went while its answer was made
        return


async def is_from_here(origin: str | None, host: str | None) -> bool:
    """Tell whether a page may ask: one of a host that is ours, or one that Streamlit's own rule lets ask.

    A program that is no browser names no page. An owner behind a reverse proxy names its host in $EXPLORER_HOSTS, or
    in one of Streamlit's options server.allowedHosts, server.corsAllowedOrigins and browser.serverAddress.
    """
    try:
        if origin is None or (urlsplit(origin).netloc == host and is_ours(host)):
            return True
    except ValueError:  # it is no address
        return False
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_origins, server_util.is_url_from_allowed_origins, origin)


def is_ours(host: str) -> bool:
    """Tell whether a Host header names this server. ValueError if it is no host.

    That page and Host agree is not enough: whoever owns a domain can let it mean this machine, and his page then is
    one of ours to the browser. So a name with a dot must have been given: by --host, $EXPLORER_HOSTS or Streamlit's
    server.allowedHosts. Addresses, `localhost` and names without a dot are nobody's domain.
    """
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    given = {each.strip().lower() for each in os.environ.get("EXPLORER_HOSTS", "").split(",")}
    if name in given or (config.get_option("server.allowedHosts") and is_host_allowed(host)):
        return True
    with suppress(ValueError):
        return bool(ip_address(name))
    return bool(name) and "." not in name


async def _refuse(socket: WebSocket, sentence: str, code: int) -> None:
    await socket.send_text(sentence)
    await socket.close(code)


async def _converse(socket: WebSocket) -> None:
    try:
        words = socket.path_params["name"], socket.path_params["digest"]
        found = await run_in_threadpool(files.known, *words)  # it reads files
    except LookupError as error:
        await _refuse(socket, str(error), REFUSED)
        return
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        await _reply(socket, found, message.get("bytes") or b"")


async def _reply(socket: WebSocket, found: Checkpoint, message: bytes) -> None:
    try:
        question = read(message, found.spec)
    except ValueError as error:
        await socket.send_text(str(error))
        return
    answer = await asyncio.get_running_loop().run_in_executor(_workers, _answer, found.folder, found.digest, question)
    await (socket.send_bytes(answer) if isinstance(answer, bytes) else socket.send_text(answer))


def read(message: bytes, spec: Spec) -> Question:
    """Return what a message asks. ValueError, in a sentence, if it is too much, or if it cannot be meant."""
    kind, n = np.frombuffer(message[:8].ljust(8, b"\xff"), "<u4").tolist()
    size = math.prod(spec.shape)
    if kind >= len(HALVES) or not 1 <= n <= MOST or (n > 1 and n * size > MOST_VALUES):
        raise ValueError(f"A question is to decode or to encode 1 to {MOST} pictures, and {MOST_VALUES:,} numbers.")
    value, shape = (np.dtype("<f4"), (n, spec.latent)) if kind == 0 else (np.dtype("u1"), (n, *spec.shape))
    end = 8 + math.prod(shape) * value.itemsize
    if len(message) != end + 4 * n * spec.conditional:
        raise ValueError(f"This question has {len(message)} bytes, but {end + 4 * n * spec.conditional} were expected.")
    given = np.frombuffer(message[8:end], value).reshape(shape)
    if not np.isfinite(given).all():
        raise ValueError("A z must be finite numbers.")
    given = given.astype(np.float32) / (255 if kind else 1)
    if not spec.conditional:
        return Question(HALVES[kind], (given,))
    labels = np.frombuffer(message[end:], "<i4").astype(np.int64)
    if labels.min() < 0 or labels.max() >= spec.classes:
        raise ValueError(f"This model knows the classes 0 to {spec.classes - 1}.")
    return Question(HALVES[kind], (given, labels))


def _answer(folder: Path, digest: str, question: Question) -> bytes | str:
    """Return the answer, or in a sentence why there is none."""
    try:
        with _opening:
            network = _network(folder / f"{question.half}.onnx", digest)
        found: list[np.ndarray[Any, Any]] = network(*question.arrays)
    except Exception:  # noqa: BLE001  (the engine's own errors are plain Exceptions, and name folders of this machine)
        return f"The server cannot run this model’s {question.half}.onnx."
    if question.half == "decoder":
        found = [np.rint(np.nan_to_num(found[0]).clip(0, 1) * 255).astype(np.uint8)]
    return b"".join(each.tobytes() for each in found)


@lru_cache(maxsize=KEPT)
def _network(file: Path, digest: str) -> Callable[..., list[Any]]:  # noqa: ARG001  (`digest` keeps the cache true)
    return export.opened(file)
