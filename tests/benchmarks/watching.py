"""What it costs a training that somebody watches: images a second, beside the same command without the page.

Run `python -m tests.benchmarks.watching [DATA]`, some eight minutes, machine at rest. DATA is the folder that holds
MNIST/raw; without it the pictures are noise of that shape. A fully connected and a convolutional network are each
trained alone, watched, watched, alone: by the same command, on one thread. Watched means a server, and a page of a real
browser that has the studio open. The browser computes on this machine too, in software where there is no GPU, so what
it takes is printed, and so is what others took meanwhile. Then Start is pressed, and the seconds are taken until the
page shows a first report.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
import psutil
from playwright.sync_api import Browser, Page

from explorer import film, places, run
from tests.benchmarks.common import load, running
from tests.browser import chromium

PORT = "8721"
NETWORKS = {"mlp": ["--network", "mlp"], "conv": ["--network", "conv"]}
SAME = ["--latent", "2", "--threads", "1", "--precision", "float32", "--epochs", "10000"]
ORDER = (False, True, True, False)  # watched or not
BEGUN, WARM, SECONDS = 60.0, 10.0, 20.0  # to wait for its first report; before the window; of the window
PICTURES = {"train": 60_000, "t10k": 10_000}


@dataclass
class Window:
    """What was done in a stretch of a training, and what it took, in shares of one core."""

    images: float  # a second
    trainer: float
    server: float
    browser: float
    others: float


def main() -> None:
    """Print the ratio for each network, and how soon a first report is there."""
    print(load(), flush=True)
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        data, models = Path(home, "data"), Path(home, "models")
        pictures(data)
        os.environ |= {"EXPLORER_DATA": str(data), "EXPLORER_MODELS": str(models)}
        try:
            for name, words in NETWORKS.items():
                compare(browser, models, name, [*words, *SAME])
            for name, (words, report) in zip(NETWORKS, starts(browser), strict=True):
                print(f"{name}: Start to its first words on the page {words:.1f} s, to its first report {report:.1f} s")
        finally:
            end_all(models)
    print(load())


def compare(browser: Browser, models: Path, name: str, words: list[str]) -> None:
    """Train alone and watched, in both orders, and print what each took."""
    found: dict[bool, list[Window]] = {True: [], False: []}
    for number, watched in enumerate(ORDER):
        with training(models, f"{name}-{number}", words) as (trainer, folder):
            window = watched_window(browser, trainer, folder) if watched else measured(trainer, folder, {})
        found[watched].append(window)
        who = "watched" if watched else "alone  "
        shares = f"server {window.server:.3f}, browser {window.browser:.2f}, others {window.others:.2f} of a core"
        print(f"  {name} {who} {window.images:8,.0f} images/s; trainer {window.trainer:.2f}, {shares}", flush=True)
    ratio = mean(each.images for each in found[True]) / mean(each.images for each in found[False])
    own = mean(each.images / each.trainer for each in found[True]) / mean(
        each.images / each.trainer for each in found[False]
    )
    server = mean(each.server for each in found[True])
    print(f"{name}: watched / alone = {ratio:.3f}, of the time that the trainer was given {own:.3f}; "
          f"the server takes {server:.1%} of a core", flush=True)  # fmt: skip


@contextmanager
def training(models: Path, name: str, words: list[str]) -> Iterator[tuple[psutil.Process, Path]]:
    """Run a trainer, at work on its first steps, and its run's folder."""
    command = [sys.executable, "-m", "explorer", "train", "mnist", *words, "--name", name]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    folder = places.runs_dir(models) / name
    try:
        until = time.monotonic() + BEGUN
        while not (folder / run.METRICS).exists():
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"The training did not begin: {' '.join(command)}")
            time.sleep(0.05)
        yield psutil.Process(process.pid), folder
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def watched_window(browser: Browser, trainer: psutil.Process, folder: Path) -> Window:
    """Measure while a page has the studio open: its decoder, which is made once for a run, is there."""
    with running(["-m", "explorer", "app", "--no-browser", "--port", PORT]) as (url, server):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{url}/train?run={folder.name}")
        page.locator(".bench [data-step]").wait_for(timeout=120_000)
        before = browsers()
        window = measured(trainer, folder, {"server": [server], "browser": before})
        if not film.is_watched(folder / run.FILM):
            raise SystemExit("Nobody watched: the page stopped asking.")
        page.close()
        return window


def measured(trainer: psutil.Process, folder: Path, watching: dict[str, list[psutil.Process]]) -> Window:
    """Take the time of a window, from a report of the training to another."""
    time.sleep(WARM)
    first, start = next_report(folder)
    spent = {name: seconds(processes) for name, processes in watching.items()}
    own, whole = seconds([trainer]), busy()
    time.sleep(SECONDS)
    last, end = next_report(folder)
    took = end - start
    share = {name: (seconds(processes) - spent[name]) / took for name, processes in watching.items()}
    its = (seconds([trainer]) - own) / took
    others = (busy() - whole) / took - its - sum(share.values())
    images = (last["epoch"] - first["epoch"]) * PICTURES["train"] / took
    return Window(images, its, share.get("server", 0.0), share.get("browser", 0.0), max(0.0, others))


def next_report(folder: Path) -> tuple[dict[str, float], float]:
    """Wait for the next report of a run; return it, and when it came."""
    file = folder / run.METRICS
    size = file.stat().st_size
    while (now := file.stat().st_size) == size:
        time.sleep(0.005)
    came = time.monotonic()
    line = file.read_bytes()[:now].splitlines()[-1]
    return run.report(line.decode()) or {}, came


def seconds(processes: list[psutil.Process]) -> float:
    """Return the time that processes have computed."""
    found = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            found += times.user + times.system
    return found


def busy() -> float:
    """Return the time that all cores together have computed."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


def browsers() -> list[psutil.Process]:
    """Return the processes of this one's browser."""
    return [each for each in psutil.Process().children(recursive=True) if "chrom" in each.name()]


def starts(browser: Browser) -> list[tuple[float, float]]:
    """Press Start for each network in a page that has been looked at; return what `pressed` does."""
    found = []
    with running(["-m", "explorer", "app", "--no-browser", "--port", PORT]) as (url, _):
        for words in NETWORKS.values():
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(120_000)
            page.goto(f"{url}/train?data=mnist&latent=2&epochs=1000&" + "=".join(words)[2:])
            page.get_by_text("passes over the pictures").wait_for()
            page.wait_for_timeout(3000)  # as somebody who reads
            found.append(pressed(page))
            page.locator(".course").get_by_role("button", name="Stop").click()
            page.locator('.state[data-state="stopped"]').wait_for()
            page.close()
    return found


def pressed(page: Page) -> tuple[float, float]:
    """Press Start; return the seconds until words of the trainer are shown, and until the speed of its first report."""
    start = time.monotonic()
    page.get_by_role("button", name="Start").click()
    page.locator(".beginning, .course").first.wait_for()
    words = time.monotonic() - start
    page.locator(".course .speed", has_text="images/s").wait_for()
    return words, time.monotonic() - start


def pictures(data: Path) -> None:
    """Lay out MNIST below a folder of our own: that of the person who asks, or noise in its place."""
    (data / "MNIST").mkdir(parents=True)
    if len(sys.argv) > 1:
        (data / "MNIST" / "raw").symlink_to(Path(sys.argv[1], "MNIST", "raw").resolve())
        return
    (data / "MNIST" / "raw").mkdir()
    random = np.random.default_rng(0)
    for part, n in PICTURES.items():
        pixels = (random.random((n, 28, 28)) ** 3 * 255).astype(np.uint8)
        labels = (np.arange(n) % 10).astype(np.uint8)
        for kind, array in ((f"{part}-images-idx3-ubyte", pixels), (f"{part}-labels-idx1-ubyte", labels)):
            head = np.array([0x800 + array.ndim, *array.shape], ">i4").tobytes()
            (data / "MNIST" / "raw" / kind).write_bytes(head + array.tobytes())


def end_all(models: Path) -> None:
    """End the trainers that go on without their server."""
    for found in run.listing(places.runs_dir(models))[0]:
        if (now := found.status()).alive:
            with suppress(psutil.Error):
                psutil.Process(now.pid).kill()


if __name__ == "__main__":
    main()
