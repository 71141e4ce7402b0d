"""Maps of 10,000 and 70,000 points in a real browser: first paint, and pictures a second in a pan; beside plotly.js.

Run `python -m tests.benchmarks.map`. Ours is panned in the whole live view; Plotly's is a bare scattergl plot of the
same points in a box of the same size, with whose first paint that of our points and axes alone is compared. What the
graphics card was asked for is waited for in every frame, so that a picture is counted when it is there, and only if it
shows a new place of the hand.
"""

from __future__ import annotations

import functools
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import numpy as np
import plotly
from playwright.sync_api import Browser, Page

from tests.benchmarks.common import drag, quantiles
from tests.browser import chromium
from tests.web.conftest import TinyModel, _Handler, write_model

SECONDS = 4.0
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# `pictures`: the times of the frames that showed a new place of the hand; each waits until the canvases are drawn.
COUNT = """
window.pictures = [];
const asked = new Set();
for (const type of [WebGLRenderingContext, WebGL2RenderingContext]) {
  for (const name of ["drawArrays", "drawElements"]) {
    const own = type.prototype[name];
    type.prototype[name] = function (...given) {
      asked.add(this);
      return own.apply(this, given);
    };
  }
}
window.finish = () => {
  for (const gl of asked) gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  asked.clear();
};
let moved = false;
addEventListener("pointermove", () => (moved = true), true);
const look = () => {
  requestAnimationFrame(look);
  setTimeout(finish); // after all that was asked for in this frame
  if (moved) pictures.push(performance.now());
  moved = false;
};
requestAnimationFrame(look);
"""
OURS = """async (data) => {
  show(data);
  while (!drawnPoints()) await new Promise(requestAnimationFrame);
  finish();
  const arrived = performance.getEntriesByType("resource").find(({ name }) => name.includes("latents")).responseEnd;
  return performance.now() - arrived;
}"""
BARE = """async ([xy, width, height]) => {
  const [{ createPoints }, { createAxes }, { createViewport, boundsOf }, { h, s }] = await Promise.all(
    ["map/points.js", "map/axes.js", "map/viewport.js", "ui/dom.js"].map((name) => import(`/web/${name}`)));
  const start = performance.now();
  const [canvas, axes, viewport] = [h("canvas"), createAxes(), createViewport()];
  document.body.replaceChildren(h("div", {}, s("svg", {}, axes.element), canvas));
  const points = createPoints(canvas);
  const places = Float32Array.from(xy.flat());
  viewport.resize(width, height);
  viewport.fit(boundsOf(places));
  points.load(places, new Uint8Array(2 * places.length).fill(150));
  points.draw(viewport);
  axes.draw(viewport, ["", ""]);
  finish();
  const took = performance.now() - start;
  points.dispose();
  return took;
}"""
THEIRS = """async ([xy, labels, width, height]) => {
  const start = performance.now();
  const marker = { size: labels.length > 20000 ? 3 : 4, opacity: 0.7 };
  const traces = Array.from({ length: 10 }, (_, label) => {
    const own = xy.filter((_, i) => labels[i] === label);
    return { type: "scattergl", mode: "markers", x: own.map(([x]) => x), y: own.map(([, y]) => y), marker };
  });
  const layout = { width, height, dragmode: "pan", margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false };
  await Plotly.newPlot("plot", traces, layout);
  finish();
  return performance.now() - start;
}"""


@contextmanager
def served(models: Path) -> Iterator[str]:
    """Serve the view's own files and the models on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, models=models))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def pan(page: Page, box: dict[str, float]) -> tuple[float, float]:
    """Drag to and fro; return pictures a second, and the 95th percentile of the gap between two in ms."""
    page.evaluate("pictures.length = 0")
    drag(page, box, SECONDS)
    times = page.evaluate("pictures")
    return (len(times) - 1) / ((times[-1] - times[0]) / 1000), quantiles(np.diff(times))[1]


def ours(browser: Browser, url: str, model: TinyModel) -> tuple[float, float, float, dict[str, float]]:
    """Return ms to the first paint, pictures a second, the long gap, and where the plot lies."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(COUNT)
    page.goto(f"{url}/host.html")
    page.wait_for_function("window.hosted")
    first = page.evaluate(OURS, model.data())
    page.wait_for_function("root().dataset.ready === 'true'")
    page.wait_for_timeout(1000)
    box = page.locator(".plot").bounding_box()
    assert box
    found = (first, *pan(page, dict(box)), dict(box))
    page.close()
    return found


def bare(browser: Browser, url: str, model: TinyModel, box: dict[str, float]) -> float:
    """Return the ms in which our points and axes alone are drawn, from the call on."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(COUNT)
    page.goto(f"{url}/host.html")
    found = page.evaluate(BARE, [model.tensors["mean"].tolist(), box["width"], box["height"]])
    page.close()
    return found


def theirs(browser: Browser, url: str, model: TinyModel, box: dict[str, float]) -> tuple[float, float, float]:
    """Return ms to the first paint, pictures a second and the long gap of plotly.js."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(COUNT)
    page.goto(f"{url}/host.html")
    page.evaluate("""document.body.innerHTML = '<div id="plot"></div>'""")
    page.add_script_tag(path=PLOTLY)
    points = [model.tensors[name].tolist() for name in ("mean", "labels")]
    first = page.evaluate(THEIRS, [*points, box["width"], box["height"]])
    page.wait_for_timeout(1000)
    found = (first, *pan(page, {"x": 0.0, "y": 0.0, "width": box["width"], "height": box["height"]}))
    page.close()
    return found


def main() -> None:
    """Measure both sizes of map, ours and Plotly's in one run, and print the ratios."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, served(Path(folder)) as url:
        for n in (10_000, 70_000):
            model = write_model(Path(folder, f"map-{n}"), d=2, n=n, names="0123456789")
            first, rate, gap, box = ours(browser, url, model)
            alone = bare(browser, url, model, box)
            other_first, other_rate, other_gap = theirs(browser, url, model, box)
            print(f"{n:,} points on {box['width']:.0f} x {box['height']:.0f} pixels")
            print(f"    first paint: {alone:.0f} ms from the call; plotly.js {other_first:.0f} ms;", end=" ")
            print(f"ratio {other_first / alone:.1f}. In the whole view {first:.0f} ms after the data came")
            print(f"    panning: {rate:.0f} pictures/s (95th percentile of the gaps {gap:.0f} ms); plotly.js ", end="")
            print(f"{other_rate:.1f} ({other_gap:.0f} ms); ratio {rate / other_rate:.1f}", flush=True)


if __name__ == "__main__":
    main()
