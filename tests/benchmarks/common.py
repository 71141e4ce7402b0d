"""What the benchmarks share: servers that are processes of their own, a hand that drags, and quantiles."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from playwright.sync_api import Page

PATIENCE = 30  # seconds for a server to listen


@contextlib.contextmanager
def served(command: Sequence[str]) -> Iterator[str]:
    """Run a server whose last two words are `--port N` or `--server.port N`; give its address once it listens."""
    port = int(command[-1])
    running = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            if time.monotonic() > deadline or running.poll() is not None:
                raise SystemExit(f"The server did not start: {' '.join(command)}")
            time.sleep(0.01)
        yield f"http://localhost:{port}"
    finally:
        running.terminate()
        running.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(0.95 * (len(ordered) - 1))]


def drag(page: Page, box: dict[str, float], seconds: float) -> None:
    """Drag to and fro over the middle of a box, as fast as the browser takes the moves."""
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    start, step = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        share = abs((step % 120) / 60 - 1)
        page.mouse.move(box["x"] + box["width"] * (0.1 + 0.8 * share), y)
        step += 1
    page.mouse.up()
