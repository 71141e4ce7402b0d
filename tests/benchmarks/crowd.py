"""A class at one server: what it costs while 30 pages drag at once, and how soon it answers when they let go.

Run `python -m tests.benchmarks.crowd [MODEL]`, some four minutes. The pages are tabs of one real browser, and the
server's share of a core is set beside what it takes to decode for 30 of its own WebSocket. Those who let go are clients
of Streamlit's protocol without a browser, one release every 2 s each: ours under `explorer app`, and a plain script of
st.slider and st.image under `streamlit run`.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
from playwright.sync_api import Browser
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from explorer import checkpoint, places
from explorer.app import remote
from tests.benchmarks.common import APP, load, plain, quantiles, running
from tests.browser import chromium

PAGES, SECONDS = 30, 8.0
PERIOD, RELEASES = 2.0, 6
# A hand that never lets go: the slider of a page is moved 60 times a second, until the page is closed.
DRAG = """() => {
  const roots = [...document.querySelectorAll("*")].flatMap((each) => each.shadowRoot ?? []);
  const input = roots.map((root) => root.querySelector(".row input")).find(Boolean);
  input.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true, pointerId: 1 }));
  let step = 0;
  setInterval(() => {
    input.value = String(2 * Math.sin(step++ / 20));
    input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }, 16);
}"""


def share(process: psutil.Process, wait: Callable[[], object]) -> float:
    """Return how much of one core a process takes while `wait` waits."""
    before, start = process.cpu_times(), time.monotonic()
    wait()
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / (time.monotonic() - start)


# --- those who drag


def dragging(browser: Browser, url: str, process: psutil.Process, model: str) -> None:
    """Print what the server does while all pages drag."""
    context = browser.new_context(viewport={"width": 800, "height": 600})
    context.add_init_script("window.count = 0; document.addEventListener('explorer:painted', () => (count += 1), true)")
    pages = [context.new_page() for _ in range(PAGES)]
    for page in pages:
        page.goto(f"{url}/?model={model}")
        page.wait_for_selector('.explorer[data-ready="true"]', timeout=120_000)
    still = share(process, lambda: time.sleep(SECONDS))
    for page in pages:
        page.evaluate(DRAG)
    before = sum(page.evaluate("count") for page in pages)
    start = time.monotonic()
    moving = share(process, lambda: time.sleep(SECONDS))
    rate = (sum(page.evaluate("count") for page in pages) - before) / (time.monotonic() - start)
    context.close()
    print(f"{PAGES} pages open, hands still: {still:.3f} of a core; all dragging: {moving:.3f}, {rate:.0f} pictures/s")


def asking(url: str, process: psutil.Process, model: str) -> None:
    """Print what the server does for as many that ask it for each picture."""
    asked: list[int] = []
    busy = share(process, lambda: asyncio.run(_ask_all(url.replace("http", "ws"), model, asked)))
    print(f"    if the server decoded for {PAGES}: {busy:.3f} of a core, {sum(asked) / SECONDS:.0f} pictures/s")


async def _ask_all(url: str, model: str, asked: list[int]) -> None:
    await asyncio.gather(*(_ask(url, model, asked) for _ in range(PAGES)))


async def _ask(url: str, model: str, asked: list[int]) -> None:
    found = checkpoint.find(model, places.gallery_dir())
    message = struct.pack("<II", 0, 1) + bytes(4 * found.spec.latent) + bytes(4 * found.spec.conditional)
    end, count = time.monotonic() + SECONDS, 0
    async with connect(f"{url}/{remote.url(found)}") as socket:
        while time.monotonic() < end:
            await socket.send(message)
            await socket.recv()
            count += 1
            await asyncio.sleep(0.016)
    asked.append(count)


# --- those who let go


@dataclass
class Client:
    """A browser as far as Streamlit sees one: it runs the page once, and knows the widget that it will move."""

    socket: ClientConnection
    query: str
    widget: str = ""
    fragment: str = ""

    async def run(self, state: WidgetState | None = None) -> float:
        """Ask for a run with the widget in this state; return the ms until it is done."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        if state:
            message.rerun_script.widget_states.widgets.append(state)
            message.rerun_script.fragment_id = self.fragment
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(await self.socket.recv())
            if heard.WhichOneof("type") == "delta":
                self._look(heard.delta)
            if heard.WhichOneof("type") == "script_finished":
                return 1000 * (time.perf_counter() - start)

    def _look(self, delta: Delta) -> None:
        kind = delta.new_element.WhichOneof("type")
        if kind in ("bidi_component", "slider") and not self.widget:
            self.widget, self.fragment = getattr(delta.new_element, kind).id, delta.fragment_id


def released(widget: str, model: str, turn: int) -> WidgetState:
    """Return what our component says when it comes to rest."""
    link = {"model": model, "map": "axes", "z": f"{turn},0"}
    return WidgetState(id=widget, json_value=json.dumps({"said": {"link": link, "word": turn}}))


def slid(widget: str, _model: str, turn: int) -> WidgetState:
    """Return what Streamlit's slider says when it is let go."""
    state = WidgetState(id=widget)
    state.double_array_value.data.append(turn / 100)
    return state


async def let_go(url: str, model: str, clients: int, state: Callable[[str, str, int], WidgetState]) -> list[float]:
    """Return the ms of each run: so many clients, each a release every 2 s, evenly spread over them."""

    async def one(number: int) -> list[float]:
        async with connect(f"{url}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as socket:
            client = Client(socket, f"model={model}")
            async with opening:
                await client.run()
            opened.append(number)
            while len(opened) < clients:
                await asyncio.sleep(0.05)
            times = []
            start = time.monotonic() + PERIOD * number / clients
            for turn in range(RELEASES):
                await asyncio.sleep(max(0, start + turn * PERIOD - time.monotonic()))
                times.append(await client.run(state(client.widget, model, turn + 1)))
            return times

    opening, opened = asyncio.Semaphore(4), list[int]()
    return [each for times in await asyncio.gather(*(one(k) for k in range(clients))) for each in times[1:]]


def letting_go(url: str, model: str, clients: int, state: Callable[[str, str, int], WidgetState], whose: str) -> float:
    """Print how long a release takes, and return the median."""
    middle, high = quantiles(asyncio.run(let_go(url.replace("http", "ws"), model, clients, state)))
    print(f"{clients} let go every {PERIOD:.0f} s, {whose}: {middle:.0f} / {high:.0f} ms (median / 95th percentile)")
    return middle


def main(model: str) -> None:
    """Measure ours and the baseline in one run, and print the ratio."""
    print(load())
    with running(APP) as (url, process):
        with chromium() as browser:
            dragging(browser, url, process, model)
        asking(url, process, model)
        ours = letting_go(url, model, 30, released, "ours")
        letting_go(url, model, 100, released, "ours")
    with plain(model) as (url, _):
        theirs = letting_go(url, model, 30, slid, "st.slider + st.image")
    print(f"    with 30, ours is {theirs / ours:.0f} times faster by the median")


if __name__ == "__main__":
    main((sys.argv[1:] or ["mnist-2d"])[0])
