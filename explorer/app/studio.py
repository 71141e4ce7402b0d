"""What a page learns of a training: where it stands, what it looks like, and each moment of its film, ready to decode.

The page asks a few times a second, and is sent only what is new. Any number of pages may watch one run; what one person
asks of its trainer, all of them see.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer import film, mould, notes, places, run
from explorer.app import files, moments, remote
from explorer.run import Run
from explorer.spec import Spec

FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
MOST = 1_000_000  # bytes of the metrics in one answer: thousands of lines
BEING_MADE = "The decoder of this run is being made: a few seconds, the first time."
LARGEST = 10_000  # bytes of a wish
CHANGING = {
    "stage": f"{run.FILM}/{film.STAGE}", "now": f"{run.FILM}/{film.NOW}", "closeup": run.CLOSEUP,
    "blueprint": run.BLUEPRINT,
}  # fmt: skip


def routes() -> list[Route]:
    """Return the routes of runs."""
    return [
        Route("/live/runs/{name}", where),
        Route("/live/runs/{name}/wish", wish, methods=["POST"]),
        Route("/live/runs/{name}/{what}/{version:int}", seen),
        Route("/live/runs/{name}/mould/{version:int}/{file}", of_mould),
        Route("/live/runs/{name}/moments/{step:int}-{version:int}/{file}", moment),
    ]


def url(name: str) -> str:
    """Return the address of a run, below the app's own."""
    return f"live/runs/{quote(name, safe='')}"


async def where(request: Request) -> Response:
    """Tell where a run stands, and the reports since the last answer: `?id=...&from=...` say which that was."""
    return await run_in_threadpool(_where, request)


async def seen(request: Request) -> Response:
    """Serve the stage, the latest look, the latest close-up or the blueprint of a run."""
    return await run_in_threadpool(_seen, request)


async def of_mould(request: Request) -> Response:
    """Serve a file of a run's mould, into which a page pours the weights of a moment."""
    return await run_in_threadpool(_of_mould, request)


async def moment(request: Request) -> Response:
    """Serve a file of a moment of a run's film."""
    return await run_in_threadpool(_moment, request)


async def wish(request: Request) -> Response:
    """Pass on what a person asks of a trainer: JSON with `do`, and `values` where it needs some."""
    if not await remote.is_from_here(request.headers.get("origin"), request.headers.get("host")):
        return PlainTextResponse(f"The server is there {remote.FOREIGN}", 403, FRESH)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return PlainTextResponse("No wish is as long as that.", 413, FRESH)
    return await run_in_threadpool(_wish, request.path_params["name"], body)


def found(name: str) -> Run:
    """Return a run of this server. LookupError if there is none, ValueError if it is damaged."""
    return run.find(name, places.runs_dir(places.models_dir()))


def _where(request: Request) -> Response:
    try:
        it = found(request.path_params["name"])
    except LookupError:
        return PlainTextResponse(f"There is no run {request.path_params['name']!r} any more.", 404, FRESH)
    except ValueError as error:
        return PlainTextResponse(str(error), 409, FRESH)
    film.watch(it.folder / run.FILM)
    now = it.status()
    return JSONResponse(
        {
            "name": it.name, "spec": it.spec.to_json(), "created": it.created, "parent": it.parent, "plan": it.plan,
            "command": it.command, "alive": now.alive, **vars(now), "changes": _changes(it), "knobs": _knobs(it),
            "moments": moments.listing(it), "model": (it.model_folder / "config.json").is_file(),
            "versions": {what: _version(it.folder / path) for what, path in CHANGING.items()}, "mould": _mould(it),
            "reports": _reports(it.folder / run.METRICS, request),
        },
        headers=FRESH,
    )  # fmt: skip


def _mould(it: Run) -> dict[str, Any]:
    """Tell whether moments can be decoded: a version once they can, words as long as they cannot."""
    if not film.steps(it.folder / run.FILM):
        return {"version": 0, "words": "There is nothing to decode yet."}
    try:
        made = moments.mould_of(it)
    except ValueError as error:
        return {"version": 0, "words": str(error)}
    return {"version": _version(made / mould.PLACES), "words": ""} if made else {"version": 0, "words": BEING_MADE}


def _changes(it: Run) -> list[dict[str, Any]]:
    """Return what was turned, when, and how it stood before."""
    told = []
    for each in it.changes:
        before = _before(each["spec"])
        known = {name: before[name] for name in each["values"] if name in before}
        told.append({"step": each["step"], "seconds": each["seconds"], "values": each["values"], "before": known})
    return told


def _before(spec: Any) -> dict[str, Any]:
    """Return how knobs stood by a Spec; nothing if that was edited into none."""
    try:
        found = Spec.from_json(spec)
    except (ValueError, TypeError):
        return {}
    return {"beta": 1.0, **vars(found.training), **found.objective.knobs}  # a plain VAE has the weight 1


def _knobs(it: Run) -> list[Any]:
    try:
        knobs = notes.read(it.folder / run.KNOBS)
    except ValueError:
        return []
    return [knob for knob in knobs if _is_knob(knob)] if isinstance(knobs, list) else []


def _is_knob(knob: Any) -> bool:
    """Tell whether a page can draw what somebody may have edited."""
    texts, numbers = ("name", "help"), ("default", "low", "high")
    return isinstance(knob, dict) and all(
        [isinstance(knob.get(key), str) for key in texts] + [isinstance(knob.get(key), int | float) for key in numbers]
    )


def _version(file: Path) -> int:
    """Return what changes when a file does; 0 if it is not there."""
    try:
        return file.stat().st_mtime_ns // 1000  # a number that JavaScript can hold
    except OSError:
        return 0


def _reports(file: Path, request: Request) -> dict[str, Any]:
    """Return the reports after those that the page has: all of them if the file was replaced since, as by a resume."""
    none = {"id": "", "from": 0, "next": 0, "lines": []}
    if not file.is_file():  # a pipe would be waited for
        return none
    try:
        with file.open("rb") as stream:
            its = file.stat().st_ino
            same = request.query_params.get("id") == str(its)
            start = int(request.query_params.get("from", "0")) if same else 0
            stream.seek(start)
            data = stream.read(MOST)
    except (OSError, ValueError, OverflowError):
        return none
    endless = len(data) == MOST and b"\n" not in data  # no line of ours: what comes after it is still told
    whole = data if endless else data[: data.rfind(b"\n") + 1]
    lines = [run.report(line) for line in whole.decode(errors="replace").splitlines()]
    return {"id": str(its), "from": start, "next": start + len(whole), "lines": [line for line in lines if line]}


def _seen(request: Request) -> Response:
    what = request.path_params["what"]
    if what not in CHANGING:
        return files.missing(f"A run has no {what!r}: it has {', '.join(CHANGING)}.")
    try:
        file = found(request.path_params["name"]).folder / CHANGING[what]
    except (LookupError, ValueError) as error:
        return files.missing(str(error))
    if not file.is_file():
        return files.missing(f"This run has no {what} yet.")
    return FileResponse(file, headers=FRESH, media_type="application/octet-stream")


def _of_mould(request: Request) -> Response:
    file = request.path_params["file"]
    try:
        made = moments.mould_of(found(request.path_params["name"]))
        if made is None or file not in (mould.PLACES, *(f"{half}.onnx" for half in mould.HALVES)):
            raise LookupError(f"The mould of this run has no file {file!r}, or is not made yet.")
        body = (made / file).read_bytes()
    except (LookupError, ValueError, OSError) as error:
        return files.missing(str(error))
    return Response(body, headers=files.HEADERS, media_type="application/octet-stream")


def _moment(request: Request) -> Response:
    parameters = request.path_params
    try:
        it = found(parameters["name"])
        body = moments.file(it, parameters["step"], parameters["version"], parameters["file"])
    except (LookupError, ValueError) as error:
        return files.missing(str(error))
    except OSError as error:
        return files.missing(f"The moment of step {parameters['step']:,} cannot be read: {error.strerror}.")
    if body is None:
        return PlainTextResponse(BEING_MADE, 503, FRESH | {"Retry-After": "1"})
    return Response(body, headers=files.HEADERS, media_type="application/octet-stream")


def _wish(name: str, body: bytes) -> Response:
    try:
        asked = json.loads(body)
        found(name).ask(str(asked["do"]), **asked.get("values", {}))
    except (LookupError, TypeError, AttributeError, RecursionError, ValueError, OSError) as error:
        words = str(error) if isinstance(error, ValueError | OSError) else "This is no wish."
        return PlainTextResponse(re.sub(r"\s+", " ", words), 409, FRESH)
    return Response(status_code=204, headers=FRESH)
