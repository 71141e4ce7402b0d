"""The first visit of a page, and the next one: seconds to the first decoded picture, and bytes; beside a plain script.

Run `python -m tests.benchmarks.opening [MODEL]`. Bytes are those on the wire, as Chromium counts them: of files, and of
the messages over Streamlit's WebSocket. The baseline is st.slider with st.image.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.benchmarks.common import APP, load, plain, served
from tests.browser import chromium

ROUNDS = 3
FIRST = "document.addEventListener('explorer:painted', () => (window.first = true), true)"


@dataclass
class Visit:
    """What a visit took."""

    seconds: float
    own: float  # MB: the live view and the model
    rest: float  # MB: Streamlit's page, and its messages


def visit(context: BrowserContext, url: str, arrived: str) -> Visit:
    """Open a page in a new tab, and wait until `arrived` holds there."""
    page = context.new_page()
    page.add_init_script(FIRST)
    wire = context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes = {True: 0.0, False: 0.0}  # by whether it is of /live/

    def came(event: dict[str, Any]) -> None:
        sizes["/live/" in addresses.get(event["requestId"], "")] += event["encodedDataLength"]

    def said(event: dict[str, Any]) -> None:
        sizes[False] += len(event["response"]["payloadData"])

    wire.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.loadingFinished", came)
    wire.on("Network.webSocketFrameReceived", said)
    wire.send("Network.enable")
    start = time.monotonic()
    page.goto(url, wait_until="commit")
    page.wait_for_function(arrived)
    seconds = time.monotonic() - start
    page.wait_for_timeout(1500)  # what comes after the picture is sent too
    page.close()
    return Visit(seconds, sizes[True] / 1e6, sizes[False] / 1e6)


def visits(browser: Browser, url: str, arrived: str) -> list[Visit]:
    """Return the quickest of some first visits, and of the visits after them."""
    pairs = []
    for _ in range(ROUNDS):
        context = browser.new_context()
        pairs.append([visit(context, url, arrived) for _ in range(2)])
        context.close()
    return [min(each, key=lambda one: one.seconds) for each in zip(*pairs, strict=True)]


def main(model: str) -> None:
    """Print both, and the ratios."""
    print(load())
    with chromium() as browser:
        with served(APP) as url:
            ours = visits(browser, f"{url}/?model={model}", "window.first")
        with plain(model) as (url, _):
            theirs = visits(browser, url, "document.querySelector('img')?.complete")
    for which, mine, other in zip(("first", "next"), ours, theirs, strict=True):
        print(
            f"{which} visit: decoded picture after {mine.seconds:.2f} s, the plain script's after {other.seconds:.2f} s"
        )
        ratio = (mine.own + mine.rest) / (other.own + other.rest)
        print(
            f"    sent: view and model {mine.own:.2f} MB, Streamlit {mine.rest:.2f} MB; {ratio:.2f} times the script's"
        )


if __name__ == "__main__":
    main((sys.argv[1:] or ["mnist-2d"])[0])
