"""Drag a slider in a real browser: event to canvas, frames a second, messages; beside st.slider with st.image.

Run `python -m tests.benchmarks.drag [MODEL ...]`. The baseline decodes the same model on the server, as a Streamlit
script would. It sends nothing during a drag (Streamlit's slider commits on release), so it is measured by key presses.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks.common import drag, quantiles, served
from tests.browser import chromium

SECONDS = 4.0
PRESSES = 25
LISTEN = """
window.painted = [];
document.addEventListener("explorer:painted", ({ detail }) => painted.push({ ...detail, at: performance.now() }), true);
"""
BASELINE = """
import numpy as np, streamlit as st
from explorer import checkpoint, export, places
found = checkpoint.find({name!r}, places.gallery_dir())
z = [st.slider(f"z{{i}}", -3.0, 3.0, 0.0, 0.01) for i in range(found.spec.latent)]
picture = export.run(found.folder / "decoder.onnx", np.array([z], np.float32))[0][0]
st.image(picture.transpose(1, 2, 0), width=320, clamp=True)
"""
NEXT_PICTURE = """() => new Promise((resolve) => {
  const image = document.querySelector("img");
  const start = performance.now();
  const old = image.src;
  const changed = () => document.querySelector("img")?.src !== old;
  setTimeout(() => resolve(null), 5000);
  const look = () => changed() ? resolve(performance.now() - start) : requestAnimationFrame(look);
  look();
})"""


def measure(browser: Browser, url: str, model: str) -> float:
    """Drag the first slider of the app; print what was seen and return the median from event to canvas, in ms."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(LISTEN)
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{url}/?model={model}")
    page.wait_for_selector('.explorer[data-ready="true"]')
    page.wait_for_timeout(1000)
    before = len(sent)
    page.evaluate("painted.length = 0")
    box = page.get_by_role("slider").first.bounding_box()
    assert box
    drag(page, dict(box), SECONDS)
    during = len(sent) - before
    page.wait_for_timeout(1000)
    painted = page.evaluate("painted.filter((each) => each.inputToPaintMs !== null)")
    page.close()
    middle, high = quantiles([each["inputToPaintMs"] for each in painted])
    fps = (len(painted) - 1) / ((painted[-1]["at"] - painted[0]["at"]) / 1000)
    print(f"{model}: event to canvas {middle:.1f} / {high:.1f} ms (median / 95th percentile), {fps:.0f} pictures/s, ")
    print(f"    messages to the server during the drag: {during}, after it: {len(sent) - before - during}")
    return middle


def measure_baseline(browser: Browser, model: str) -> float:
    """Return the median from a key press to the new picture of a plain Streamlit script, in ms."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "baseline.py")
        script.write_text(BASELINE.format(name=model), encoding="utf-8")
        options = ["--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.port", "8719"]
        with served(["-m", "streamlit", "run", str(script), *options]) as url:
            page = browser.new_page()
            page.goto(url)
            page.locator("img").wait_for(timeout=20_000)
            page.get_by_role("slider").first.focus()
            times = []
            for _ in range(PRESSES):
                page.wait_for_timeout(200)
                page.evaluate(f"void (window.next = ({NEXT_PICTURE})())")  # not awaited yet
                page.keyboard.press("ArrowRight")
                times.append(page.evaluate("window.next"))
                if times[-1] is None:
                    raise SystemExit("The baseline showed no new picture within 5 s of a key press.")
            page.close()
    middle, high = quantiles(times)
    print(f"    st.slider + st.image: key to new picture {middle:.0f} / {high:.0f} ms, no picture during a drag")
    return middle


def main(models: list[str]) -> None:
    """Measure each model, the app and the baseline in one run, and print the ratio."""
    with chromium() as browser, served(["-m", "explorer", "app", "--no-browser", "--port", "8718"]) as url:
        for model in models:
            ours = measure(browser, url, model)
            print(f"    ratio of the medians: {measure_baseline(browser, model) / ours:.0f} times faster")


if __name__ == "__main__":
    main(sys.argv[1:] or ["mnist-2d", "mnist"])
