"""What the benchmarks share: servers that are processes of their own, a plain app, a hand, and quantiles."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
from playwright.sync_api import Page

PATIENCE = 30  # seconds for a server to listen
APP = ["-m", "explorer", "app", "--no-browser", "--port", "8718"]
# The baseline: the same decoder as a Streamlit script runs it, one picture from z, or a grid of 10 x 10 from a seed.
PLAIN = """
import numpy as np, streamlit as st
from explorer import checkpoint, export, places
found = checkpoint.find({name!r}, places.gallery_dir())
if {grid}:
    seed = st.slider("seed", 0, 999, 0)
    z = np.random.default_rng(seed).normal(size=(100, found.spec.latent)).astype(np.float32)
else:
    z = np.array([[st.slider(f"z{{i}}", -3.0, 3.0, 0.0, 0.01) for i in range(found.spec.latent)]], np.float32)
told = [np.zeros(len(z), np.int64)] if found.spec.conditional else []
pictures = export.run(found.folder / "decoder.onnx", z, *told)[0]  # (n, c, h, w)
side = int(len(z) ** 0.5)
rows = pictures.reshape(side, side, *pictures.shape[1:]).transpose(0, 3, 1, 4, 2)
st.image(rows.reshape(side * rows.shape[1], side * rows.shape[3], -1), width=320, clamp=True)
"""


@contextlib.contextmanager
def running(command: Sequence[str]) -> Iterator[tuple[str, psutil.Process]]:
    """Run a server whose last two words are `--port N` or `--server.port N`; give its address once it listens."""
    port = int(command[-1])
    started = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            if time.monotonic() > deadline or started.poll() is not None:
                raise SystemExit(f"The server did not start: {' '.join(command)}")
            time.sleep(0.01)
        yield f"http://localhost:{port}", psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait()


@contextlib.contextmanager
def served(command: Sequence[str]) -> Iterator[str]:
    """Run a server like `running`; give its address alone."""
    with running(command) as (url, _):
        yield url


@contextlib.contextmanager
def plain(model: str, *, grid: bool = False) -> Iterator[tuple[str, psutil.Process]]:
    """Run `streamlit run` on a script of st.slider and st.image for a gallery model."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "plain.py")
        script.write_text(PLAIN.format(name=model, grid=grid), encoding="utf-8")
        options = ["--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.port", "8719"]
        with running(["-m", "streamlit", "run", str(script), *options]) as found:
            yield found


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def load() -> str:
    """Say how busy the machine is: figures of a busy one are those of the others' work."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(0.95 * (len(ordered) - 1))]


def drag(page: Page, box: dict[str, float], seconds: float) -> None:
    """Drag to and fro over the middle of a box, as fast as the browser takes the moves."""
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    sweep(page, box, seconds, 0.5)
    page.mouse.up()


def sweep(page: Page, box: dict[str, float], seconds: float, down: float) -> None:
    """Move to and fro over a box, at a share of its height, as fast as the browser takes the moves."""
    start, step = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        share = abs((step % 120) / 60 - 1)
        page.mouse.move(box["x"] + box["width"] * (0.1 + 0.8 * share), box["y"] + box["height"] * down)
        step += 1
