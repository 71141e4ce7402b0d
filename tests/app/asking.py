"""Routes asked as the server would ask them, without one: their parts can be replaced in the test."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from starlette.applications import Starlette

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from starlette.routing import BaseRoute


@dataclass(frozen=True)
class Answer:
    """What a route answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)


async def answer(
    routes: Sequence[BaseRoute],
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
) -> Answer:
    """Ask for a path; with a body it is posted."""
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    told_all = False

    async def receive() -> dict[str, Any]:
        nonlocal told_all
        if told_all:
            await asyncio.Event().wait()  # who asks stays until there is an answer
        told_all = True
        return {"type": "http.request", "body": body or b"", "more_body": False}

    pairs = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {
        "type": "http", "method": "GET" if body is None else "POST", "path": unquote(path), "headers": pairs,
        "query_string": urlencode(query or {}).encode(),
    }  # fmt: skip
    await Starlette(routes=list(routes))(scope, receive, send)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], told, b"".join(each["body"] for each in sent[1:]))


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: the browser of other tests keeps this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
