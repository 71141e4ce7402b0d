"""Our own routes: the browser's part of the live view, and the public files of models.

Each address holds a digest of what it names, so that a browser may keep it for ever; when the file changes, so does the
address. Text is sent gzipped, packed once; what is stored packed (`x.wasm.gz`) is sent as it lies.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer import checkpoint, places

WEB = places.PACKAGE / "web"
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
TEXT = {".js", ".mjs", ".css", ".html"}
HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def routes() -> list[Route]:
    """Return the routes that stand beside Streamlit's own."""
    return [
        Route("/live/web/{digest}/{path:path}", web),
        Route("/live/models/{name}/{digest}/{file}", model),
    ]


def web_url() -> str:
    """Return the address, below the app's own, of the folder `web`: it ends in a slash."""
    return f"live/web/{_web_digest()}/"


@cache
def _web_digest() -> str:
    """Return what stands for all files of `web` as they are; looked at once for a server."""
    files = sorted(file for file in WEB.rglob("*") if file.is_file())
    seen = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return sha256(repr(seen).encode()).hexdigest()[:16]


def model_url(found: checkpoint.Checkpoint) -> str:
    """Return the address, below the app's own, of a model's public files: it ends in a slash."""
    return f"live/models/{quote(found.name, safe='')}/{found.digest}/"


async def web(request: Request) -> Response:
    """Serve a file of the folder `web`."""
    if request.path_params["digest"] != _web_digest():
        return missing("The program has changed since the page was opened: reload the page.")
    return await run_in_threadpool(_respond, request, WEB, request.path_params["path"])


async def model(request: Request) -> Response:
    """Serve a public file of a model."""
    return await run_in_threadpool(_model, request)


def _model(request: Request) -> Response:
    file = request.path_params["file"]
    try:
        found = known(request.path_params["name"], request.path_params["digest"])
    except LookupError as error:
        return missing(str(error))
    if file not in checkpoint.PUBLIC:
        return missing(f"A model has no public file {file!r}.")
    return _respond(request, found.folder, file)


def known(name: str, digest: str) -> checkpoint.Checkpoint:
    """Return the model that an address names. LookupError, with what to do, if there is none, or another by now."""
    try:
        found = checkpoint.find(name, places.models_dir(), places.gallery_dir())
    except (LookupError, ValueError):
        raise LookupError(f"There is no model {name!r}.") from None
    if found.digest != digest:
        raise LookupError("This model has changed since the page was opened: reload the page.")
    return found


def _respond(request: Request, root: Path, relative: str) -> Response:
    """Answer with a file below `root`, packed if the browser can unpack it."""
    try:
        path, packed = _find(root, relative)
    except LookupError:
        return missing(f"There is no file {relative!r} here.")
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    accepts = "gzip" in request.headers.get("accept-encoding", "")
    headers = HEADERS | {"Vary": "Accept-Encoding"}
    if packed and accepts:
        return FileResponse(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    if packed:
        return Response(gzip.decompress(packed.read_bytes()), headers=headers, media_type=kind)
    if accepts and path.suffix in TEXT:
        body = _pack(path, path.stat().st_mtime_ns)
        return Response(body, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return FileResponse(path, headers=headers, media_type=kind)


def _find(root: Path, relative: str) -> tuple[Path, Path | None]:
    """Return the path below `root`, and the packed file that stands for it if there is one.

    LookupError if there is none, or if it leads outside `root`: by `..`, as an absolute path, or by a link.
    """
    for name, packed in ((relative, False), (f"{relative}.gz", True)):
        try:
            path = (root / name).resolve(strict=True)
        except (OSError, ValueError):  # ValueError: a null byte in the name
            continue
        if path.is_file() and path.is_relative_to(root.resolve()):
            return (root / relative, path) if packed else (path, None)
    raise LookupError(relative)


@lru_cache(maxsize=256)
def _pack(path: Path, changed: int) -> bytes:  # noqa: ARG001  (`changed` keeps the cache true)
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def missing(sentence: str) -> Response:
    """Answer that something is not there, and say so in words."""
    return PlainTextResponse(sentence, 404, headers={"X-Content-Type-Options": "nosniff"})
