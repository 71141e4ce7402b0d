"""What follows the hand in a real browser: event to canvas, pictures a second, messages; beside a plain script.

Run `python -m tests.benchmarks.drag [MODEL ...]`: a slider is dragged, the mouse moves over the empty rim of the map,
and a grid of 10 x 10 is generated anew. The baseline decodes the same model on the server, as a Streamlit script would.
It sends nothing during a drag (st.slider commits on release), so it is measured by key presses, to its st.image.
"""

from __future__ import annotations

import sys

from playwright.sync_api import Browser, Page

from tests.benchmarks.common import APP, drag, load, plain, quantiles, served, sweep
from tests.browser import chromium

SECONDS, PRESSES, GRIDS = 4.0, 25, 15
RIM = 0.98  # of the map's height: below most points, and away from the tools
LISTEN = """
window.painted = [];
let heard = 0; // when the page heard of the hand: before that, the browser had held the move back until the next frame
window.addEventListener("pointermove", () => (heard = performance.now()), true);
document.addEventListener("explorer:painted", ({ detail }) => {
  const at = performance.now();
  painted.push({ byHand: detail.inputToPaintMs !== null, took: at - heard, at });
}, true);
window.tiles = 0; // pictures that were painted on the sheet of generated ones
const own = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
  if (this.canvas.closest(".generate")) tiles += 1;
  return own.apply(this, given);
};
"""
NEXT_GRID = """(button) => new Promise((resolve) => {
  tiles = 0;
  const start = performance.now();
  const look = () => tiles >= 100 ? resolve(performance.now() - start) : setTimeout(look);
  button.click();
  look();
})"""
NEXT_PICTURE = """() => new Promise((resolve) => {
  const image = document.querySelector("img");
  const start = performance.now();
  const old = image.src;
  const changed = () => document.querySelector("img")?.src !== old;
  setTimeout(() => resolve(null), 5000);
  const look = () => changed() ? resolve(performance.now() - start) : requestAnimationFrame(look);
  look();
})"""


def measure(browser: Browser, url: str, model: str) -> dict[str, float]:
    """Let the hand do everything; print what was seen, and return the medians in ms."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(LISTEN)
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{url}/?model={model}&map=axes")
    page.wait_for_selector('.explorer[data-ready="true"]')
    page.wait_for_timeout(2000)
    slider, plot = (page.locator(each).first.bounding_box() for each in (".row input", ".plot"))
    assert slider
    assert plot
    found, before = {}, len(sent)
    page.evaluate("painted.length = 0")
    drag(page, dict(slider), SECONDS)
    said = len(sent) - before
    found["slider"] = _painted(page, f"{model}, drag of a slider")
    print(f"    messages to the server during the drag: {said}, after it: {len(sent) - before - said}")
    page.mouse.move(plot["x"] + 0.1 * plot["width"], plot["y"] + RIM * plot["height"])
    page.evaluate("painted.length = 0")
    sweep(page, dict(plot), SECONDS, RIM)
    found["map"] = _painted(page, f"{model}, mouse over the map")
    found["grid"] = _grids(page, model)
    page.close()
    return found


def _painted(page: Page, what: str) -> float:
    page.wait_for_timeout(1000)
    painted = page.evaluate("painted.filter(({ byHand }) => byHand)")
    if len(painted) < 2:
        raise SystemExit(f"{what}: no picture followed the hand.")
    middle, high = quantiles([each["took"] for each in painted])
    fps = (len(painted) - 1) / ((painted[-1]["at"] - painted[0]["at"]) / 1000)
    print(f"{what}: event to canvas {middle:.1f} / {high:.1f} ms (median / 95th percentile), {fps:.0f} pictures/s")
    return middle


def _grids(page: Page, model: str) -> float:
    page.locator('.tabs input[value="generate"]').check(force=True)
    page.get_by_label("Grid").first.fill("10")
    page.wait_for_timeout(1000)
    button = page.locator(".generate .tool").first.element_handle()
    middle, high = quantiles([page.evaluate(NEXT_GRID, button) for _ in range(GRIDS)])
    print(f"{model}, a grid of 10 x 10: {middle:.0f} / {high:.0f} ms")
    return middle


def measure_baseline(browser: Browser, model: str, *, grid: bool) -> float:
    """Return the median from a key press to the new picture of a plain Streamlit script, in ms."""
    with plain(model, grid=grid) as (url, _):
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
    what = "grid" if grid else "picture"
    print(f"    st.slider + st.image: key to new {what} {middle:.0f} / {high:.0f} ms, nothing during a drag")
    return middle


def main(models: list[str]) -> None:
    """Measure each model, the app and the baseline in one run, and print the ratios."""
    print(load())
    with chromium() as browser, served(APP) as url:
        for model in models:
            ours = measure(browser, url, model)
            one, many = (measure_baseline(browser, model, grid=grid) for grid in (False, True))
            ratios = {"slider": one / ours["slider"], "map": one / ours["map"], "grid": many / ours["grid"]}
            print("    times faster, by the medians:", ", ".join(f"{what} {ratios[what]:.0f}" for what in ratios))


if __name__ == "__main__":
    main(sys.argv[1:] or ["mnist-2d", "mnist"])
